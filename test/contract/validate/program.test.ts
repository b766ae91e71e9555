/** What `platform validate` knows of the program: `npm run validate:program` writes it anew. */
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { format } from "prettier";
import { expect, it } from "vitest";
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import { Platform } from "../../../components/platform";
import { owned, projects } from "../../../cli/validate/program";
import { charts } from "../../../simulator/kubernetes/charts";
import type { KubernetesObject } from "../../../simulator/kubernetes/objects";
import { skeletons } from "../../../simulator/kubernetes/release/objects";
import * as aws from "../../unit/clouds/aws";
import * as azure from "../../unit/clouds/azure";
import * as google from "../../unit/clouds/gcp/google";
import { record, type Computed, type Invoke, type Recording } from "../../unit/clouds/record";
import { devConfig, install, localTraits, plainTraits, secrets } from "../../unit/platform/fixture";

type Identified = Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">;

async function wholeStack(
  { computed, invoke }: { computed: Computed; invoke: Invoke },
  config: PlatformConfig,
): Promise<Recording> {
  const { recording } = await record(
    async () => {
      // Only Google asks for it.
      pulumi.runtime.setConfig("gcp:project", google.project);
      return new Platform("platform-test", config, await createCluster("platform-test", config));
    },
    (type, name, inputs) => (type.startsWith("random:") ? { result: secrets.generated } : computed(type, name, inputs)),
    invoke,
  );
  return recording;
}

async function recordings(): Promise<Recording[]> {
  const found: Recording[] = [];
  for (const { cloud, domain } of [
    { cloud: aws, domain: aws.domain },
    { cloud: azure, domain: azure.domain },
    { cloud: google, domain: google.domain },
  ]) {
    found.push(await wholeStack(cloud, cloud.dev()), await wholeStack(cloud, cloud.prod({ domain })));
  }
  const local = devConfig({ cloud: "local" });
  found.push((await install(local, localTraits)).recording);
  found.push((await install(local, { ...plainTraits, metricsServer: false })).recording);
  return found;
}

/** The objects that the program registers, and those of its Helm releases as their charts render them. */
function objectsOf(recording: Recording): Identified[] {
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
  return [...releases, ...own.map(({ inputs }) => inputs as unknown as Identified)];
}

function keyOf({ apiVersion, kind, metadata }: Identified): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "core";
  const name = String(metadata.name);
  return `${group}/${kind} ${metadata.namespace ? `${String(metadata.namespace)}/${name}` : name}`;
}

it("is fresh: else run `npm run validate:program`", { timeout: 120_000 }, async () => {
  const objects = (await recordings()).flatMap(objectsOf);
  const found = objects.filter(({ kind }) => kind === "AppProject");
  const specs = found.map((one) => {
    const { sourceRepos, destinations, clusterResourceWhitelist } = (
      one as unknown as { spec: Record<string, unknown> }
    ).spec as Record<"sourceRepos" | "destinations" | "clusterResourceWhitelist", unknown>;
    return [String(one.metadata.name), { sourceRepos, destinations, clusterResourceWhitelist }] as const;
  });
  const data = {
    objects: [...new Set(objects.map(keyOf))].sort(),
    projects: Object.fromEntries(specs.sort(([a], [b]) => a.localeCompare(b))),
  };
  const file = join(resolve(__dirname, "../../.."), "cli/validate/program.json");
  await expect(await format(JSON.stringify(data), { filepath: file, printWidth: 120 })).toMatchFileSnapshot(file);
});

it("names what Git must leave alone", () => {
  expect([...owned]).toEqual(
    expect.arrayContaining([
      "core/Namespace argocd",
      "argoproj.io/Application argocd/root",
      "apps/StatefulSet argocd/argocd-application-controller",
      "networking.k8s.io/IngressClass nginx",
    ]),
  );
  expect(Object.keys(projects)).toEqual(["default", "platform", "production"]);
});
