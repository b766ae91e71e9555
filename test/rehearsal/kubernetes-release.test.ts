import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, listAt } from "../../simulator/kubernetes/objects";
import type { Properties } from "../../simulator/provider";
import { startTestCluster, TestResource, type TestCluster } from "./kubernetes-cluster";

const releaseType = "kubernetes:helm.sh/v3:Release";
const repository = "https://traefik.github.io/charts";
const historyKind = { apiVersion: "v1", kind: "Secret" };
const deploymentKind = { apiVersion: "apps/v1", kind: "Deployment" };

let cluster: TestCluster;

const release = (name: string) => new TestResource(cluster.provider, releaseType, name);
const traefik = (values: Properties = {}, rest: Properties = {}): Properties => ({
  chart: "traefik",
  version: "41.3.0",
  repositoryOpts: { repo: repository },
  name: "traefik",
  namespace: "traefik",
  atomic: true,
  timeout: 60,
  values,
  ...rest,
});

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.provider.configure("test", { kubeconfig: cluster.kubeconfig });
  for (const name of ["traefik", "argocd", "monitoring"]) {
    await cluster.api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
});

afterAll(() => cluster?.end());

describe("a Helm release", () => {
  it("installs what the chart has under these values, upgrades, and goes", async () => {
    const ingress = release("traefik");
    const outputs = await ingress.create(
      traefik({ deployment: { replicas: 2 }, service: { spec: { type: "ClusterIP" } } }),
    );
    expect(ingress.id).toBe("traefik/traefik");
    expect(outputs.status).toMatchObject({ status: "deployed", revision: 1, chart: "traefik", version: "41.3.0" });
    expect(at(outputs, "resourceNames", "Deployment.apps/apps/v1")).toEqual(["traefik/traefik"]);
    const live = await cluster.api.get(deploymentKind, "traefik", "traefik");
    expect(at(live, "status", "readyReplicas")).toBe(2);
    expect(live.metadata.labels).toMatchObject({
      "app.kubernetes.io/managed-by": "Helm",
      "app.kubernetes.io/name": "traefik",
      "app.kubernetes.io/instance": "traefik-traefik",
    });
    expect((await cluster.api.resource({ apiVersion: "traefik.io/v1alpha1", kind: "Middleware" })).name).toBe(
      "middlewares",
    );
    const history = await cluster.api.get(historyKind, "traefik", "sh.helm.release.v1.traefik.v1");
    expect(history["type"]).toBe("helm.sh/release.v1");
    expect(history.metadata.labels).toMatchObject({ owner: "helm", name: "traefik", version: "1", status: "deployed" });
    expect(await ingress.diff(ingress.inputs)).toMatchObject({ updates: [], replaces: [] });

    const three = traefik({ deployment: { replicas: 3 }, service: { spec: { type: "ClusterIP" } } });
    expect(await ingress.diff(three)).toMatchObject({ updates: ["values.deployment.replicas"], replaces: [] });
    expect(await ingress.update(three)).toMatchObject({ status: { revision: 2, status: "deployed" } });
    expect(at(await cluster.api.get(deploymentKind, "traefik", "traefik"), "spec", "replicas")).toBe(3);
    expect((await ingress.read())?.outputs).toMatchObject({ status: { revision: 2 } });
    expect(cluster.events.map(({ phase, chart, server }) => [phase, chart, server])).toEqual([
      ["installed", "traefik", "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com"],
      ["upgraded", "traefik", "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com"],
    ]);

    await ingress.delete();
    expect(await cluster.api.find(deploymentKind, "traefik", "traefik")).toBeUndefined();
    expect(await ingress.read()).toBeUndefined();
    // Definitions from a chart's crds/ folder are never removed.
    expect((await cluster.api.resource({ apiVersion: "traefik.io/v1alpha1", kind: "Middleware" })).name).toBe(
      "middlewares",
    );
  });

  it("that does not become ready leaves nothing, and one that is cut off blocks the next", async () => {
    const ingress = release("traefik");
    const huge = traefik(
      { resources: { requests: { cpu: "100" } }, service: { spec: { type: "ClusterIP" } } },
      { timeout: 8 },
    );
    await expect(ingress.create(huge)).rejects.toThrow(
      /uninstalled due to atomic being set: context deadline exceeded \(Deployment is not ready: traefik\/traefik\. 0 out of 1/,
    );
    expect(await cluster.api.find(deploymentKind, "traefik", "traefik")).toBeUndefined();
    expect(await cluster.api.list(historyKind, "traefik", { labelSelector: "owner=helm" })).toEqual([]);

    await ingress.create(traefik({ service: { spec: { type: "ClusterIP" } } }));
    const [history] = await cluster.api.list(historyKind, "traefik", { labelSelector: "owner=helm" });
    if (!history) throw new Error("no history");
    // What a Helm that was killed during an upgrade leaves behind.
    const pending = await cutOff(history);
    await expect(ingress.update(traefik({ deployment: { replicas: 2 } }))).rejects.toThrow(
      "another operation (install/upgrade/rollback) is in progress",
    );
    await cluster.api.delete(historyKind, "traefik", pending, "Background");
    await ingress.delete();
  });

  it("has the CRDs of its templates, and the hooks' Jobs, in order", async () => {
    const argocd = release("argocd");
    const outputs = await argocd.create({
      chart: "argo-cd",
      version: "10.1.1",
      repositoryOpts: { repo: "https://argoproj.github.io/argo-helm" },
      name: "argocd",
      namespace: "argocd",
      timeout: 120,
      values: {
        dex: { enabled: false },
        server: { replicas: 2, metrics: { enabled: true, serviceMonitor: { enabled: true } } },
      },
    });
    const names = outputs.resourceNames as Record<string, string[]>;
    expect(names["CustomResourceDefinition.apiextensions.k8s.io/apiextensions.k8s.io/v1"]).toContain(
      "applications.argoproj.io",
    );
    expect(names["Deployment.apps/apps/v1"]).not.toContain("argocd/argocd-dex-server");
    // The cluster has no monitoring.coreos.com: the chart says nothing and leaves it out.
    expect(Object.keys(names).filter((kind) => kind.startsWith("ServiceMonitor"))).toEqual([]);
    expect(at(await cluster.api.get(deploymentKind, "argocd", "argocd-server"), "status", "readyReplicas")).toBe(2);
    await argocd.delete();
    expect((await cluster.api.resource({ apiVersion: "argoproj.io/v1alpha1", kind: "Application" })).name).toBe(
      "applications",
    );
  });

  it("needs definitions that another chart brings, and the Secret that its values name", async () => {
    const repo = { repo: "https://prometheus-community.github.io/helm-charts" };
    const inputs = {
      chart: "kube-prometheus-stack",
      version: "88.5.3",
      repositoryOpts: repo,
      name: "kube-prometheus-stack",
      namespace: "monitoring",
      timeout: 90,
      values: {
        crds: { enabled: false },
        grafana: { admin: { existingSecret: "grafana-admin" }, persistence: { enabled: true, size: "5Gi" } },
        prometheus: {
          prometheusSpec: {
            replicas: 2,
            storageSpec: {
              volumeClaimTemplate: {
                spec: {
                  storageClassName: "gp2",
                  accessModes: ["ReadWriteOnce"],
                  resources: { requests: { storage: "20Gi" } },
                },
              },
            },
          },
        },
      },
    };
    const stack = release("kube-prometheus-stack");
    await expect(stack.create(inputs)).rejects.toThrow("ensure CRDs are installed first");
    const crds = release("prometheus-operator-crds");
    const chart = { chart: "prometheus-operator-crds", version: "31.0.1", repositoryOpts: repo };
    await crds.create({ ...chart, name: "prometheus-operator-crds", namespace: "monitoring" });
    await cluster.api.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "grafana-admin", namespace: "monitoring" },
    });
    const gp2 = await cluster.api.get({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" }, undefined, "gp2");
    // The volume driver, which an add-on brings to a real cluster.
    const driver = { apiVersion: "storage.k8s.io/v1", kind: "CSIDriver", metadata: { name: "ebs.csi.aws.com" } };
    await cluster.api.create({ ...driver, spec: { attachRequired: true } });
    const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };
    await cluster.api.replace({
      ...gp2,
      metadata: { ...gp2.metadata, annotations: { ...gp2.metadata.annotations, ...isDefault } },
    });
    await stack.create(inputs);
    const sets = await cluster.api.list({ apiVersion: "apps/v1", kind: "StatefulSet" }, "monitoring");
    expect(sets.map(({ metadata }) => metadata.name).sort()).toEqual([
      "alertmanager-kube-prometheus-stack-alertmanager",
      "prometheus-kube-prometheus-stack-prometheus",
    ]);
    const nodes = await cluster.api.list({ apiVersion: "apps/v1", kind: "DaemonSet" }, "monitoring");
    expect(nodes.map((set) => at(set, "status", "numberReady"))).toEqual([3]);
    await stack.delete();
  });
});

/** Writes a further revision in state `pending-upgrade`, as Helm does before it starts. */
async function cutOff(history: Awaited<ReturnType<typeof cluster.api.get>>): Promise<string> {
  const { gunzipSync, gzipSync } = await import("node:zlib");
  const packed = Buffer.from(String(at(history, "data", "release")), "base64").toString("utf8");
  const stored = JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString("utf8")) as Properties;
  const pending = { ...stored, version: 2, info: { ...(stored.info as Properties), status: "pending-upgrade" } };
  const repacked = gzipSync(JSON.stringify(pending)).toString("base64");
  const name = "sh.helm.release.v1.traefik.v2";
  expect(listAt(history, "metadata", "managedFields").length).toBeGreaterThan(0);
  await cluster.api.create({
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name,
      namespace: "traefik",
      labels: { ...history.metadata.labels, version: "2", status: "pending-upgrade" },
    },
    data: { release: Buffer.from(repacked, "utf8").toString("base64") },
  });
  return name;
}
