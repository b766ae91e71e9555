import { beforeEach, describe, expect, it } from "vitest";
import { Account, network } from "./account";

let account: Account;
beforeEach(() => {
  account = new Account();
});

describe("file systems", () => {
  it("have addresses in zones, one in each", async () => {
    await network(account);
    const files = await account.create("efs/fileSystem:FileSystem", { encrypted: true });
    expect(files.id).toMatch(/^fs-0[0-9a-f]{16}$/);
    expect(files.outputs).toMatchObject({ performanceMode: "generalPurpose", throughputMode: "bursting" });
    const [subnet] = account.records.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
    const target = () =>
      account.create("efs/mountTarget:MountTarget", { fileSystemId: files.id, subnetId: subnet?.id ?? "" });
    const { outputs } = await target();
    expect(outputs.dnsName).toBe(`${files.id}.efs.eu-west-1.amazonaws.com`);
    await expect(target()).rejects.toThrow("MountTargetConflict: mount target already exists in this AZ");
    await expect(account.delete(files)).rejects.toThrow("FileSystemInUse");
  });

  it("refuse what EFS refuses", async () => {
    await network(account);
    const files = await account.create("efs/fileSystem:FileSystem", {});
    const [subnet] = account.records.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
    const target = (inputs: Record<string, unknown>) =>
      account.create("efs/mountTarget:MountTarget", { fileSystemId: files.id, subnetId: subnet?.id ?? "", ...inputs });
    await expect(target({ fileSystemId: "fs-0123456789abcdef0" })).rejects.toThrow("FileSystemNotFound");
    await expect(target({ subnetId: "subnet-none" })).rejects.toThrow("SubnetNotFound");
    await expect(target({ securityGroups: ["sg-none"] })).rejects.toThrow("SecurityGroupNotFound");
    await expect(account.create("efs/fileSystem:FileSystem", { kmsKeyId: "arn" })).rejects.toThrow(
      "must be set to true",
    );
  });
});

describe("locks and copies of buckets", () => {
  const lock = (bucket: string, rule: unknown = { defaultRetention: { mode: "GOVERNANCE", days: 7 } }) =>
    account.create("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", { bucket, rule });
  const withVersions = (bucket: string) =>
    account.create("s3/bucketVersioning:BucketVersioning", { bucket, versioningConfiguration: { status: "Enabled" } });

  it("need versions", async () => {
    await account.create("s3/bucket:Bucket", { bucket: "one" });
    await expect(lock("one")).rejects.toThrow("Versioning must be 'Enabled'");
    await withVersions("one");
    await expect(lock("one", { defaultRetention: { days: 7 } })).rejects.toThrow("MalformedXML");
    expect((await lock("one")).outputs.objectLockEnabled).toBe("Enabled");
  });

  it("go to a bucket that is there, has versions, and a lock where the first has one", async () => {
    const { outputs: role } = await account.create("iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    await account.create("s3/bucket:Bucket", { bucket: "one" });
    await withVersions("one");
    await lock("one");
    const copy = (change: Record<string, unknown> = {}) =>
      account.create("s3/bucketReplicationConfig:BucketReplicationConfig", {
        bucket: "one",
        role: role.arn,
        rules: [
          {
            status: "Enabled",
            filter: { prefix: "" },
            deleteMarkerReplication: { status: "Enabled" },
            destination: { bucket: "arn:aws:s3:::two" },
          },
        ],
        ...change,
      });
    await expect(copy()).rejects.toThrow("Destination bucket must exist");
    await account.create("s3/bucket:Bucket", { bucket: "two", region: "eu-central-1" });
    await expect(copy()).rejects.toThrow("Destination bucket must have versioning enabled");
    await withVersions("two");
    await expect(copy()).rejects.toThrow("Object Lock must be enabled on the destination bucket");
    await lock("two");
    await expect(copy({ role: "arn:aws:iam::123456789012:role/none" })).rejects.toThrow("Invalid role");
    expect((await copy()).id).toBe("one");
  });
});
