/**
 * No object has two owners: what the program makes on a cluster, its charts included, what the cloud puts there itself, and
 * what the gitops folder holds.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ensureTools } from "../../cli/tools";
import { keyOf, type Manifest } from "../../cli/validate/model";
import { objectsOf } from "../../simulator/aws/addonObjects";
import { systemObjects as aksObjects } from "../../simulator/azure/systemObjects";
import { systemObjects as gkeObjects } from "../../simulator/gcp/systemObjects";
import type { Recording } from "../unit/clouds/record";
import { ownObjects, stacks } from "./wholeStacks";

const root = resolve(__dirname, "../..");

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
  ].map((object) => keyOf(object as Manifest));
}

const clusters = readdirSync(join(root, "gitops", "clusters"));
/** The largest selection that a cluster may take: it has what the smaller ones have. */
const selections: Record<string, string> = { "single-cluster": "selections/full" };
const environments = ["production", "staging", "development"].map((name) => `gitops/apps/${name}`);
const inGit = new Map<string, string[]>();

beforeAll(async () => {
  const { kustomize } = await ensureTools(() => undefined, ["kustomize"]);
  const build = async (folder: string) => {
    const { stdout } = await execa(kustomize, ["build", join(root, folder)]);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest & Application);
  };
  for (const cluster of clusters) {
    const selection = selections[cluster];
    const objects = await build(`gitops/clusters/${cluster}`);
    if (selection !== undefined) objects.push(...(await build(`gitops/clusters/${cluster}/${selection}`)));
    const applications = objects.filter(({ kind }) => kind === "Application");
    const folders = applications.map(({ spec }) => spec.source.path);
    const deployed = await Promise.all([...folders, ...(selection === undefined ? [] : environments)].map(build));
    inGit.set(
      cluster,
      [...objects, ...deployed.flat()].map((object) => keyOf(object)),
    );
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
    owned = ownObjects(recording).map((object) => keyOf(object));
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
