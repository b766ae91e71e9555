import { beforeAll, describe, expect, it } from "vitest";

import { dev, invoke, prod, computed } from "./aws";
import { createCluster } from "../../../components/clouds";
import { record, type Recording, valueOf } from "./record";
import { up, usual } from "./usualAws";

const fileSystem = "aws:efs/fileSystem:FileSystem";
const mountTarget = "aws:efs/mountTarget:MountTarget";

describe("shared files", () => {
  const shared = { storage: { shared: true } };
  let r: Recording;
  let cluster: Awaited<ReturnType<typeof up>>["result"];
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await up(prod(shared)));
  });

  it("are there where asked for only", async () => {
    const { recording, result } = await usual.prod();
    expect(recording.ofType(fileSystem)).toEqual([]);
    expect(result.traits.storageClasses.map(({ name }) => name)).not.toContain("shared");
  });

  it("are encrypted, and as precious as the cluster", () => {
    const files = r.one(fileSystem, "platform-shared");
    expect(files.inputs).toMatchObject({ encrypted: true, throughputMode: "elastic" });
    expect(files.protect).toBe(true);
  });

  it("have a door in each zone, for the cluster's nodes only", () => {
    const zones = ["a", "b", "c"].map((zone) => `platform-private-eu-west-1${zone}-id`);
    expect(r.ofType(mountTarget).map(({ inputs }) => inputs.subnetId)).toEqual(zones);
    expect(r.ofType(mountTarget)[0]?.inputs.securityGroups).toEqual(["platform-shared-id"]);
    expect(r.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "platform-shared").inputs).toMatchObject({
      securityGroupId: "platform-shared-id",
      referencedSecurityGroupId: "sg-cluster",
      fromPort: 2049,
      toPort: 2049,
    });
  });

  it("have a driver that may make volumes before its pods start", () => {
    const driver = r.one("aws:eks/addon:Addon", "platform-aws-efs-csi-driver");
    const association = r.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", "platform-efs-csi");
    expect(association.inputs).toMatchObject({ namespace: "kube-system", serviceAccount: "efs-csi-controller-sa" });
    expect(r.waitsFor(driver, association)).toBe(true);
  });

  it("are the class `shared`, never the default", async () => {
    const found = cluster.traits.storageClasses.find(({ name }) => name === "shared");
    expect(found).toMatchObject({ provisioner: "efs.csi.aws.com", default: false, accessModes: ["ReadWriteMany"] });
    expect(await valueOf(found?.parameters.fileSystemId)).toBe("platform-shared-id");
  });

  it("have one door a zone in a network of somebody else's too", async () => {
    const privateSubnets = ["subnet-3", "subnet-4", "subnet-5"];
    const existing = { id: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], privateSubnets };
    const zoneOf: Record<string, string> = {
      "subnet-3": "eu-west-1a",
      "subnet-4": "eu-west-1a",
      "subnet-5": "eu-west-1b",
    };
    const { recording } = await record(
      () => createCluster("platform", dev({ ...shared, network: { ...dev().network, existing } })),
      computed,
      (token, inputs) =>
        token === "aws:ec2/getSubnet:getSubnet"
          ? { ...invoke(token, inputs), availabilityZone: zoneOf[String(inputs.id)] ?? "" }
          : invoke(token, inputs),
    );
    expect(recording.ofType(mountTarget).map(({ inputs }) => inputs.subnetId)).toEqual(["subnet-3", "subnet-5"]);
  });
});

describe("backups", () => {
  const lockType = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
  const encryptionType = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  const algorithms = (recording: Recording) =>
    recording.ofType(encryptionType).map(({ inputs }) => JSON.stringify(inputs.rules).match(/aws:kms|AES256/)?.[0]);

  it("are neither locked nor copied unless asked for", async () => {
    const { recording } = await usual.prod();
    expect(recording.ofType(lockType)).toEqual([]);
    expect(recording.names("aws:s3/bucket:Bucket")).toEqual(["platform-backup"]);
    expect(algorithms(recording)).toEqual(["aws:kms"]);
  });

  it("cannot be deleted while they are kept, where they are locked", async () => {
    const { recording } = await up(dev({ backup: { ...dev().backup, lock: "compliance", retentionDays: 12 } }));
    const lock = recording.one(lockType, "platform-backup");
    expect(lock.inputs).toMatchObject({ rule: { defaultRetention: { mode: "COMPLIANCE", days: 12 } } });
    // Without the lock the backups that stay could be deleted.
    expect(lock.retainOnDelete).toBe(true);
    expect(recording.waitsFor(lock, recording.one("aws:s3/bucketVersioning:BucketVersioning", "platform-backup"))).toBe(
      true,
    );
  });

  it("are copied to a bucket in another region that is as private and as locked", async () => {
    const backup = { ...prod().backup, lock: "governance" as const, copyRegion: "eu-central-1" };
    const { recording, result } = await up(prod({ backup }));
    const ofBucket = (name: string) =>
      recording
        .all()
        .filter(
          (item) =>
            item.type.startsWith("aws:s3/") && item.name === name && !item.type.endsWith("BucketReplicationConfig"),
        )
        .map(({ type, inputs, protect, retainOnDelete }) => ({ type, region: inputs.region, protect, retainOnDelete }))
        .sort((one, other) => one.type.localeCompare(other.type));
    const own = ofBucket("platform-backup");
    expect(own.length).toBeGreaterThan(6);
    expect(ofBucket("platform-backup-copy")).toEqual(own.map((item) => ({ ...item, region: "eu-central-1" })));
    expect(algorithms(recording)).toEqual(["AES256", "AES256"]);
    expect(await valueOf(result.traits.backup?.copyLocation)).toBe("s3://platform-backup-copy");

    const replication = recording.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "platform-backup-copy");
    expect(replication.inputs).toMatchObject({
      bucket: "platform-backup",
      rules: [{ status: "Enabled", destination: { bucket: "arn:aws:s3:::platform-backup-copy" } }],
    });
    for (const lock of recording.ofType(lockType)) expect(recording.waitsFor(replication, lock)).toBe(true);
  });
});
