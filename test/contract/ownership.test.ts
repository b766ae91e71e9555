/** No object has two owners: what the program makes on a cluster, its charts included, and what the gitops folder holds. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ensureTools } from "../../cli/tools";
import { createCluster } from "../../components/clouds";
import { Platform } from "../../components/platform";
import { charts } from "../../simulator/kubernetes/charts";
import type { KubernetesObject } from "../../simulator/kubernetes/objects";
import { skeletons } from "../../simulator/kubernetes/release/objects";
import { computed, dev, domain, invoke, prod } from "../unit/clouds/aws";
import { record, type Recording } from "../unit/clouds/record";
import { devConfig, install, localTraits, plainTraits, secrets } from "../unit/platform/fixture";

const root = resolve(__dirname, "../..");

type Identified = Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">;

/** `apps/Deployment prod/task-manager`: the version of an API does not make another object of it. */
function keyOf({ apiVersion, kind, metadata }: Identified): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "core";
  const name = String(metadata.name);
  return `${group}/${kind} ${metadata.namespace ? `${String(metadata.namespace)}/${name}` : name}`;
}

/** The objects that the program registers, and those of its Helm releases as their charts render them. */
function ofProgram(recording: Recording): string[] {
  const releases = recording.ofType("kubernetes:helm.sh/v3:Release").flatMap(({ inputs }) => {
    const chart = charts.get(String(inputs["chart"]));
    if (!chart) throw new Error(`no chart ${String(inputs["chart"])}`);
    const release = { name: String(inputs["name"]), namespace: String(inputs["namespace"]) };
    const definitions = chart.objects.filter(({ kind }) => kind === "CustomResourceDefinition");
    return [
      ...skeletons({ chart, release, values: inputs["values"] }),
      ...definitions.map(({ apiVersion, kind, name }) => ({ apiVersion, kind, metadata: { name } })),
    ];
  });
  // Without metadata are only the stand-ins of what a cloud makes.
  const own = recording.all().filter(({ inputs }) => "kind" in inputs && "metadata" in inputs);
  return [...releases, ...own.map(({ inputs }) => inputs as unknown as Identified)].map(keyOf);
}

/** A whole stack on AWS. */
async function onAws(config: ReturnType<typeof dev>): Promise<Recording> {
  const { recording } = await record(
    async () => new Platform("platform-test", config, await createCluster("platform-test", config)),
    (type, name, inputs) => (type.startsWith("random:") ? { result: secrets.generated } : computed(type, name, inputs)),
    invoke,
  );
  return recording;
}

const stacks: Record<string, () => Promise<Recording>> = {
  "dev on AWS": () => onAws(dev()),
  "prod on AWS": () => onAws(prod({ domain })),
  "local with its own Traefik": async () => (await install(devConfig({ cloud: "local" }), localTraits)).recording,
  "local with nothing": async () =>
    (await install(devConfig({ cloud: "local" }), { ...plainTraits, metricsServer: false })).recording,
};

const clusters = readdirSync(join(root, "gitops", "clusters"));
/** The largest selection that a cluster may take: it has what the smaller ones have. */
const selections: Record<string, string> = { "single-cluster": "selections/full" };
const environments = ["production", "staging", "development"].map((name) => `gitops/apps/${name}`);
const inGit = new Map<string, string[]>();

beforeAll(async () => {
  const { kustomize } = await ensureTools(() => undefined, ["kustomize"]);
  const build = async (folder: string) => {
    const { stdout } = await execa(kustomize, ["build", join(root, folder)]);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Identified & Application);
  };
  for (const cluster of clusters) {
    const selection = selections[cluster];
    const objects = await build(`gitops/clusters/${cluster}`);
    if (selection !== undefined) objects.push(...(await build(`gitops/clusters/${cluster}/${selection}`)));
    const applications = objects.filter(({ kind }) => kind === "Application");
    const folders = applications.map(({ spec }) => spec.source.path);
    const deployed = await Promise.all([...folders, ...(selection === undefined ? [] : environments)].map(build));
    inGit.set(cluster, [...objects, ...deployed.flat()].map(keyOf));
  }
});

interface Application {
  spec: { source: { path: string } };
}

describe.each(Object.entries(stacks))("the objects of %s", (_, make) => {
  let owned: string[];
  beforeAll(async () => {
    owned = ofProgram(await make());
  });

  it.each(clusters)("are none of gitops/clusters/%s", (cluster) => {
    const found = inGit.get(cluster) ?? [];
    // Both lists are whole: each knows what the other could take by mistake.
    expect(owned).toEqual(
      expect.arrayContaining([
        "core/Namespace argocd",
        "argoproj.io/Application argocd/root",
        "apps/StatefulSet argocd/argocd-application-controller",
        "monitoring.coreos.com/Prometheus monitoring/kube-prometheus-stack-prometheus",
      ]),
    );
    expect(found.filter((key) => key.startsWith("apps/Deployment "))).not.toEqual([]);
    expect(found.filter((key) => key.startsWith("core/Namespace "))).not.toEqual([]);
    expect(found.filter((key) => owned.includes(key))).toEqual([]);
  });
});

describe.each(clusters)("gitops/clusters/%s", (cluster) => {
  it("names no object twice", () => {
    const found = inGit.get(cluster) ?? [];
    expect(found.filter((key, index) => found.indexOf(key) < index)).toEqual([]);
  });
});
