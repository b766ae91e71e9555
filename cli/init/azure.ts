/** The state's container and the secrets' key in an Azure subscription, one of each for all its stacks. */
import { createHash } from "node:crypto";
import { findRegion } from "../../components/regions";
import { dataRight } from "./azureRights";
import { keptDays, type StateHome } from "./home";
import type { Piece } from "./piece";
import { az, InitError } from "./run";

const group = "kubernetes-platform-state";
const container = "state";
const key = "pulumi-secrets";
/** Days in which a deleted blob, container or vault can be brought back. */
const softDeleteDays = 90;
const absent = /ResourceNotFound|ResourceGroupNotFound|was not found|not found/i;

/**
 * @param region where they are made; what is there already stays where it is
 * @throws InitError where nobody is logged in, or a name is somebody else's
 */
export async function azureHome(region: string): Promise<StateHome> {
  const login = await az.identity<{ id: string; name: string; user: { name: string; type: string } }>(
    ["account", "show", "--output", "json"],
    "az login, then az account set --subscription <the stack's>",
  );
  // Both names are unique in the world and have up to 24 characters:
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
  const digest = createHash("sha256").update(login.id).digest("hex");
  const account = `pulumistate${digest.slice(0, 13)}`;
  const vault = `pulumi-state-${digest.slice(0, 11)}`;
  const within = `/subscriptions/${login.id}/resourceGroups/${group}/providers`;
  const resourceGroup = groupPiece(region);
  const storage = storagePieces(account, region, resourceGroup);
  const containerRight = dataRight({
    user: login.user,
    role: "Storage Blob Data Contributor",
    scope: `${within}/Microsoft.Storage/storageAccounts/${account}`,
    needs: storage.at(-1),
    // The account takes no shared key: who may read is up to Entra ID alone.
    attempt: [
      ...["storage", "blob", "list", "--account-name", account, "--container-name", container],
      ...["--auth-mode", "login", "--num-results", "1", "--output", "json"],
    ],
  });
  const safe = vaultPiece(vault, region, resourceGroup);
  const keyRight = dataRight({
    user: login.user,
    role: "Key Vault Crypto Officer",
    scope: `${within}/Microsoft.KeyVault/vaults/${vault}`,
    needs: safe,
    attempt: ["keyvault", "key", "list", "--vault-name", vault, "--maxresults", "1", "--output", "json"],
  });
  return {
    identity: `Azure subscription ${login.name} (${login.id}), as ${login.user.name}`,
    bucket: {
      url: `azblob://${container}?storage_account=${account}`,
      pieces: [provider("Microsoft.Storage"), resourceGroup, ...storage, containerRight],
    },
    key: {
      url: `azurekeyvault://${vault}.vault.azure.net/keys/${key}`,
      pieces: [provider("Microsoft.KeyVault"), resourceGroup, safe, keyRight, keyPiece(vault, keyRight)],
    },
  };
}

function provider(namespace: string): Piece {
  return {
    what: "resource provider",
    name: namespace,
    action: "register",
    find: async () => {
      const found = await az.json<{ registrationState: string }>([
        "provider",
        "show",
        "--namespace",
        namespace,
        "--output",
        "json",
      ]);
      return found.registrationState === "Registered";
    },
    make: async () => void (await az.run(["provider", "register", "--namespace", namespace, "--wait"])),
  };
}

function groupPiece(region: string): Piece {
  return {
    what: "resource group",
    name: group,
    action: `create in ${region}`,
    find: async () => (await az.run(["group", "exists", "--name", group])).trim() === "true",
    make: async () => void (await az.run(["group", "create", "--name", group, "--location", region])),
  };
}

interface Account {
  allowBlobPublicAccess: boolean | null;
  enableHttpsTrafficOnly: boolean;
  minimumTlsVersion: string;
}

function storagePieces(account: string, region: string, needs: Piece): Piece[] {
  const ours = ["--account-name", account, "--resource-group", group];
  const show = () =>
    az.find<Account>(
      ["storage", "account", "show", "--name", account, "--resource-group", group, "--output", "json"],
      absent,
    );
  const closed = ["--allow-blob-public-access", "false", "--min-tls-version", "TLS1_2", "--https-only", "true"];
  const itself: Piece = {
    what: "storage account",
    name: account,
    action: `create in ${region}`,
    needs,
    find: async () => (await show()) !== undefined,
    make: async () => {
      const free = await az.json<{ nameAvailable: boolean; message: string | null }>([
        "storage",
        "account",
        "check-name",
        "--name",
        account,
        "--output",
        "json",
      ]);
      if (!free.nameAvailable) throw new InitError(`The storage account cannot be made: ${free.message}`);
      // Copies in three zones, where the region has zones.
      const sku = findRegion("azure", region)?.zones.length ? "Standard_ZRS" : "Standard_LRS";
      const where = ["--location", region, "--sku", sku, "--kind", "StorageV2"];
      const access = [...closed, "--allow-shared-key-access", "false", "--allow-cross-tenant-replication", "false"];
      await az.run(["storage", "account", "create", "--name", account, "--resource-group", group, ...where, ...access]);
    },
  };
  return [
    itself,
    {
      what: "of the account",
      name: "no public access, TLS only",
      action: "turn on",
      needs: itself,
      find: async () => {
        const found = await show();
        const tls = found?.enableHttpsTrafficOnly === true && !["TLS1_0", "TLS1_1"].includes(found.minimumTlsVersion);
        return tls && found.allowBlobPublicAccess === false;
      },
      make: async () =>
        void (await az.run(["storage", "account", "update", "--name", account, "--resource-group", group, ...closed])),
    },
    {
      what: "of the account",
      name: `versions, deletions undone for ${softDeleteDays} days`,
      action: "turn on",
      needs: itself,
      find: async () => {
        const args = ["storage", "account", "blob-service-properties", "show", ...ours, "--output", "json"];
        const found = await az.json<BlobService>(args);
        const kept = [found.deleteRetentionPolicy, found.containerDeleteRetentionPolicy];
        return found.isVersioningEnabled === true && kept.every((policy) => policy?.enabled === true);
      },
      make: async () => {
        const days = String(softDeleteDays);
        const blobs = ["--enable-delete-retention", "true", "--delete-retention-days", days];
        const containers = ["--enable-container-delete-retention", "true", "--container-delete-retention-days", days];
        const all = ["--enable-versioning", "true", ...blobs, ...containers];
        await az.run(["storage", "account", "blob-service-properties", "update", ...ours, ...all]);
      },
    },
    {
      what: "of the account",
      name: `old versions go after ${keptDays} days`,
      action: "turn on",
      needs: itself,
      find: async () => {
        const args = ["storage", "account", "management-policy", "show", ...ours, "--output", "json"];
        return (await az.find(args, /ManagementPolicyNotFound|not found/i)) !== undefined;
      },
      make: async () => {
        const policy = ["--policy", JSON.stringify(oldVersions)];
        await az.run(["storage", "account", "management-policy", "create", ...ours, ...policy]);
      },
    },
    {
      what: "container",
      name: container,
      action: "create",
      needs: itself,
      find: async () => {
        const one = ["--storage-account", account, "--resource-group", group, "--name", container];
        const found = await az.json<boolean | { exists: boolean }>([
          "storage",
          "container-rm",
          "exists",
          ...one,
          "--output",
          "json",
        ]);
        return typeof found === "boolean" ? found : found.exists;
      },
      make: async () => {
        const one = ["--storage-account", account, "--resource-group", group, "--name", container];
        await az.run(["storage", "container-rm", "create", ...one, "--public-access", "off"]);
      },
    },
  ];
}

interface BlobService {
  isVersioningEnabled: boolean | null;
  deleteRetentionPolicy?: { enabled: boolean } | null;
  containerDeleteRetentionPolicy?: { enabled: boolean } | null;
}

const oldVersions = {
  rules: [
    {
      enabled: true,
      name: "old-versions",
      type: "Lifecycle",
      definition: {
        actions: { version: { delete: { daysAfterCreationGreaterThan: keptDays } } },
        filters: { blobTypes: ["blockBlob"] },
      },
    },
  ],
};

function vaultPiece(vault: string, region: string, needs: Piece): Piece {
  // A deleted vault keeps its name; it can be recovered, with its keys, and not be made anew.
  const isDeleted = async () =>
    (await az.find(["keyvault", "show-deleted", "--name", vault, "--output", "json"], absent)) !== undefined;
  return {
    what: "key vault",
    name: vault,
    action: `create in ${region}`,
    needs,
    find: async () => {
      const args = ["keyvault", "show", "--name", vault, "--resource-group", group, "--output", "json"];
      if ((await az.find(args, absent)) !== undefined) return true;
      return (await isDeleted()) ? "recover" : false;
    },
    make: async () => {
      if (await isDeleted()) return void (await az.run(["keyvault", "recover", "--name", vault]));
      const where = ["--resource-group", group, "--location", region];
      const kept = ["--enable-purge-protection", "true", "--retention-days", String(softDeleteDays)];
      await az.run(["keyvault", "create", "--name", vault, ...where, "--enable-rbac-authorization", "true", ...kept]);
    },
  };
}

function keyPiece(vault: string, needs: Piece): Piece {
  const one = ["--vault-name", vault, "--name", key];
  return {
    what: "key",
    name: key,
    action: "create",
    needs,
    find: async () =>
      (await az.find(["keyvault", "key", "show", ...one, "--output", "json"], /KeyNotFound/)) !== undefined,
    make: async () => {
      // Pulumi encrypts with RSA-OAEP-256: https://pkg.go.dev/gocloud.dev/secrets/azurekeyvault
      const kind = ["--kty", "RSA", "--size", "3072", "--ops", "encrypt", "decrypt"];
      await az.run(["keyvault", "key", "create", ...one, ...kind]);
    },
  };
}
