/**
 * Azure's built-in roles as far as anything here asks for what they allow, by the id of their definition:
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export interface Role {
  name: string;
  /** Actions of the control plane, `*` for any part. */
  actions: string[];
  /** Actions on what is inside of a resource. */
  dataActions: string[];
}

const role = (name: string, actions: string[] = [], dataActions: string[] = []): Role => ({
  name,
  actions,
  dataActions,
});

export const roles: Record<string, Role> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": role("Owner", ["*"]),
  "b24988ac-6180-42a0-ab88-20f7382dd24c": role("Contributor", ["*"]),
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": role("Reader", ["*/read"]),
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": role("User Access Administrator", ["*/read", "Microsoft.Authorization/*"]),
  "4d97b98b-1d4f-4787-a291-c67834d212e7": role("Network Contributor", ["Microsoft.Network/*"]),
  "f1a07417-d97a-45cb-824c-7a7467783830": role("Managed Identity Operator", [
    "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
  ]),
  "befefa01-2a29-4197-83a8-272ff33ce314": role("DNS Zone Contributor", ["Microsoft.Network/dnsZones/*"]),
  "b12aa53e-6015-4669-85d0-8515ebb3ae7f": role("Private DNS Zone Contributor", ["Microsoft.Network/privateDnsZones/*"]),
  "7f951dda-4ed3-4680-a7ca-43fe172d538d": role("AcrPull", ["Microsoft.ContainerRegistry/registries/pull/read"]),
  "17d1049b-9a84-46fb-8f53-869881c3d3ab": role("Storage Account Contributor", ["Microsoft.Storage/storageAccounts/*"]),
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": role(
    "Storage Blob Data Reader",
    ["Microsoft.Storage/storageAccounts/blobServices/containers/read"],
    ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
  ),
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": role(
    "Storage Blob Data Contributor",
    ["Microsoft.Storage/storageAccounts/blobServices/containers/*"],
    ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"],
  ),
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": role(
    "Storage Blob Data Owner",
    ["Microsoft.Storage/storageAccounts/blobServices/containers/*"],
    ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"],
  ),
  "7efff54f-a5b4-42b5-a1c5-5411624893ce": role("Disk Snapshot Contributor", ["Microsoft.Compute/snapshots/*"]),
  "00482a5a-887f-4fb3-b363-3b7fe8e74483": role("Key Vault Administrator", [], ["Microsoft.KeyVault/vaults/*"]),
  "14b46e9e-c2b7-41b4-b07b-48a6ebf60603": role("Key Vault Crypto Officer", [], ["Microsoft.KeyVault/vaults/keys/*"]),
  "12338af0-0e69-4776-bea7-57ae8d297424": role(
    "Key Vault Crypto User",
    [],
    [
      "Microsoft.KeyVault/vaults/keys/read",
      "Microsoft.KeyVault/vaults/keys/encrypt/action",
      "Microsoft.KeyVault/vaults/keys/decrypt/action",
    ],
  ),
  "4abbcc35-e782-43d8-92c5-2d3f1bd2253f": role("Azure Kubernetes Service Cluster User Role", [
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
    "Microsoft.ContainerService/managedClusters/read",
  ]),
  "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8": role("Azure Kubernetes Service Cluster Admin Role", [
    "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
    "Microsoft.ContainerService/managedClusters/read",
  ]),
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": role(
    "Azure Kubernetes Service RBAC Cluster Admin",
    [],
    ["Microsoft.ContainerService/managedClusters/*"],
  ),
  "3498e952-d568-435e-9b2c-8d77e338d7f7": role("Azure Kubernetes Service RBAC Admin"),
  "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb": role("Azure Kubernetes Service RBAC Writer"),
  "7f6c6a51-bcf8-42ba-9220-52d62157d7db": role("Azure Kubernetes Service RBAC Reader"),
  "3913510d-42f4-4e42-8a64-420c390055eb": role("Monitoring Metrics Publisher"),
  "92aaf0da-9dab-42b6-94a3-d43ce8d16293": role("Log Analytics Contributor", ["Microsoft.OperationalInsights/*"]),
};

/** Whether one of the patterns covers the action; the case does not count. */
export function covers(patterns: string[], action: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern.replace(/[.]/g, "\\.").replace(/\*/g, ".*");
    return new RegExp(`^${source}$`, "i").test(action);
  });
}
