/** The real Velero behind the chart's pod, with its AWS plugin, against S3 as pods reach it: from one cluster to another. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Modifiers, modifiersText } from "../../cli/migrate/plan/maps";
import type { Workload } from "../../cli/validate/checks/workloads";
import { backUp } from "../../cli/velero/backup";
import { drill } from "../../cli/velero/drill";
import { maintainRepositories } from "../../cli/velero/maintain";
import { restore } from "../../cli/velero/restore";
import { tokenFile } from "../../components/backup/source";
import type { CloudRecord, ClusterRequest } from "../../simulator/cloud/behaviour";
import type { Properties } from "../../simulator/provider";
import { claim, cluster, node } from "./objects";
import { say, soon, VeleroClusters } from "./velero-cluster";
import { inShop, reading, record, shop } from "./velero-objects";

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
const role = "arn:aws:iam::123456789012:role/next-source";

/** What the cloud has: the bucket, and who gets into it. The target comes as a cluster of any cloud would. */
const records: CloudRecord[] = [
  record("aws:s3/bucket:Bucket", bucket, { bucket, region: "eu-west-1" }),
  record("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a-1", {
    clusterName: source.name,
    namespace: "velero",
    serviceAccount: "velero-server",
    roleArn: "arn:aws:iam::123456789012:role/prod-velero",
    region: "eu-west-1",
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

let clusters: VeleroClusters;
beforeAll(async () => void (clusters = await VeleroClusters.open(records, ["velero-plugin-for-aws"])));
afterAll(() => clusters.end());

const config = { region: "eu-west-1" };
const nodes = ["a", "b"].map(node);
const provisioner = "ebs.csi.aws.com";
const own: Properties = {
  configuration: {
    backupStorageLocation: [{ provider: "aws", bucket, config, name: "default", default: true }],
    volumeSnapshotLocation: [{ name: "default", provider: "aws", config }],
    logFormat: "json",
  },
  serviceAccount: { server: { name: "velero-server" } },
};
const plugin = { name: "velero-plugin-for-aws", image: "velero/velero-plugin-for-aws:v1.14.3" };
const ofSource = reading(
  { provider: "aws", bucket, config, plugin, audience: "sts.amazonaws.com", environment: {}, ready: [] },
  `[default]\nrole_arn = ${role}\nweb_identity_token_file = ${tokenFile}\nregion = eu-west-1\n`,
);

const zone = "topology.kubernetes.io/zone";
const web = shop({ nodeSelector: { [zone]: "eu-west-1a" } });
const orders = randomBytes(3 * 2 ** 20);

const field = (of: ClusterRequest, path: string, ...args: string[]) => clusters.field(of, path, ...args);
const velero = (of: ClusterRequest, kind: string, name: string) => clusters.phase(of, kind, name);
const podOf = (of: ClusterRequest) => field(of, ".items[*].metadata.name", "pods", "-n", "shop");

describe("Velero", () => {
  it("runs behind the chart's pod, and finds the bucket where the cloud has it", async () => {
    await clusters.bringUp(source, {
      nodes,
      storageClass: { name: "gp3", provisioner },
      plugins: [plugin.image],
      values: own,
    });
    await expect.poll(() => velero(source, "backupstoragelocation", "default"), soon).toBe("Available");
  });

  it("backs a namespace up into the bucket", async () => {
    await clusters.apply(source, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      inShop(claim("data", "gp3")),
      inShop({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { greeting: "hello" } }),
      web,
    ]);
    await expect.poll(() => field(source, ".status.phase", "pvc", "data", "-n", "shop"), soon).toBe("Bound");
    await expect.poll(() => field(source, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    writeFileSync(join(await clusters.disk(source), "orders"), orders);
    const { volumes } = await backUp(
      await clusters.clients(source),
      { name: "first", namespaces: ["shop"], retentionDays: 1, timeoutSeconds: 300 },
      say,
    );
    // The folder that is the pod's own is left out.
    expect(volumes.map(({ namespace, volume, bytes }) => ({ namespace, volume, bytes }))).toEqual([
      { namespace: "shop", volume: "data", bytes: orders.length },
    ]);
    const folder = join(clusters.stores.s3Folder("eu-west-1", bucket), "backups", "first");
    expect(readdirSync(folder)).toContain("first.tar.gz");
    const log = gunzipSync(readFileSync(join(folder, "first-logs.gz"))).toString();
    expect(log).toContain("Backed up a total of");
  });

  it("has Kopia tidy its repository up when it is asked, and as often as before afterwards", async () => {
    const since = new Date();
    const connected = await clusters.clients(source);
    const request = { since, timeoutSeconds: 120 };
    const [name = ""] = await maintainRepositories(connected, request, say);
    expect(name).toBe("shop-default-kopia");
    const schedule = join(clusters.stores.s3Folder("eu-west-1", bucket), "kopia", "shop", "kopia.maintenance");
    expect(statSync(schedule).mtimeMs).toBeGreaterThan(since.getTime());
    const repository = ["backuprepository.velero.io", name, "-n", "velero"];
    expect(await field(source, ".spec.maintenanceFrequency", ...repository)).toBe("1h0m0s");
    // What has been done since needs not be done again.
    expect(await maintainRepositories(connected, request, say)).toEqual([]);
  });

  it("drills a restore beside what serves, and leaves nothing of it", async () => {
    const connected = await clusters.clients(source);
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
    await clusters.kubectl(source, "delete", "daemonset", "node-agent", "-n", "velero");
    await expect
      .poll(() => field(source, ".items[*].metadata.name", "pods", "-n", "velero", "-l", "name=node-agent"), soon)
      .toBe("");
    const request = { name: "second", namespaces: ["shop"], retentionDays: 1, timeoutSeconds: 300 };
    await expect(backUp(await clusters.clients(source), request, say)).rejects.toThrow(
      "The backup second is PartiallyFailed.",
    );
  });

  it("restores it into another cluster, with the class that is there, after the stores were closed and opened", async () => {
    await clusters.reopenStores();
    await clusters.bringUp(target, { nodes, storageClass: { name: "standard-rwo", provisioner }, ...ofSource });
    await expect.poll(() => velero(target, "backupstoragelocation", "source"), soon).toBe("Available");
    await expect.poll(() => velero(target, "backup", "first"), soon).toBe("Completed");
    // On the other cloud this zone is another one.
    const modifiers = new Modifiers();
    const workload = { kind: "Deployment", placed: { object: web, namespace: "shop" } } as unknown as Workload;
    modifiers.patchPods(workload, { nodeSelector: { [zone]: "eu-west-1b" } });
    const outcome = await restore(
      await clusters.clients(target),
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
    const restored = await clusters.disk(target);
    expect(readdirSync(restored)).toEqual(["orders"]);
    expect(readFileSync(join(restored, "orders")).equals(orders)).toBe(true);
  });

  it("gets nothing where nobody has let its service account in", async () => {
    clusters.put("aws:eks/podIdentityAssociation:PodIdentityAssociation", { serviceAccount: "another" });
    clusters.put("aws:iam/role:Role", { assumeRolePolicy: trust("another") });
    await Promise.all([source, target].map((of) => clusters.restart(of)));
    await expect.poll(() => clusters.problem(source, "default"), soon).toMatch(/credentials/);
    await expect
      .poll(() => clusters.problem(target, "source"), soon)
      .toMatch(/Not authorized to perform sts:AssumeRole/);
    clusters.put("aws:eks/podIdentityAssociation:PodIdentityAssociation", { serviceAccount: "velero-server" });
    await clusters.restart(source);
    await expect.poll(() => velero(source, "backupstoragelocation", "default"), soon).toBe("Available");
  });

  it("loses its backups with the cloud's bucket", async () => {
    records.splice(0, 1);
    await clusters.restart(source);
    await expect.poll(() => clusters.problem(source, "default"), soon).toMatch(/NoSuchBucket/);
    expect(existsSync(clusters.stores.s3Folder("eu-west-1", bucket))).toBe(false);
  });
});
