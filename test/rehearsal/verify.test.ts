/** Two real API servers, the same application on both: what `verify` says of them when they are the same, and when not. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Clients } from "../../cli/kubernetes";
import type { MigrationPlan, VolumeFact } from "../../cli/migrate/plan/plan";
import { verify, type Verification } from "../../cli/migrate/verify";
import { checksumJob } from "../../cli/migrate/verify/checksum/job";
import { script } from "../../cli/migrate/verify/checksum/script";
import { commandAnnotation } from "../../cli/migrate/verify/rows";
import { ensureTools } from "../../cli/tools";
import type { ClusterRequest, KubernetesManifest } from "../../simulator/cloud/behaviour";
import { ControlPlanes } from "../../simulator/controlplane";
import { claim, cluster as source, csiDriver, deployment, node } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "verify-"));
const target: ClusterRequest = {
  ...source,
  id: "arn:aws:eks:eu-west-1:123456789012:cluster/next",
  name: "next",
  endpointHost: "1123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
  serviceCidr: "10.100.0.0/16",
};
const classes = new Map([
  [source, "gp3"],
  [target, "standard-rwo"],
]);

const volume: VolumeFact = {
  ...{ namespace: "shop", claim: "data", class: "gp3", targetClass: "standard-rwo" },
  ...{ accessModes: ["ReadWriteOnce"], requestedBytes: 5 * 2 ** 30, targetBytes: 5 * 2 ** 30 },
};
const plan = {
  maps: {
    ...{ storageClasses: { gp3: "standard-rwo" }, images: {}, leftOut: ["ConfigMap shop/cloud"], leftOutKinds: [] },
    modifiers: [
      {
        conditions: { groupResource: "deployments.apps", namespaces: ["shop"], resourceNameRegex: "^web$" },
        mergePatches: [{ patchData: JSON.stringify({ metadata: { annotations: { moved: "true" } } }) }],
      },
    ],
  },
  data: { volumes: [volume], databases: [], bytes: 0 },
  namespaces: ["shop"],
} as Partial<MigrationPlan> as MigrationPlan;

let planes: ControlPlanes;
let kubectlPath: string;
const soon = { timeout: 120_000, interval: 500 };

beforeAll(async () => {
  const tools = await ensureTools((line) => console.log(line));
  kubectlPath = tools.kubectl;
  planes = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools,
    shellCommands: [script],
    log: (line) => console.log(line),
  });
  await Promise.all([bringUp(source), bringUp(target)]);
});

afterAll(async () => {
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

async function kubectl({ id }: ClusterRequest, ...args: string[]): Promise<string> {
  const { adminKubeconfig } = await planes.cluster(id);
  return (
    await promisify(execFile)(kubectlPath, ["--kubeconfig", adminKubeconfig, "-n", "shop", ...args])
  ).stdout.trim();
}

async function clients({ id }: ClusterRequest): Promise<Clients> {
  return connect(readFileSync((await planes.cluster(id)).adminKubeconfig, "utf8"));
}

/** The folder that stands for the claim's disk. */
async function disk(of: ClusterRequest): Promise<string> {
  const name = await kubectl(of, "get", "pvc", "data", "-o", "jsonpath={.spec.volumeName}");
  return planes.disks(of.id).folder(name);
}

const restricted = { runAsNonRoot: true, runAsUser: 70, seccompProfile: { type: "RuntimeDefault" } };
const web = deployment("web", 1, {
  securityContext: restricted,
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
  containers: [
    {
      name: "main",
      image: "app:1",
      resources: { requests: { cpu: "50m", memory: "64Mi" } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    },
  ],
});

function shop(of: ClusterRequest): KubernetesManifest[] {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  const inShop = ({ metadata, ...rest }: KubernetesManifest): KubernetesManifest => ({
    ...rest,
    metadata: { ...metadata, namespace: "shop" },
  });
  const mark = of === target ? { annotations: { moved: "true" } } : {};
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } },
    inShop({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "requests" },
      spec: { hard: { "requests.cpu": "200m", "requests.memory": "256Mi" } },
    }),
    inShop(claim("data", classes.get(of) ?? "")),
    inShop({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { greeting: "hello" } }),
    inShop({ apiVersion: "v1", kind: "Secret", metadata: { name: "password" }, stringData: { password: "one" } }),
    inShop({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
    }),
    inShop({ ...web, metadata: { ...web.metadata, ...mark } }),
  ];
}

async function bringUp(of: ClusterRequest): Promise<void> {
  await planes.start(of);
  await planes.setNodes(of.id, "general", ["a", "b"].map(node));
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: classes.get(of) ?? "" },
    provisioner: "ebs.csi.aws.com",
    volumeBindingMode: "WaitForFirstConsumer",
  };
  await planes.apply(of.id, [csiDriver, storageClass, ...shop(of)]);
  await kubectl(of, "rollout", "status", "deployment", "web", "--timeout=120s");
}

async function compare(timeoutSeconds = 60): Promise<Verification> {
  const request = { plan, source: await clients(source), target: await clients(target), timeoutSeconds };
  return verify(request, (line) => console.log(line));
}

const codes = ({ problems }: Verification) => problems.map(({ code, object }) => `${code} ${object}`).sort();

describe("verify", () => {
  it("finds the same application on both sides, its files read beside its pods", async () => {
    await planes.apply(source.id, [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cloud", namespace: "shop" }, data: {} },
    ]);
    const from = await disk(source);
    writeFileSync(join(from, "orders"), "1,2,3\n");
    writeFileSync(join(from, "a 'name'\nof two lines"), "x".repeat(100_000));
    cpSync(from, await disk(target), { recursive: true });
    // One of a comparison that was killed, which read something else.
    const left = checksumJob({ namespace: "shop", claim: "data", restricted: false, timeoutSeconds: 600 });
    await planes.apply(source.id, [left as KubernetesManifest]);

    const found = await compare();
    expect(found.problems).toEqual([]);
    expect(found.objects.there).toBe(found.objects.expected);
    expect(found.volumes).toMatchObject([{ namespace: "shop", claim: "data", files: 2, bytes: 100_006 }]);
    expect(found.volumes[0]?.target).toBe(found.volumes[0]?.source);
    for (const side of [source, target])
      await expect
        .poll(() => kubectl(side, "get", "jobs,pods", "-l", "app.kubernetes.io/name=verify", "-o", "name"), soon)
        .toBe("");
  });

  it("tells everything that is wrong at once", async () => {
    writeFileSync(join(await disk(target), "orders"), "1,2,4\n");
    await kubectl(target, "delete", "configmap", "settings");
    await kubectl(target, "patch", "secret", "password", "-p", JSON.stringify({ stringData: { password: "two" } }));
    await kubectl(target, "patch", "service", "web", "-p", JSON.stringify({ spec: { selector: { app: "other" } } }));
    const template = { spec: { nodeSelector: { none: "such" }, containers: [{ name: "main", image: "app:2" }] } };
    await kubectl(target, "patch", "deployment", "web", "-p", JSON.stringify({ spec: { template } }));
    const found = await compare(15);
    expect(codes(found)).toEqual([
      "object-differs Deployment shop/web",
      "object-differs Service shop/web",
      "object-missing ConfigMap shop/settings",
      "secret-differs Secret shop/password",
      "volume-differs PersistentVolumeClaim shop/data",
      "workload-unready Deployment shop/web",
    ]);
    const words = found.problems.map(({ what }) => what).join();
    expect(words).toContain('image is "app:2" in place of "app:1"');
    expect(JSON.stringify(found)).not.toMatch(/b25l|dHdv/);
  });

  it("says why volumes could not be read and programs not be asked, and leaves nothing behind", async () => {
    for (const side of [source, target])
      await kubectl(side, "annotate", "pod", "-l", "app=web", `${commandAnnotation}=count`);
    await kubectl(target, "patch", "resourcequota", "requests", "-p", '{"spec":{"hard":{"requests.cpu":"50m"}}}');
    const { problems } = await compare(10);
    // Nothing runs in a pod here, and the kubelet's own words for that arrive.
    const asked = problems.filter(
      ({ code, what }) => code === "rows-unread" && what.includes("nothing runs in the pods"),
    );
    expect(asked.length).toBeGreaterThanOrEqual(2);
    const unread = problems.find(({ code }) => code === "volume-unread");
    expect(unread?.what).toMatch(/on the target: .*exceeded quota/);
    for (const side of [source, target])
      await expect.poll(() => kubectl(side, "get", "jobs", "-o", "name"), soon).toBe("");
  });
});
