/**
 * No object has two owners: what the program makes on a cluster, its charts included, what the cloud puts there itself, and
 * what the gitops folder holds.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ensureTools } from "../../cli/tools";
import { createCluster } from "../../components/clouds";
import type { PlatformConfig } from "../../components/config/types";
import { Platform } from "../../components/platform";
import { objectsOf } from "../../simulator/aws/addonObjects";
import { systemObjects as aksObjects } from "../../simulator/azure/systemObjects";
import { systemObjects as gkeObjects } from "../../simulator/gcp/systemObjects";
import { charts } from "../../simulator/kubernetes/charts";
import type { KubernetesObject } from "../../simulator/kubernetes/objects";
import { skeletons } from "../../simulator/kubernetes/release/objects";
import * as aws from "../unit/clouds/aws";
import * as azure from "../unit/clouds/azure";
import * as google from "../unit/clouds/gcp/google";
import { record, type Computed, type Invoke, type Recording } from "../unit/clouds/record";
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
  const own = recording
    .all()
    // A patch is of an object that stays the cloud's.
    .filter(({ type, inputs }) => "kind" in inputs && "metadata" in inputs && !type.endsWith("Patch"));
  return [...releases, ...own.map(({ inputs }) => inputs as unknown as Identified)].map(keyOf);
}

/** The objects that the cloud has made before the program talks to the cluster, or makes for its add-ons. */
function ofCloud(recording: Recording): string[] {
  const first = (type: string) => recording.ofType(type).map(({ inputs }) => inputs)[0];
  const gke = first("gcp:container/cluster:Cluster");
  const aks = first("azure-native:containerservice:ManagedCluster");
  const addons = recording.ofType("aws:eks/addon:Addon").map(({ inputs }) => String(inputs["addonName"]));
  const eks = first("eks:index:Cluster") ? ["vpc-cni", "kube-proxy", ...addons] : [];
  const installation = { clusterName: "test", region: "eu-west-1", version: "v1.0.0-eksbuild.1", values: {} };
  return [
    ...(gke ? gkeObjects(gke) : []),
    ...(aks ? aksObjects(aks) : []),
    ...eks.flatMap((addon) => objectsOf(addon, installation)),
  ].map((object) => keyOf(object as Identified));
}

/** A whole stack on a cloud. */
async function on(
  { computed, invoke }: { computed: Computed; invoke: Invoke },
  config: PlatformConfig,
): Promise<Recording> {
  const { recording } = await record(
    async () => {
      pulumi.runtime.setConfig("gcp:project", google.project);
      return new Platform("platform-test", config, await createCluster("platform-test", config));
    },
    (type, name, inputs) => (type.startsWith("random:") ? { result: secrets.generated } : computed(type, name, inputs)),
    invoke,
  );
  return recording;
}

const stacks: Record<string, () => Promise<Recording>> = {
  "dev on AWS": () => on(aws, aws.dev()),
  "prod on AWS": () => on(aws, aws.prod({ domain: aws.domain })),
  "dev on Azure": () => on(azure, azure.dev()),
  "prod on Azure": () => on(azure, azure.prod()),
  "dev on Google": () => on(google, google.dev()),
  "prod on Google": () => on(google, google.prod()),
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

describe.each(Object.entries(stacks))("the objects of %s", (name, make) => {
  let owned: string[];
  let born: string[];
  beforeAll(async () => {
    const recording = await make();
    owned = ofProgram(recording);
    born = ofCloud(recording);
  });

  it("are none of those that the cloud makes", () => {
    expect(born.length > 0).toBe(!name.startsWith("local"));
    expect(born.filter((key) => owned.includes(key))).toEqual([]);
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
    expect(found.filter((key) => owned.includes(key) || born.includes(key))).toEqual([]);
  });
});

describe.each(clusters)("gitops/clusters/%s", (cluster) => {
  it("names no object twice", () => {
    const found = inGit.get(cluster) ?? [];
    expect(found.filter((key, index) => found.indexOf(key) < index)).toEqual([]);
  });
});
