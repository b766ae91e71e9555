import { beforeEach, describe, expect, it } from "vitest";
import { place, Subscription, subscriptionId } from "./account";

let azure: Subscription;
beforeEach(async () => {
  azure = new Subscription();
  await azure.create("resources:ResourceGroup", place);
});

const group = `/subscriptions/${subscriptionId}/resourceGroups/platform`;

describe("storage", () => {
  const account = (accountName: string, inputs = {}) =>
    azure.create("storage:StorageAccount", {
      ...place,
      accountName,
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
      ...inputs,
    });
  const inside = { resourceGroupName: "platform", accountName: "backups" };
  const policy = (rules: object[]) =>
    azure.create("storage:ManagementPolicy", { ...inside, managementPolicyName: "default", policy: { rules } });
  const versions = {
    name: "versions",
    type: "Lifecycle",
    definition: {
      filters: { blobTypes: ["blockBlob"] },
      actions: { version: { delete: { daysAfterCreationGreaterThan: 30 } } },
    },
  };

  it("has accounts of one name only, in regions that have their redundancy", async () => {
    const { outputs } = await account("backups");
    expect(outputs.primaryEndpoints).toMatchObject({ blob: "https://backups.blob.core.windows.net/" });
    await azure.create("resources:ResourceGroup", { ...place, resourceGroupName: "other" });
    await expect(account("backups", { resourceGroupName: "other" })).rejects.toThrow(
      "The storage account named backups is already taken.",
    );
    await expect(account("others", { location: "westus" })).rejects.toThrow(
      "RedundancyConfigurationNotAvailableInRegion",
    );
  });

  it("has no rules about versions where there are none", async () => {
    const record = await account("backups");
    await expect(policy([versions])).rejects.toThrow("BlobVersioningNotEnabled");
    await azure.create("storage:BlobServiceProperties", {
      ...inside,
      blobServicesName: "default",
      isVersioningEnabled: true,
    });
    await policy([versions]);
    await expect(policy([versions, versions])).rejects.toThrow("cannot create already existing resource");
    await azure.create("storage:BlobContainer", { ...inside, containerName: "velero", publicAccess: "None" });
    await expect(
      azure.create("storage:BlobContainer", { ...inside, containerName: "open", publicAccess: "Blob" }),
    ).rejects.toThrow("Public access is not permitted on this storage account.");
    await azure.delete(record);
    expect(azure.records).toHaveLength(1);
  });

  it.each([
    [[], "A policy has 1 to 100 rules."],
    [[{ ...versions, name: "old-ones" }], "letters and digits only"],
  ])("refuses the rules %j", async (rules, message) => {
    await account("backups");
    await expect(policy(rules)).rejects.toThrow(message);
  });
});

describe("copies of blobs", () => {
  const ids = ["here", "there"].map((name) => `${group}/providers/Microsoft.Storage/storageAccounts/${name}`);
  const rule = { sourceContainer: "velero", destinationContainer: "velero" };
  const side = async (accountName: string, changeFeed: boolean) => {
    const inside = { resourceGroupName: "platform", accountName };
    await azure.create("storage:StorageAccount", {
      ...inside,
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
    });
    const service = await azure.create("storage:BlobServiceProperties", {
      ...inside,
      blobServicesName: "default",
      isVersioningEnabled: true,
      ...(changeFeed && { changeFeed: { enabled: true } }),
    });
    await azure.create("storage:BlobContainer", { ...inside, containerName: "velero" });
    return service;
  };
  const policy = (accountName: string, objectReplicationPolicyId: string, rules: object[] = [rule], inputs = {}) =>
    azure.create("storage:ObjectReplicationPolicy", {
      resourceGroupName: "platform",
      accountName,
      objectReplicationPolicyId,
      sourceAccount: ids[0],
      destinationAccount: ids[1],
      rules,
      ...inputs,
    });

  it("are made in the destination first, and have its ids in the source", async () => {
    const source = await side("here", true);
    const destination = await side("there", false);
    await expect(policy("here", "default")).rejects.toThrow("The value 'default' is not allowed");
    const incoming = await policy("there", "default");
    const policyId = String(incoming.outputs.policyId);
    expect(incoming.id).toBe(`${ids[1]}/objectReplicationPolicies/${policyId}`);
    const [made] = incoming.outputs.rules as { ruleId: string }[];
    await expect(policy("here", "another")).rejects.toThrow("has no object replication policy 'another'");
    await expect(policy("here", policyId)).rejects.toThrow("are not those of the destination");
    await policy("here", policyId, [{ ...rule, ruleId: made?.ruleId }]);
    await expect(policy("there", "default")).rejects.toThrow("There is a policy for these two accounts already");

    await expect(azure.update(source, { changeFeed: { enabled: false } })).rejects.toThrow("Change feed cannot be");
    await expect(azure.update(destination, { isVersioningEnabled: false })).rejects.toThrow("versioning cannot be");
    await azure.update(destination, { deleteRetentionPolicy: { enabled: true, days: 90 } });
  });

  it("need versions, a feed of changes, the containers and whole ids", async () => {
    await side("here", false);
    await expect(policy("there", "default")).rejects.toThrow("ResourceNotFound");
    await side("there", false);
    await expect(policy("there", "default")).rejects.toThrow("Change feed is not enabled for the source account");
    await expect(policy("there", "default", [{ ...rule, sourceContainer: "none" }])).rejects.toThrow("Change feed");
    await expect(policy("there", "default", [rule], { sourceAccount: "here" })).rejects.toThrow("full resource id");
    await expect(policy("there", "default", [])).rejects.toThrow("Change feed");
  });

  it("go to containers that are there", async () => {
    await side("here", true);
    await side("there", false);
    const lost = { ...rule, destinationContainer: "none" };
    await expect(policy("there", "default", [lost])).rejects.toThrow("containers/none");
    await expect(policy("there", "default", [])).rejects.toThrow("1 to 10 rules");
  });
});

describe("containers whose versions can be locked", () => {
  const inside = { resourceGroupName: "platform", accountName: "backups" };
  const container = (inputs = {}) =>
    azure.create("storage:BlobContainer", { ...inside, containerName: "velero", ...inputs });
  const locked = { immutableStorageWithVersioning: { enabled: true } };

  it("need versions, and are made so or never", async () => {
    await azure.create("storage:StorageAccount", {
      ...inside,
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
    });
    await expect(container(locked)).rejects.toThrow("needs blob versioning to be enabled");
    await azure.create("storage:BlobServiceProperties", {
      ...inside,
      blobServicesName: "default",
      isVersioningEnabled: true,
    });
    const record = await container();
    await expect(azure.update(record, locked)).rejects.toThrow("only when a container is created");
    await container({ ...locked, containerName: "velero-locked" });
  });
});
