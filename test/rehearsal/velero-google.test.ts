/**
 * The real Velero with its Google plugin: a GKE cluster backs a namespace up into its bucket, and a cluster of another cloud
 * reads it there, known to Google by nothing but the tokens of its service account.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backUp } from "../../cli/velero/backup";
import { maintainRepositories } from "../../cli/velero/maintain";
import { restore } from "../../cli/velero/restore";
import { tokenFile } from "../../components/backup/source";
import type { CloudRecord, ClusterRequest, NodeRequest } from "../../simulator/cloud/behaviour";
import { definitions } from "../../simulator/gcp/definitions";
import { projectNumber } from "../../simulator/gcp/resource";
import { claim, cluster, node } from "./objects";
import { say, soon, VeleroClusters } from "./velero-cluster";
import { inShop, reading, record, shop } from "./velero-objects";

const project = "platform-test";
const bucket = "prod-backup-1a2b3c";
const email = `prod-velero@${project}.iam.gserviceaccount.com`;
const source: ClusterRequest = {
  ...cluster,
  cloud: "gcp",
  id: `projects/${project}/locations/europe-west1/clusters/prod`,
  region: "europe-west1",
  endpointHost: "34.140.10.20",
};
const target: ClusterRequest = { ...cluster, name: "next", serviceCidr: "10.100.0.0/16" };

const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const pool = `projects/${projectNumber(project)}/locations/global/workloadIdentityPools/next-1a2b`;
const provider = `${pool}/providers/cluster`;
const subject = (serviceAccount: string): string => `system:serviceaccount:velero:${serviceAccount}`;
const letsIn = (serviceAccount: string) => ({ attributeCondition: `assertion.sub == "${subject(serviceAccount)}"` });

const binding = "gcp:serviceaccount/iAMMember:IAMMember";
const identityProvider = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const grant = "gcp:storage/bucketIAMMember:BucketIAMMember";

/** What the clouds have: as `components/clouds/gcp` makes it for the cluster, and for whoever takes over from it. */
const records: CloudRecord[] = [
  record("gcp:storage/bucket:Bucket", bucket, { name: bucket }),
  record("gcp:container/cluster:Cluster", source.id, { project }),
  record(binding, "b-1", {
    serviceAccountId: `projects/${project}/serviceAccounts/${email}`,
    role: "roles/iam.workloadIdentityUser",
    member: `serviceAccount:${project}.svc.id.goog[velero/velero]`,
  }),
  record("aws:eks/cluster:Cluster", target.name, { arn: target.id, identities: [{ oidcs: [{ issuer }] }] }),
  record("gcp:iam/workloadIdentityPool:WorkloadIdentityPool", "w-1", { name: pool }),
  record(identityProvider, "w-2", {
    name: provider,
    oidc: { issuerUri: issuer },
    attributeMapping: { "google.subject": "assertion.sub" },
    ...letsIn("velero-server"),
  }),
  record(grant, "g-2", {
    bucket: `b/${bucket}`,
    role: "roles/storage.objectViewer",
    member: `principal://iam.googleapis.com/${pool}/subject/${subject("velero-server")}`,
  }),
  record(grant, "g-3", {
    bucket: `b/${bucket}`,
    role: "roles/storage.objectUser",
    member: `principal://iam.googleapis.com/${pool}/subject/${subject("velero-server")}`,
    condition: {
      title: "restores",
      expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/restores/")`,
    },
  }),
  record(grant, "g-1", {
    bucket: `b/${bucket}`,
    role: "roles/storage.objectAdmin",
    member: `serviceAccount:${email}`,
  }),
];

let clusters: VeleroClusters;
beforeAll(async () => {
  clusters = await VeleroClusters.open(records, ["velero-plugin-for-gcp"]);
});
afterAll(() => clusters.end());

const plugin = { name: "velero-plugin-for-gcp", image: "velero/velero-plugin-for-gcp:v1.14.2" };
const annotations = { "iam.gke.io/gcp-service-account": email };
const own = {
  configuration: {
    backupStorageLocation: [
      { name: "default", default: true, provider: "gcp", bucket, config: { serviceAccount: email } },
    ],
    volumeSnapshotLocation: [
      { name: "default", provider: "gcp", config: { project, snapshotLocation: source.region } },
    ],
    logFormat: "json",
    storeValidationFrequency: "5s",
  },
  serviceAccount: { server: { name: "velero", annotations } },
};
const ofSource = reading(
  {
    provider: "gcp",
    bucket,
    config: {},
    plugin,
    audience: `https://iam.googleapis.com/${provider}`,
    environment: {},
    ready: [],
  },
  JSON.stringify({
    type: "external_account",
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: tokenFile, format: { type: "text" } },
  }),
);

function machine(zone: string): NodeRequest {
  return {
    ...node(zone),
    name: `gke-prod-general-${zone}`,
    zone: `europe-west1-${zone}`,
    instanceType: "e2-standard-2",
    providerId: `gce://${project}/europe-west1-${zone}/gke-prod-general-${zone}`,
  };
}

const orders = randomBytes(3 * 2 ** 20);
const field = (of: ClusterRequest, path: string, ...args: string[]) => clusters.field(of, path, ...args);
const phase = (of: ClusterRequest, location: string) => clusters.phase(of, "backupstoragelocation", location);

describe("Velero on Google's store", () => {
  it("finds the cluster's own bucket by the identity of its pods", async () => {
    await clusters.bringUp(source, {
      nodes: ["b", "c"].map(machine),
      storageClass: { name: "standard-rwo", provisioner: "pd.csi.storage.gke.io" },
      plugins: [plugin.image],
      values: own,
      objects: definitions,
    });
    await expect.poll(() => phase(source, "default"), soon).toBe("Available");
  });

  it("backs a namespace up into it, files of volumes too, and tidies the repository up", async () => {
    await clusters.apply(source, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      inShop(claim("data", "standard-rwo")),
      shop(),
    ]);
    await expect.poll(() => field(source, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    writeFileSync(join(await clusters.disk(source), "orders"), orders);
    const connected = await clusters.clients(source);
    const request = { name: "first", namespaces: ["shop"], retentionDays: 1, timeoutSeconds: 300 };
    const { volumes } = await backUp(connected, request, say);
    expect(volumes.map(({ volume, bytes }) => ({ volume, bytes }))).toEqual([{ volume: "data", bytes: orders.length }]);
    const folder = clusters.stores.gcsFolder(bucket);
    expect(readdirSync(join(folder, "backups", "first"))).toContain("first.tar.gz");
    const since = new Date();
    await maintainRepositories(connected, { since, timeoutSeconds: 120 }, say);
    expect(statSync(join(folder, "kopia", "shop", "kopia.maintenance")).mtimeMs).toBeGreaterThan(since.getTime());
  });

  it("is read by a cluster of another cloud, byte for byte, after the stores were closed and opened", async () => {
    await clusters.reopenStores();
    await clusters.bringUp(target, {
      nodes: ["a", "b"].map(node),
      storageClass: { name: "gp3", provisioner: "ebs.csi.aws.com" },
      ...ofSource,
    });
    await expect.poll(() => phase(target, "source"), soon).toBe("Available");
    await expect.poll(() => clusters.phase(target, "backup", "first"), soon).toBe("Completed");
    const storageClasses = { "standard-rwo": "gp3" };
    const request = { name: "first", backup: "first", storageClasses, timeoutSeconds: 300 };
    const outcome = await restore(await clusters.clients(target), request, say);
    expect(outcome.volumes).toHaveLength(1);
    await expect.poll(() => field(target, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    const restored = await clusters.disk(target);
    expect(readdirSync(restored)).toEqual(["orders"]);
    expect(readFileSync(join(restored, "orders")).equals(orders)).toBe(true);
  });

  it("is not written by it, but for what it says of its restores", async () => {
    const writable = { spec: { accessMode: "ReadWrite" } };
    const location = ["backupstoragelocation.velero.io", "source", "-n", "velero", "--type=merge"];
    await clusters.kubectl(target, "patch", ...location, "-p", JSON.stringify(writable));
    // Without a volume: what is refused is the backup itself.
    const request = { name: "second", namespaces: ["kube-public"], retentionDays: 1, timeoutSeconds: 300 };
    await expect(backUp(await clusters.clients(target), { ...request, location: "source" }, say)).rejects.toThrow(
      "The backup second is Failed",
    );
    const folder = clusters.stores.gcsFolder(bucket);
    expect(readdirSync(join(folder, "backups"))).toEqual(["first"]);
    expect(readdirSync(join(folder, "restores", "first"))).toContain("restore-first-logs.gz");
  });

  it("refuses who is not let in, in Google's words", async () => {
    clusters.put(binding, { member: `serviceAccount:${project}.svc.id.goog[velero/another]` });
    clusters.put(identityProvider, letsIn("another"));
    await Promise.all([source, target].map((of) => clusters.restart(of)));
    await expect
      .poll(() => clusters.problem(source, "default"), soon)
      .toMatch(/Permission 'iam.serviceAccounts.getAccessToken' denied/);
    await expect
      .poll(() => clusters.problem(target, "source"), soon)
      .toMatch(/unauthorized_client.*rejected by the attribute condition/);

    // Let in again, but not into the bucket.
    clusters.put(binding, { member: `serviceAccount:${project}.svc.id.goog[velero/velero]` });
    clusters.put(identityProvider, letsIn("velero-server"));
    clusters.put(grant, { member: `principal://iam.googleapis.com/${pool}/subject/${subject("another")}` });
    await expect
      .poll(() => clusters.problem(target, "source"), soon)
      .toMatch(/Caller does not have storage.objects.list access to the Google Cloud Storage bucket/);
    await expect.poll(() => phase(source, "default"), soon).toBe("Available");
  });

  it("loses its backups with the cloud's bucket", async () => {
    records.splice(0, 1);
    await expect.poll(() => clusters.problem(source, "default"), soon).toMatch(/The specified bucket does not exist/);
    // Where the store is asked for, and its buckets are looked after.
    expect(readdirSync(join(clusters.stores.gcsFolder(bucket), ".."))).not.toContain(bucket);
  });
});
