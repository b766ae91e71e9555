/** The real Velero behind the chart's pod, with its AWS plugin, against S3 as pods reach it: from one cluster to another. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Clients } from "../../cli/kubernetes";
import type { Workload } from "../../cli/validate/checks/workloads";
import { backUp } from "../../cli/velero/backup";
import { drill } from "../../cli/velero/drill";
import { Modifiers, modifiersText } from "../../cli/migrate/plan/maps";
import { maintainRepositories } from "../../cli/velero/maintain";
import { restore } from "../../cli/velero/restore";
import { volumePolicy, volumePolicyData } from "../../components/backup/volumes";
import { ensureCrds, ensureTools, rehearsalPrograms } from "../../cli/tools";
import type { CloudRecord, ClusterRequest, KubernetesManifest } from "../../simulator/cloud/behaviour";
import { ControlPlanes } from "../../simulator/controlplane";
import { KubernetesProvider } from "../../simulator/kubernetes";
import { openServices, type OpenServices } from "../../simulator/objectstore/services";
import type { Properties } from "../../simulator/provider";
import { TestResource } from "./kubernetes-cluster";
import { claim, cluster, csiDriver, deployment, node, userKubeconfig } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "velero-"));
const bucket = "prod-backup-1a2b3c";
const source = cluster;
const target: ClusterRequest = {
  ...cluster,
  id: "arn:aws:eks:eu-west-1:123456789012:cluster/next",
  name: "next",
  endpointHost: "1123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
  serviceCidr: "10.100.0.0/16",
};

const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/1123456789ABCDEF0123456789ABCDEF";
const tokenFolder = "/var/run/secrets/platform/source";
const role = "arn:aws:iam::123456789012:role/next-source";

/** What the cloud has: the bucket, and who gets into it. The target comes as a cluster of any cloud would. */
const records: CloudRecord[] = [
  record("aws:s3/bucket:Bucket", bucket, { bucket }),
  record("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a-1", {
    clusterName: source.name,
    namespace: "velero",
    serviceAccount: "velero-server",
    roleArn: "arn:aws:iam::123456789012:role/prod-velero",
  }),
  record("aws:eks/cluster:Cluster", target.name, { arn: target.id, identities: [{ oidcs: [{ issuer }] }] }),
  record("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "p-1", {
    arn: "arn:aws:iam::123456789012:oidc-provider/next",
    url: issuer,
    clientIdLists: ["sts.amazonaws.com"],
  }),
  record("aws:iam/role:Role", "next-source", { arn: role, assumeRolePolicy: trust("velero-server") }),
];

function trust(serviceAccount: string): string {
  const host = issuer.replace("https://", "");
  return JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/next" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${host}:aud`]: "sts.amazonaws.com",
            [`${host}:sub`]: `system:serviceaccount:velero:${serviceAccount}`,
          },
        },
      },
    ],
  });
}

function record(type: string, id: string, outputs: Record<string, unknown>): CloudRecord {
  return { type, id, urn: `urn:${id}`, inputs: {}, outputs: { ...outputs, region: "eu-west-1" } };
}

let tools: Awaited<ReturnType<typeof ensureTools>>;
let services: OpenServices;
let planes: ControlPlanes;
let provider: KubernetesProvider;
const soon = { timeout: 120_000, interval: 500 };

const open = (): Promise<OpenServices> =>
  openServices({
    directory,
    tools,
    inventory: { list: (type) => records.filter((one) => one.type === type) },
    log: (line) => console.log(line),
  });

beforeAll(async () => {
  const own = ["velero", "velero-plugin-for-aws", "versitygw"] as const;
  tools = await ensureTools((line) => console.log(line), [...rehearsalPrograms, ...own]);
  const crds = await ensureCrds((line) => console.log(line), ["velero"]);
  services = await open();
  planes = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools,
    // Through the variable: the stores are closed and opened again while the clusters run.
    services: { route: (host) => services.route(host), environment: (place) => services.environment(place) },
    log: (line) => console.log(line),
  });
  const { HTTPS_PROXY: proxyUrl, ...environment } = await planes.environment();
  Object.assign(process.env, environment);
  provider = new KubernetesProvider({
    proxyUrl,
    timeScale: 0.05,
    helm: tools.helm,
    crds: async (chart) => crds[chart] ?? [],
    onRelease: async () => undefined,
  });
});

afterAll(async () => {
  await planes.shutdown();
  await services.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function kubectl({ id }: ClusterRequest, ...args: string[]): Promise<string> {
  const { adminKubeconfig } = await planes.cluster(id);
  return (await promisify(execFile)(tools.kubectl, ["--kubeconfig", adminKubeconfig, ...args])).stdout.trim();
}

const field = (of: ClusterRequest, path: string, ...args: string[]) =>
  kubectl(of, "get", ...args, "-o", `jsonpath={${path}}`).catch((error: unknown) => String(error));

const velero = (of: ClusterRequest, kind: string, name: string) =>
  field(of, ".status.phase", `${kind}.velero.io`, name, "-n", "velero");

/** A cluster with a default storage class, and Velero as the stack installs it. */
async function bringUp(of: ClusterRequest, storageClass: string, values: Properties): Promise<void> {
  const { certificateAuthority } = await planes.start(of);
  await planes.setNodes(of.id, "general", ["a", "b"].map(node));
  await planes.apply(of.id, [
    csiDriver,
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: storageClass },
      provisioner: "ebs.csi.aws.com",
      volumeBindingMode: "WaitForFirstConsumer",
    },
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "velero", labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: volumePolicy, namespace: "velero" },
      data: volumePolicyData(),
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "velero-source", namespace: "velero" },
      stringData: {
        credentials: `[default]\nrole_arn = ${role}\nweb_identity_token_file = ${tokenFolder}/token\nregion = eu-west-1\n`,
      },
    },
  ]);
  const connection = `velero-${of.name}`;
  await provider.configure(connection, { kubeconfig: userKubeconfig(of, certificateAuthority) });
  await new TestResource(provider, "kubernetes:helm.sh/v3:Release", connection, connection).create(
    {
      name: `${of.name}-velero`,
      chart: "velero",
      version: "12.1.0",
      namespace: "velero",
      repositoryOpts: { repo: "https://vmware-tanzu.github.io/helm-charts" },
      values: {
        initContainers: [
          {
            name: "velero-plugin-for-aws",
            image: "velero/velero-plugin-for-aws:v1.14.3",
            volumeMounts: [{ name: "plugins", mountPath: "/target" }],
          },
        ],
        credentials: { useSecret: false },
        serviceAccount: { server: { name: "velero-server" } },
        deployNodeAgent: true,
        ...values,
      },
    },
    { timeoutSeconds: 300 },
  );
}

const location = { provider: "aws", bucket, config: { region: "eu-west-1" } };
const own: Properties = {
  configuration: {
    backupStorageLocation: [{ ...location, name: "default", default: true }],
    volumeSnapshotLocation: [{ name: "default", provider: "aws", config: location.config }],
    logFormat: "json",
  },
};
const sourceToken: Properties = {
  extraVolumes: [
    {
      name: "source-token",
      projected: {
        sources: [{ serviceAccountToken: { audience: "sts.amazonaws.com", expirationSeconds: 3600, path: "token" } }],
      },
    },
  ],
  extraVolumeMounts: [{ name: "source-token", mountPath: tokenFolder, readOnly: true }],
};
const ofAnother: Properties = {
  configuration: {
    backupStorageLocation: [
      {
        ...location,
        name: "source",
        accessMode: "ReadOnly",
        credential: { name: "velero-source", key: "credentials" },
      },
    ],
    volumeSnapshotLocation: [],
    backupSyncPeriod: "5s",
    storeValidationFrequency: "5s",
  },
  ...sourceToken,
  nodeAgent: sourceToken,
};

const inShop = (object: KubernetesManifest): KubernetesManifest => ({
  ...object,
  metadata: { ...object.metadata, namespace: "shop" },
});

const zone = "topology.kubernetes.io/zone";
const web = inShop(
  deployment("web", 1, {
    nodeSelector: { [zone]: "eu-west-1a" },
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: "data" } },
      { name: "scratch", emptyDir: {} },
    ],
    containers: [
      {
        name: "main",
        image: "app:1",
        volumeMounts: [
          { name: "data", mountPath: "/data" },
          { name: "scratch", mountPath: "/tmp" },
        ],
      },
    ],
  }),
);
const orders = randomBytes(3 * 2 ** 20);
const say = (line: string): void => console.log(line);

async function clients({ id }: ClusterRequest): Promise<Clients> {
  return connect(readFileSync((await planes.cluster(id)).adminKubeconfig, "utf8"));
}

const podOf = (of: ClusterRequest) => field(of, ".items[*].metadata.name", "pods", "-n", "shop");

/** The folder that stands for the claim's disk. */
async function disk(of: ClusterRequest): Promise<string> {
  const volume = await field(of, ".spec.volumeName", "pvc", "data", "-n", "shop");
  return planes.disks(of.id).folder(volume);
}
describe("Velero", () => {
  it("runs behind the chart's pod, and finds the bucket where the cloud has it", async () => {
    await bringUp(source, "gp3", own);
    await expect.poll(() => velero(source, "backupstoragelocation", "default"), soon).toBe("Available");
  });

  it("backs a namespace up into the bucket", async () => {
    await planes.apply(source.id, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      inShop(claim("data", "gp3")),
      inShop({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { greeting: "hello" } }),
      inShop(web),
    ]);
    await expect.poll(() => field(source, ".status.phase", "pvc", "data", "-n", "shop"), soon).toBe("Bound");
    await expect.poll(() => field(source, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    writeFileSync(join(await disk(source), "orders"), orders);
    const { volumes } = await backUp(
      await clients(source),
      { name: "first", namespaces: ["shop"], retentionDays: 1, timeoutSeconds: 300 },
      say,
    );
    // The folder that is the pod's own is left out.
    expect(volumes.map(({ namespace, volume, bytes }) => ({ namespace, volume, bytes }))).toEqual([
      { namespace: "shop", volume: "data", bytes: orders.length },
    ]);
    const folder = join(services.stores.s3Folder("eu-west-1", bucket), "backups", "first");
    expect(readdirSync(folder)).toContain("first.tar.gz");
    const log = gunzipSync(readFileSync(join(folder, "first-logs.gz"))).toString();
    expect(log).toContain("Backed up a total of");
  });

  it("has Kopia tidy its repository up when it is asked, and as often as before afterwards", async () => {
    const since = new Date();
    const connected = await clients(source);
    const request = { since, timeoutSeconds: 120 };
    const [name = ""] = await maintainRepositories(connected, request, say);
    expect(name).toBe("shop-default-kopia");
    const schedule = join(services.stores.s3Folder("eu-west-1", bucket), "kopia", "shop", "kopia.maintenance");
    expect(statSync(schedule).mtimeMs).toBeGreaterThan(since.getTime());
    const repository = ["backuprepository.velero.io", name, "-n", "velero"];
    expect(await field(source, ".spec.maintenanceFrequency", ...repository)).toBe("1h0m0s");
    // What has been done since needs not be done again.
    expect(await maintainRepositories(connected, request, say)).toEqual([]);
  });

  it("drills a restore beside what serves, and leaves nothing of it", async () => {
    const connected = await clients(source);
    const found = await drill(connected, { namespace: "shop", timeoutSeconds: 300 }, say);
    expect(found).toMatchObject({ backup: "first", namespace: "shop", volumes: 1, bytes: orders.length });
    expect(found.recoveryPointSeconds).toBeGreaterThan(0);
    expect(await field(source, ".items[*].metadata.name", "namespaces")).not.toContain("restore-drill");
    expect(await field(source, ".status.readyReplicas", "deployment", "web", "-n", "shop")).toBe("1");
    await expect(drill(connected, { namespace: "other", timeoutSeconds: 300 }, say)).rejects.toThrow(
      "No whole backup has the namespace other",
    );
  });

  it("says that it has no whole backup where nobody reads a volume", async () => {
    await kubectl(source, "delete", "daemonset", "node-agent", "-n", "velero");
    await expect
      .poll(() => field(source, ".items[*].metadata.name", "pods", "-n", "velero", "-l", "name=node-agent"), soon)
      .toBe("");
    const request = { name: "second", namespaces: ["shop"], retentionDays: 1, timeoutSeconds: 300 };
    await expect(backUp(await clients(source), request, say)).rejects.toThrow("The backup second is PartiallyFailed.");
  });

  it("restores it into another cluster, with the class that is there, after the stores were closed and opened", async () => {
    await services.stop();
    services = await open();
    await bringUp(target, "standard-rwo", ofAnother);
    await expect.poll(() => velero(target, "backupstoragelocation", "source"), soon).toBe("Available");
    await expect.poll(() => velero(target, "backup", "first"), soon).toBe("Completed");
    // On the other cloud this zone is another one.
    const modifiers = new Modifiers();
    const workload = { kind: "Deployment", placed: { object: web, namespace: "shop" } } as unknown as Workload;
    modifiers.patchPods(workload, { nodeSelector: { [zone]: "eu-west-1b" } });
    const outcome = await restore(
      await clients(target),
      {
        name: "first",
        backup: "first",
        storageClasses: { gp3: "standard-rwo" },
        images: { "app:": "registry.example.com/app:" },
        modifiers: modifiersText(modifiers.list()),
        excludedKinds: ["configmaps"],
        timeoutSeconds: 300,
      },
      say,
    );
    expect(outcome.volumes).toHaveLength(1);
    expect(await field(target, ".spec.storageClassName", "pvc", "data", "-n", "shop")).toBe("standard-rwo");
    expect(await field(target, ".items[*].metadata.name", "configmaps", "-n", "shop")).not.toContain("settings");
    await expect.poll(() => field(target, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    // It is the pod of the backup, on a node of the new zone: one that did not fit its Deployment had been made anew.
    expect(await podOf(target)).toBe(await podOf(source));
    expect(await field(target, ".items[*].spec.nodeSelector", "pods", "-n", "shop")).toContain("eu-west-1b");
    expect(await field(target, ".items[*].spec.containers[*].image", "pods", "-n", "shop")).toBe(
      "registry.example.com/app:1",
    );
    // Byte for byte, and nothing else: the restore's own mark is gone when the pod starts.
    const restored = await disk(target);
    expect(readdirSync(restored)).toEqual(["orders"]);
    expect(readFileSync(join(restored, "orders")).equals(orders)).toBe(true);
  });

  const problemOf = (of: ClusterRequest, name: string) =>
    field(of, ".status.message", "backupstoragelocation.velero.io", name, "-n", "velero");
  const restart = (of: ClusterRequest) => kubectl(of, "rollout", "restart", "deployment", "velero", "-n", "velero");

  it("gets nothing where nobody has let its service account in", async () => {
    const put = (type: string, outputs: Properties): void => {
      const index = records.findIndex((one) => one.type === type);
      const found = records[index];
      if (found) records[index] = { ...found, outputs: { ...found.outputs, ...outputs } };
    };
    put("aws:eks/podIdentityAssociation:PodIdentityAssociation", { serviceAccount: "another" });
    put("aws:iam/role:Role", { assumeRolePolicy: trust("another") });
    await Promise.all([source, target].map(restart));
    await expect.poll(() => problemOf(source, "default"), soon).toMatch(/credentials/);
    await expect.poll(() => problemOf(target, "source"), soon).toMatch(/Not authorized to perform sts:AssumeRole/);
    put("aws:eks/podIdentityAssociation:PodIdentityAssociation", { serviceAccount: "velero-server" });
    await restart(source);
    await expect.poll(() => velero(source, "backupstoragelocation", "default"), soon).toBe("Available");
  });

  it("loses its backups with the cloud's bucket", async () => {
    records.splice(0, 1);
    await restart(source);
    await expect.poll(() => problemOf(source, "default"), soon).toMatch(/NoSuchBucket/);
    expect(existsSync(services.stores.s3Folder("eu-west-1", bucket))).toBe(false);
  });
});
