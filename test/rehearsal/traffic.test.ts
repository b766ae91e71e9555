/** Requests from outside to what stands for applications: through DNS, load balancer, Traefik, Ingress, Service and pod to a disk. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions, type KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Internet } from "../../cli/rehearse/migration/internet";
import { startLoad } from "../../cli/rehearse/migration/load";
import { lookUp } from "../../cli/rehearse/migration/lookup";
import { ensureTools, rehearsalPrograms } from "../../cli/tools";
import { zoneOf } from "../../simulator/aws/route53";
import type { CloudRecord, KubernetesManifest } from "../../simulator/cloud/behaviour";
import { Store } from "../../simulator/cloud/store";
import { ControlPlanes } from "../../simulator/controlplane";
import { loadKubeconfig } from "../../simulator/controlplane/kubeconfig";
import { serveTraffic, type Traffic } from "../../simulator/traffic/server";
import { writingsFile } from "../../simulator/traffic/writings";
import { Zones } from "../../simulator/traffic/zones";
import { claim, cluster, csiDriver, deployment, node } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "traffic-"));
const balancer = "front-1.eu-west-1.elb.amazonaws.com";
const host = "www.example.com";
const soon = { timeout: 60_000, interval: 200 };
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

const domain = "example.com";
const store = new Store(join(directory, "cloud.json"));
/** As external-dns has it, and everybody who has the right to write there. */
const nameId = `${zoneOf(domain)}_${host}_A`;
let planes: ControlPlanes;
let traffic: Traffic;
let config: KubeConfig;

const traefik: KubernetesManifest = {
  ...deployment("traefik", 1, {
    containers: [
      {
        name: "traefik",
        image: "traefik:v3.7",
        args: [
          "--providers.kubernetesingress",
          "--providers.kubernetesingressnginx",
          `--providers.kubernetesingressnginx.publishStatusAddress=${balancer}`,
        ],
      },
    ],
  }),
};

const externalDns: KubernetesManifest = {
  ...deployment("external-dns", 1, {
    containers: [
      {
        name: "external-dns",
        image: "external-dns:v0.21.0",
        args: ["--txt-owner-id=prod", `--domain-filter=${domain}`, `--zone-id-filter=${zoneOf(domain)}`],
      },
    ],
  }),
};

function labelled(manifest: KubernetesManifest, label: string): KubernetesManifest {
  const template = (manifest["spec"] as { template: { metadata: { labels: Record<string, string> } } }).template;
  template.metadata.labels["app.kubernetes.io/name"] = label;
  return { ...manifest, metadata: { ...manifest.metadata, labels: { "app.kubernetes.io/name": label } } };
}

const service = (name: string, port: number): KubernetesManifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { selector: { app: name }, ports: [{ name: "main", port }] },
});

const withDisk = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };

const objects: KubernetesManifest[] = [
  csiDriver,
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "gp3" },
    provisioner: "ebs.csi.aws.com",
    volumeBindingMode: "WaitForFirstConsumer",
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "nginx" },
    spec: { controller: "k8s.io/ingress-nginx" },
  },
  labelled(traefik, "traefik"),
  labelled(externalDns, "external-dns"),
  claim("data", "gp3"),
  deployment("database", 1, withDisk),
  service("database", 5432),
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "web", namespace: "default" },
    data: { DB_HOST: "database" },
  },
  deployment("web", 2, {
    containers: [{ name: "main", image: "app:1", envFrom: [{ configMapRef: { name: "web" } }] }],
  }),
  service("web", 80),
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", namespace: "default" },
    spec: {
      ingressClassName: "nginx",
      rules: [
        {
          host,
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
          },
        },
      ],
    },
  },
];

const serve = () => serveTraffic({ directory, clusters: planes, inventory: store, domain, timeScale: 0.001 });

beforeAll(async () => {
  const tools = await ensureTools((line) => console.log(line), rehearsalPrograms);
  const log = (line: string): void => console.log(line);
  planes = new ControlPlanes({ directory: join(directory, "clusters"), tools, zones: new Zones(store, log), log });
  await planes.start(cluster);
  await planes.setNodes(cluster.id, "general", ["a", "b"].map(node));
  config = loadKubeconfig((await planes.cluster(cluster.id)).adminKubeconfig);
  store.put({ type: "aws:eks/cluster:Cluster", id: "prod", urn: "", inputs: {}, outputs: {} });
  traffic = await serve();
  await planes.apply(cluster.id, objects);
});

afterAll(async () => {
  await traffic.stop();
  await planes.stop(cluster.id);
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

/** The status; without an answer, why there is none. */
async function send(method: "GET" | "POST", id: string, to = host): Promise<number | string | undefined> {
  const { status, why } = await new Internet(traffic.url).send(method, to, id);
  return status ?? why;
}

const scale = (name: string, replicas: number) =>
  config
    .makeApiClient(AppsV1Api)
    .patchNamespacedDeploymentScale({ name, namespace: "default", body: { spec: { replicas } } }, merge);
const select = (name: string, selector: Record<string, string | null>) =>
  config
    .makeApiClient(CoreV1Api)
    .patchNamespacedService({ name, namespace: "default", body: { spec: { selector } } }, merge);

async function disk(): Promise<string> {
  const core = config.makeApiClient(CoreV1Api);
  const { spec } = await core.readNamespacedPersistentVolumeClaim({ name: "data", namespace: "default" });
  return planes.disks(cluster.id).folder(spec?.volumeName ?? "");
}

describe("a request", () => {
  it("has nowhere to go where its host leads nowhere", async () => {
    expect(await send("GET", "a", "other.example.com")).toBe("the name has no address");
  });

  it("is written to the disk of the application's database before it is acknowledged, and read back", async () => {
    await expect.poll(() => send("GET", "first"), soon).toBe(404);
    expect(await send("POST", "first")).toBe(200);
    expect(readFileSync(join(await disk(), writingsFile), "utf8")).toContain('"id":"first"');
    expect(await send("GET", "first")).toBe(200);
  });

  it("is refused while the database has no endpoint, and while nobody is ready", async () => {
    await select("database", { stopped: "yes" });
    await expect.poll(() => send("POST", "second"), soon).toBe(503);
    expect(await send("GET", "first")).toBe(503);
    await select("database", { stopped: null });
    await expect.poll(() => send("POST", "second"), soon).toBe(200);
    for (const name of ["web", "traefik"]) {
      await scale(name, 0);
      await expect.poll(() => send("GET", "first"), soon).toBe(503);
      await scale(name, name === "web" ? 2 : 1);
      await expect.poll(() => send("GET", "first"), soon).toBe(200);
    }
  });

  it("goes where the zone's record says, which external-dns writes again when it is there", async () => {
    await scale("external-dns", 0);
    const pods = () => config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: "default" });
    await expect
      .poll(async () => (await pods()).items.filter(({ metadata }) => metadata?.name?.startsWith("external-dns")), soon)
      .toEqual([]);
    const type = "aws:route53/record:Record";
    const own = store.get(type, nameId) as CloudRecord;
    store.put({ ...own, outputs: { ...own.outputs, aliases: [], records: ["192.0.2.1"] } });
    expect(await send("GET", "first")).toBe("ECONNRESET");
    store.remove(type, nameId);
    expect(await send("GET", "first")).toBe("the name has no address");
    await scale("external-dns", 1);
    await expect.poll(() => send("GET", "first"), soon).toBe(200);
    // Another cloud's zone is asked when the registrar names it, and has no such name.
    await fetch(`${traffic.url}/registrar?cloud=gcp`, { method: "PUT" });
    expect(await send("GET", "first")).toBe("the name has no address");
    await fetch(`${traffic.url}/registrar?cloud=aws`, { method: "PUT" });
  });

  it("finds the same address when everything was started again", async () => {
    const { url } = traffic;
    await traffic.stop();
    expect(await send("GET", "first")).toBe("ECONNREFUSED");
    traffic = await serve();
    expect(traffic.url).toBe(url);
    expect(await send("GET", "first")).toBe(200);
  });

  it("counts for who sends them all along", async () => {
    const load = startLoad({ url: traffic.url, hosts: [host], everyMs: 100 });
    await expect.poll(() => load.acknowledged().length, soon).toBeGreaterThan(5);
    await select("database", { stopped: "yes" });
    await expect.poll(() => load.result().hosts[0]?.writes.refused.length, soon).toBe(1);
    await select("database", { stopped: null });
    const before = load.acknowledged().length;
    await expect.poll(() => load.acknowledged().length, soon).toBeGreaterThan(before + 3);
    const { hosts } = await load.stop();
    expect(hosts[0]?.writes.refused[0]?.why).toBe("503 no ready endpoint of the Service default/database");
    expect(hosts[0]?.lost).toEqual([]);
    expect(Object.keys(hosts[0]?.servedBy ?? {})).toEqual(["prod"]);
    const acknowledged = load.acknowledged();
    const all = await lookUp({ url: traffic.url, acknowledged, address: balancer });
    expect(all).toEqual({ found: acknowledged.length, missing: [], unanswered: [] });
  });
});
