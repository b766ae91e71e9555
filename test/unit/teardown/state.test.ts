import { describe, expect, it } from "vitest";
import { backupStores, ownsCluster, protectedResources, type StackResource } from "../../../cli/teardown/state";

const prefix = "urn:pulumi:prod::kubernetes-platform::";

function resource(path: string, name: string, more: Partial<StackResource> = {}): StackResource {
  return { urn: `${prefix}${path}::${name}`, type: path.split("$").at(-1) ?? "", custom: true, ...more };
}

describe("what is protected", () => {
  it("is named once, by the component that protects its children", () => {
    const eks = resource("eks:index:Cluster", "platform-prod", { custom: false, protect: true });
    const child = resource("eks:index:Cluster$aws:eks/cluster:Cluster", "platform-prod-eksCluster", {
      protect: true,
      parent: eks.urn,
    });
    const vpc = resource("aws:ec2/vpc:Vpc", "platform-prod", { protect: true, parent: `${prefix}a::b` });
    const subnet = resource("aws:ec2/subnet:Subnet", "platform-prod", { protect: false });
    expect(protectedResources([eks, child, vpc, subnet])).toEqual([
      "aws:ec2/vpc:Vpc platform-prod",
      "eks:index:Cluster platform-prod",
    ]);
  });

  it.each([["deletionProtection"], ["enableDeletionProtection"]])(
    "is also what the cloud locks by %s: an update that lifts it may have been interrupted",
    (lock) => {
      const locked = (value: boolean) =>
        resource("aws:lb/loadBalancer:LoadBalancer", "alb", { inputs: { [lock]: value } });
      expect(protectedResources([locked(true)])).toEqual(["aws:lb/loadBalancer:LoadBalancer alb"]);
      expect(protectedResources([locked(false)])).toEqual([]);
    },
  );
});

describe("what the backups are in", () => {
  it("is in the cloud, and none of the objects on the cluster that make backups", () => {
    const bucket = "platform:aws:Cluster$platform:aws:BackupBucket";
    expect(
      backupStores([
        resource(bucket, "platform-prod", { custom: false }),
        resource(`${bucket}$aws:s3/bucket:Bucket`, "platform-prod-backup", { id: "platform-prod-backup-1a2b3c4" }),
        resource(`${bucket}$aws:s3/bucketPolicy:BucketPolicy`, "b", { id: "platform-prod-backup-1a2b3c4" }),
        resource("platform:kubernetes:Platform$platform:kubernetes:Backup$kubernetes:core/v1:Namespace", "velero", {
          id: "velero",
        }),
        resource("platform:aws:Cluster$aws:kms/key:Key", "platform-prod", { id: "key" }),
      ]),
    ).toEqual(["platform-prod-backup-1a2b3c4"]);
  });

  it("is told by what it is in, where the cloud nests it", () => {
    const storage = "platform:azure:Cluster$platform:azure:BackupStorage";
    const group = "/subscriptions/s/resourceGroups/platform-prod-backup";
    expect(
      backupStores([
        resource(`${storage}$azure-native:storage:StorageAccount`, "b", {
          id: `${group}/providers/Microsoft.Storage/a`,
        }),
        resource(`${storage}$azure-native:resources:ResourceGroup`, "platform-prod-backup", { id: group }),
        resource("platform:azure:Cluster$azure-native:resources:ResourceGroup", "platform-prod", {
          id: "/subscriptions/s/resourceGroups/platform-prod",
        }),
      ]),
    ).toEqual([group]);
  });
});

describe("the cluster", () => {
  it.each([
    ["platform:aws:Cluster", true],
    ["platform:azure:Cluster", true],
    // Nothing of a cluster that others use is deleted because nothing is known of it.
    ["platform:local:Cluster", false],
    ["platform:kubernetes:Platform", false],
  ])("with %s in the stack is its own: %s", (type, own) => {
    expect(ownsCluster([resource(type, "platform-prod", { custom: false })])).toBe(own);
  });
});
