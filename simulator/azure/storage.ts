/** Storage accounts, and what of blobs is set up through Azure's own API. */
import type { Context } from "../cloud/behaviour";
import { first, object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { azure, badRequest } from "./refusals";
import { normalized, zonesOf } from "./regions";
import { blobServiceOf, objectReplicationPolicy, replicationNeeds, replicationType } from "./replication";
import { arm, removeBelow, type Resource } from "./resource";

const accountType = "azure-native:storage:StorageAccount";
const serviceType = "azure-native:storage:BlobServiceProperties";
const containerType = "azure-native:storage:BlobContainer";

/** https://learn.microsoft.com/azure/storage/common/scalability-targets-standard-account */
const accountsInRegion = 250;

const account = arm(accountType, {
  api: "2024-01-01",
  located: true,
  uniqueName(inputs) {
    const name = text(inputs, "accountName");
    const taken = azure(409, "StorageAccountAlreadyTaken", `The storage account named ${name} is already taken.`);
    return { scope: "global", name, taken };
  },
  refuse(inputs, { inventory }) {
    const location = normalized(text(inputs, "location"));
    const sku = text(object(inputs, "sku"), "name");
    const inRegion = inventory.list(accountType).filter(({ outputs }) => text(outputs, "location") === location);
    return first(
      inRegion.length >= accountsInRegion &&
        azure(
          409,
          "MaxStorageAccountsCountPerSubscriptionExceeded",
          `Subscription already contains ${accountsInRegion} storage accounts in location ${location} and the maximum allowed is ${accountsInRegion}.`,
        ),
      // https://learn.microsoft.com/azure/storage/common/redundancy-regions-zrs
      /ZRS/.test(sku) &&
        zonesOf(location)?.length === 0 &&
        azure(
          400,
          "RedundancyConfigurationNotAvailableInRegion",
          `Replication type ${sku} is not available in location ${location}.`,
        ),
      ...kindProblems(inputs),
    );
  },
  outputs(inputs) {
    const name = text(inputs, "accountName");
    const sku = text(object(inputs, "sku"), "name");
    const hosts = ["blob", "dfs", "file", "queue", "table"].map((service) => [
      service,
      `https://${name}.${service}.core.windows.net/`,
    ]);
    const now = new Date().toISOString();
    return {
      accessTier: "Hot",
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      creationTime: now,
      enableHttpsTrafficOnly: true,
      encryption: { keySource: "Microsoft.Storage", services: { blob: { enabled: true }, file: { enabled: true } } },
      keyCreationTime: { key1: now, key2: now },
      minimumTlsVersion: "TLS1_0",
      networkRuleSet: { bypass: "AzureServices", defaultAction: "Allow", ipRules: [], virtualNetworkRules: [] },
      primaryEndpoints: { ...Object.fromEntries(hosts), web: `https://${name}.z6.web.core.windows.net/` },
      primaryLocation: normalized(text(inputs, "location")),
      privateEndpointConnections: [],
      provisioningState: "Succeeded",
      statusOfPrimary: "available",
      ...inputs,
      sku: { name: sku, tier: sku.split("_")[0] },
    };
  },
  update(record, inputs) {
    const problem = first(
      text(inputs, "kind") !== text(record.inputs, "kind") &&
        text(inputs, "kind") !== "StorageV2" &&
        badRequest("Account kind can only be changed to StorageV2."),
      ...kindProblems(inputs),
    );
    if (problem) throw new Error(problem);
    const sku = text(object(inputs, "sku"), "name");
    return { sku: { name: sku, tier: sku.split("_")[0] } };
  },
  delete: ({ id }, context) => removeBelow(id, context),
});

/** https://learn.microsoft.com/azure/storage/common/storage-account-overview#types-of-storage-accounts */
function kindProblems(inputs: Properties): (string | undefined | false)[] {
  const [kind, sku] = [text(inputs, "kind"), text(object(inputs, "sku"), "name")];
  const isPremiumKind = ["BlockBlobStorage", "FileStorage"].includes(kind);
  return [
    isPremiumKind && !/^Premium/.test(sku) && badRequest(`Sku ${sku} is not available for accounts of kind ${kind}.`),
    inputs.isHnsEnabled === true && kind === "Storage" && badRequest("A hierarchical namespace needs kind StorageV2."),
  ];
}

const service = arm(serviceType, {
  api: "2024-01-01",
  singleton: true,
  refuse(inputs, context) {
    const home = accountOf(inputs, context);
    const days = object(inputs, "restorePolicy").days;
    return first(
      home && replicationNeeds(home.id, inputs, context),
      inputs.isVersioningEnabled === true &&
        home?.outputs.isHnsEnabled === true &&
        azure(
          400,
          "FeatureNotSupportedForAccount",
          "Versioning is not supported for the account, as hierarchical namespace is enabled for it.",
        ),
      object(inputs, "restorePolicy").enabled === true &&
        Number(days ?? 0) >= Number(object(inputs, "deleteRetentionPolicy").days ?? 0) &&
        badRequest("Point-in-time restore needs days that are fewer than those of soft delete."),
    );
  },
  outputs: (inputs, context) => ({
    sku: object(accountOf(inputs, context)?.outputs ?? {}, "sku"),
    cors: { corsRules: [] },
  }),
  update(_record, inputs, context) {
    const home = accountOf(inputs, context);
    const problem = home && replicationNeeds(home.id, inputs, context);
    if (problem) throw new Error(problem);
    return {};
  },
});

const container = arm(containerType, {
  api: "2024-01-01",
  refuse(inputs, context) {
    const home = accountOf(inputs, context);
    const isPublic = !["", "None"].includes(text(inputs, "publicAccess"));
    return first(
      isPublic &&
        home?.outputs.allowBlobPublicAccess !== true &&
        azure(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account."),
      // https://learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies#version-dependency
      lockedByVersion(inputs) &&
        home &&
        blobServiceOf(home.id, context)?.outputs.isVersioningEnabled !== true &&
        badRequest("Version level immutability needs blob versioning to be enabled for the account."),
    );
  },
  update(record, inputs) {
    // Only by a migration: https://learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies#migration
    if (lockedByVersion(inputs) !== lockedByVersion(record.inputs)) {
      throw new Error(badRequest("immutableStorageWithVersioning can be set only when a container is created."));
    }
    return {};
  },
  outputs: (inputs, context) => ({
    defaultEncryptionScope: "$account-encryption-key",
    deleted: false,
    denyEncryptionScopeOverride: false,
    etag: `"0x8D${context.hex(13).toUpperCase()}"`,
    hasImmutabilityPolicy: false,
    hasLegalHold: false,
    immutableStorageWithVersioning: { enabled: false },
    lastModifiedTime: new Date().toISOString(),
    leaseState: "Available",
    leaseStatus: "Unlocked",
    publicAccess: "None",
    remainingRetentionDays: 0,
    ...inputs,
  }),
});

const managementPolicy = arm("azure-native:storage:ManagementPolicy", {
  api: "2024-01-01",
  refuse: (inputs, context) => policyProblem(inputs, context),
  outputs: () => ({ lastModifiedTime: new Date().toISOString() }),
  update(_record, inputs, context) {
    const problem = policyProblem(inputs, context);
    if (problem) throw new Error(problem);
    return { lastModifiedTime: new Date().toISOString() };
  },
});

/** https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure */
function policyProblem(inputs: Properties, context: Context): string | undefined {
  const rules = objects(object(inputs, "policy"), "rules");
  const names = rules.map((rule) => text(rule, "name").toLowerCase());
  const home = accountOf(inputs, context);
  const settings = home && blobServiceOf(home.id, context);
  const aboutVersions = rules.some((rule) => object(object(rule, "definition"), "actions").version !== undefined);
  const invalid = (message: string) => azure(400, "InvalidManagementPolicy", message);
  return first(
    (rules.length === 0 || rules.length > 100) && invalid("A policy has 1 to 100 rules."),
    new Set(names).size < names.length && invalid("Names of rules must be unique within a policy."),
    names.some((name) => !/^[a-z0-9]{1,256}$/.test(name)) &&
      invalid("The name of a rule can have letters and digits only, up to 256 of them."),
    aboutVersions &&
      settings?.outputs.isVersioningEnabled !== true &&
      azure(
        400,
        "BlobVersioningNotEnabled",
        "Blob versioning is not enabled for the account: rules about versions need it.",
      ),
  );
}

/** Whether versions of blobs can be locked in a container. */
function lockedByVersion(inputs: Properties): boolean {
  return object(inputs, "immutableStorageWithVersioning").enabled === true;
}

function accountOf(inputs: Properties, { inventory }: Context) {
  return inventory.list(accountType).find((record) => record.inputs.accountName === inputs.accountName);
}

export const storageBehaviours: Record<string, Resource> = {
  [accountType]: account,
  [serviceType]: service,
  [containerType]: container,
  "azure-native:storage:ManagementPolicy": managementPolicy,
  [replicationType]: objectReplicationPolicy,
};
