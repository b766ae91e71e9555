#!/usr/bin/env node
/**
 * The Azure CLI as far as `platform init` needs it. Options as azure-cli 2.91.0 tells them (`az <command> --help`), also at
 * https://learn.microsoft.com/cli/azure/reference-index; limits of names:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules.
 */
import { count, main, Refused } from "./cli.mjs";

const subscription = "00000000-0000-4000-8000-000000000001";
const flag = /^(true|false)$/;
const group = { "--resource-group": /^[\w().-]{1,90}$/ };
const output = { "--output": /^json$/ };
const account = /^[a-z0-9]{3,24}$/;
const vault = /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/;
const region = /^[a-z0-9]+$/;
const ours = { "--account-name": account, ...group };
const closed = { "--allow-blob-public-access": flag, "--min-tls-version": /^TLS1_[0-3]$/, "--https-only": flag };

const missing = (type) => new Refused(`ERROR: (ResourceNotFound) The Resource '${type}' was not found.`, 3);
const storage = (cloud, name) => {
  if (cloud.account?.name !== name) throw missing("Microsoft.Storage/storageAccounts");
  return cloud.account;
};

/** A role works only at the second attempt, as the real ones take their time. */
function allowed(cloud, role, refusal) {
  if (cloud.roles?.includes(role) && count(role) > 1) return;
  throw new Refused(refusal);
}

const policies = {
  "--policy": /^\{.*\}$/s,
};

main("az", {
  "account show": {
    options: output,
    run: (_, cloud) => {
      if (cloud.loggedOut) throw new Refused("ERROR: Please run 'az login' to setup account.");
      return { id: subscription, name: "Platform", user: { name: "ada@example.com", type: "user" } };
    },
  },
  "provider show": {
    options: { "--namespace": /^Microsoft\.\w+$/, ...output },
    run: (options, cloud) => ({
      registrationState: cloud.providers?.includes(options["--namespace"]) ? "Registered" : "NotRegistered",
    }),
  },
  "provider register": {
    options: { "--namespace": /^Microsoft\.\w+$/, "--wait": true },
    changes: true,
    run: (options, cloud) => void (cloud.providers = [...(cloud.providers ?? []), options["--namespace"]]),
  },
  "group exists": {
    options: { "--name": group["--resource-group"] },
    run: (_, cloud) => `${cloud.group !== undefined}\n`,
  },
  "group create": {
    options: { "--name": group["--resource-group"], "--location": region },
    changes: true,
    run: (options, cloud) => void (cloud.group = options["--name"]),
  },
  "storage account show": {
    options: { "--name": account, ...group, ...output },
    run: (options, cloud) => storage(cloud, options["--name"]),
  },
  "storage account check-name": {
    options: { "--name": account, ...output },
    run: (_, cloud) =>
      cloud.nameTaken
        ? { nameAvailable: false, reason: "AlreadyExists", message: "The storage account named x is already taken." }
        : { nameAvailable: true, reason: null, message: null },
  },
  "storage account create": {
    options: {
      "--name": account,
      ...group,
      "--location": region,
      "--sku": /^(Standard_(LRS|ZRS|GRS|GZRS)|Premium_LRS)$/,
      "--kind": /^(StorageV2|BlobStorage|BlockBlobStorage|FileStorage|Storage)$/,
      "--allow-shared-key-access": flag,
      "--allow-cross-tenant-replication": flag,
      ...closed,
    },
    changes: true,
    run: (options, cloud) => {
      if (cloud.group !== options["--resource-group"]) throw new Refused("ERROR: (ResourceGroupNotFound)");
      cloud.account = {
        name: options["--name"],
        allowBlobPublicAccess: options["--allow-blob-public-access"] === "true",
        enableHttpsTrafficOnly: options["--https-only"] === "true",
        minimumTlsVersion: options["--min-tls-version"],
        sku: options["--sku"],
      };
    },
  },
  "storage account update": {
    options: { "--name": account, ...group, ...closed },
    changes: true,
    run: (options, cloud) =>
      void Object.assign(storage(cloud, options["--name"]), {
        allowBlobPublicAccess: options["--allow-blob-public-access"] === "true",
      }),
  },
  "storage account blob-service-properties show": {
    options: { ...ours, ...output },
    run: (options, cloud) =>
      storage(cloud, options["--account-name"]).blobs ?? { isVersioningEnabled: null, deleteRetentionPolicy: null },
  },
  "storage account blob-service-properties update": {
    options: {
      ...ours,
      "--enable-versioning": flag,
      "--enable-delete-retention": flag,
      "--delete-retention-days": /^([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-5])$/,
      "--enable-container-delete-retention": flag,
      "--container-delete-retention-days": /^([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-5])$/,
    },
    changes: true,
    run: (options, cloud) =>
      void (storage(cloud, options["--account-name"]).blobs = {
        isVersioningEnabled: options["--enable-versioning"] === "true",
        deleteRetentionPolicy: { enabled: options["--enable-delete-retention"] === "true" },
        containerDeleteRetentionPolicy: { enabled: options["--enable-container-delete-retention"] === "true" },
      }),
  },
  "storage account management-policy show": {
    options: { ...ours, ...output },
    run: (options, cloud) => {
      const { policy } = storage(cloud, options["--account-name"]);
      if (!policy) throw new Refused("ERROR: (ManagementPolicyNotFound) No ManagementPolicy found.", 3);
      return policy;
    },
  },
  "storage account management-policy create": {
    options: { ...ours, ...policies },
    required: ["--resource-group"],
    changes: true,
    run: (options, cloud) => void (storage(cloud, options["--account-name"]).policy = JSON.parse(options["--policy"])),
  },
  "storage container-rm exists": {
    options: { "--storage-account": account, ...group, "--name": /^[a-z0-9-]{3,63}$/, ...output },
    run: (options, cloud) => ({ exists: storage(cloud, options["--storage-account"]).container !== undefined }),
  },
  "storage container-rm create": {
    options: {
      "--storage-account": account,
      ...group,
      "--name": /^[a-z0-9-]{3,63}$/,
      "--public-access": /^(off|blob|container)$/,
    },
    changes: true,
    run: (options, cloud) => void (storage(cloud, options["--storage-account"]).container = options["--name"]),
  },
  "storage blob list": {
    options: {
      "--account-name": account,
      "--container-name": /^[a-z0-9-]{3,63}$/,
      "--auth-mode": /^(login|key)$/,
      "--num-results": /^\d+$/,
      ...output,
    },
    run: (_, cloud) => {
      allowed(
        cloud,
        "Storage Blob Data Contributor",
        "You do not have the required permissions needed to perform this operation.",
      );
      return [];
    },
  },
  "keyvault show": {
    options: { "--name": vault, ...group, ...output },
    run: (options, cloud) => {
      if (cloud.vault?.name !== options["--name"]) throw missing("Microsoft.KeyVault/vaults");
      return cloud.vault;
    },
  },
  "keyvault show-deleted": {
    options: { "--name": vault, ...output },
    run: (options, cloud) => {
      if (!cloud.deletedVault)
        throw new Refused("ERROR: (DeletedVaultNotFound) The specified deleted vault was not found.", 3);
      return { name: options["--name"] };
    },
  },
  "keyvault recover": {
    options: { "--name": vault, "--location": region, ...group },
    changes: true,
    run: (options, cloud) => {
      cloud.vault = { name: options["--name"] };
      delete cloud.deletedVault;
    },
  },
  "keyvault create": {
    options: {
      "--name": vault,
      ...group,
      "--location": region,
      "--enable-rbac-authorization": flag,
      "--enable-purge-protection": /^true$/,
      "--retention-days": /^([7-9]|[1-8]\d|90)$/,
    },
    changes: true,
    run: (options, cloud) => {
      if (cloud.deletedVault)
        throw new Refused("ERROR: (ConflictError) A vault with the same name already exists in deleted state.");
      cloud.vault = { name: options["--name"] };
    },
  },
  "keyvault key list": {
    options: { "--vault-name": vault, "--maxresults": /^\d+$/, ...output },
    run: (_, cloud) => {
      allowed(
        cloud,
        "Key Vault Crypto Officer",
        "ERROR: (Forbidden) Caller is not authorized. Inner error: ForbiddenByRbac",
      );
      return [];
    },
  },
  "keyvault key show": {
    options: { "--vault-name": vault, "--name": /^[\w-]+$/, ...output },
    run: (options, cloud) => {
      if (!cloud.vault.key)
        throw new Refused("ERROR: (KeyNotFound) A key with (name/id) was not found in this key vault.");
      return cloud.vault.key;
    },
  },
  "keyvault key create": {
    options: {
      "--vault-name": vault,
      "--name": /^[\w-]+$/,
      "--kty": /^(EC|EC-HSM|RSA|RSA-HSM|oct|oct-HSM)$/,
      "--size": /^(2048|3072|4096)$/,
      "--ops": { many: /^(decrypt|encrypt|export|import|sign|unwrapKey|verify|wrapKey)$/ },
    },
    changes: true,
    run: (options, cloud) => void (cloud.vault.key = { ops: options["--ops"] }),
  },
  "ad signed-in-user show": { options: output, run: () => ({ id: "00000000-0000-4000-8000-0000000000ad" }) },
  "role assignment create": {
    options: {
      "--assignee-object-id": /^[0-9a-f-]{36}$/,
      "--assignee-principal-type": /^(User|Group|ServicePrincipal|ForeignGroup)$/,
      "--role": /^.+$/,
      "--scope": /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/.+$/,
    },
    changes: true,
    run: (options, cloud) => {
      if (cloud.mayNotGrant) throw new Refused("ERROR: (AuthorizationFailed) The client does not have authorization");
      if (cloud.roles?.includes(options["--role"]))
        throw new Refused("ERROR: (RoleAssignmentExists) The role assignment already exists.");
      cloud.roles = [...(cloud.roles ?? []), options["--role"]];
    },
  },
});
