/** Writers of a live cluster are stopped, and started again as they were. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiscoveryV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connect, type Clients } from "../../cli/kubernetes";
import { applyStop, planStop, startWriters, WritersError } from "../../cli/migrate/writers";
import { ensureTools } from "../../cli/tools";
import type { KubernetesManifest } from "../../simulator/cloud/behaviour";
import { ControlPlanes } from "../../simulator/controlplane";
import { claim, cluster, csiDriver, deployment, node } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "writers-"));
const say = (): void => undefined;
const soon = { timeout: 60_000, interval: 300 };
const namespace = "default";
let planes: ControlPlanes;
let clients: Clients;

const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "gp3" },
  provisioner: "ebs.csi.aws.com",
  volumeBindingMode: "WaitForFirstConsumer",
};
const service = (name: string, clusterIP?: string): KubernetesManifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) },
});
const database: KubernetesManifest = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "database", namespace },
  spec: {
    replicas: 2,
    serviceName: "database",
    selector: { matchLabels: { app: "database" } },
    template: {
      metadata: { labels: { app: "database" } },
      spec: {
        containers: [{ name: "main", image: "postgres:17", volumeMounts: [{ name: "data", mountPath: "/data" }] }],
      },
    },
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim("data", "gp3").spec }],
  },
};
const report: KubernetesManifest = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "report", namespace },
  spec: {
    schedule: "0 3 * * *",
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "report:1" }] } } },
    },
  },
};

beforeAll(async () => {
  const tools = await ensureTools(say);
  planes = new ControlPlanes({ directory: join(directory, "clusters"), tools, log: say });
  await planes.start(cluster);
  await planes.setNodes(cluster.id, "general", [node("a"), node("b")]);
  clients = connect(readFileSync((await planes.cluster(cluster.id)).adminKubeconfig, "utf8"));
  const autoscaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "backend", namespace },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "backend" },
      minReplicas: 3,
      maxReplicas: 5,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
    },
  };
  await planes.apply(cluster.id, [csiDriver, storageClass]);
  await planes.apply(cluster.id, [service("database", "None"), database, deployment("backend", 3, {}), autoscaler]);
  await planes.apply(cluster.id, [service("backend"), report]);
  await vi.waitFor(async () => expect(await state()).toEqual(running), { timeout: 180_000, interval: 500 });
});

afterAll(async () => {
  await planes.stop(cluster.id);
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

const running = {
  pods: { backend: 3, database: 2 },
  endpoints: { backend: 3, database: 2 },
  replicas: 3,
  suspended: false,
  selector: { app: "database" },
};

async function state() {
  const { items: pods } = await clients.core.listNamespacedPod({ namespace });
  const { items: slices } = await clients.config
    .makeApiClient(DiscoveryV1Api)
    .listNamespacedEndpointSlice({ namespace });
  const ready = (app: string) =>
    pods.filter(({ metadata, status }) => metadata?.labels?.["app"] === app && status?.phase === "Running").length;
  const endpoints = (name: string) =>
    slices
      .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === name)
      .flatMap((slice) => slice.endpoints ?? []).length;
  const cronJob = (await clients.objects.read({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "report", namespace },
  })) as { spec?: { suspend?: boolean } };
  const backend = await clients.apps.readNamespacedDeployment({ name: "backend", namespace });
  const { spec } = await clients.core.readNamespacedService({ name: "database", namespace });
  return {
    pods: { backend: ready("backend"), database: ready("database") },
    endpoints: { backend: endpoints("backend"), database: endpoints("database") },
    replicas: backend.spec?.replicas,
    suspended: cronJob.spec?.suspend,
    selector: spec?.selector,
  };
}

const scale = (value: number) =>
  clients.apps.patchNamespacedDeploymentScale({
    name: "backend",
    namespace,
    body: [{ op: "replace", path: "/spec/replicas", value }],
  });

it("stops whoever writes, while volumes stay mounted, and brings everything back", async () => {
  const stopped = await planStop(clients, [namespace]);
  await applyStop(clients, stopped, say, 60);
  const without = {
    pods: { backend: 0, database: 2 },
    endpoints: { backend: 0, database: 0 },
    replicas: 0,
    suspended: true,
    selector: { app: "database", "platform/migration": "stopped" },
  };
  expect(await state()).toEqual(without);

  // A second call with the same plan, as after an interruption.
  await applyStop(clients, stopped, say, 60);
  expect(await state()).toEqual(without);

  // Through the journal and back.
  const written = JSON.parse(JSON.stringify(stopped)) as typeof stopped;
  await startWriters(clients, written, say);
  await startWriters(clients, written, say);
  await vi.waitFor(async () => expect(await state()).toEqual(running), soon);
});

it("leaves what somebody has changed since, and what is not there", async () => {
  const stopped = await planStop(clients, [namespace]);
  await applyStop(clients, stopped, say, 60);
  await scale(4);
  const gone = stopped.changes.map((change) => ({ ...change, name: `${change.name}-gone` }));
  await startWriters(clients, { ...stopped, changes: [...gone, ...stopped.changes] }, say);
  await vi.waitFor(async () => expect(await state()).toMatchObject({ replicas: 4, suspended: false }), soon);
  await scale(3);
});

it("names what does not end, and stops again what somebody brings back meanwhile", async () => {
  // Of somebody else's, with the labels of the Deployment: it does not end with it.
  const { metadata } = await clients.core.readNamespacedService({ name: "backend", namespace });
  const owner = { apiVersion: "v1", kind: "Service", name: "backend", uid: metadata?.uid ?? "", controller: true };
  const body = {
    metadata: { name: "lasting", labels: { app: "backend" }, ownerReferences: [owner] },
    spec: { containers: [{ name: "main", image: "app:1" }] },
  };
  await clients.core.createNamespacedPod({ namespace, body });
  const stopped = await planStop(clients, [namespace]);
  await expect(applyStop(clients, stopped, say, 10)).rejects.toThrow(
    expect.objectContaining({
      constructor: WritersError,
      message: expect.stringContaining("pod default/lasting") as string,
    }) as Error,
  );
  await scale(2);
  const stopping = applyStop(clients, stopped, say, 60);
  const replicas = async () =>
    (await clients.apps.readNamespacedDeployment({ name: "backend", namespace })).spec?.replicas;
  await vi.waitFor(async () => expect(await replicas()).toBe(0), soon);
  await scale(2);
  await vi.waitFor(async () => expect(await replicas()).toBe(0), soon);
  await clients.core.deleteNamespacedPod({ name: "lasting", namespace });
  await stopping;
  await startWriters(clients, stopped, say);
  await vi.waitFor(async () => expect(await state()).toMatchObject({ pods: { backend: 3 } }), soon);
});
