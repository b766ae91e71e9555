/** Names within the limits that Azure sets. */
import { createHash } from "node:crypto";

/** Pulumi appends eight hexadecimal digits to a resource's name to form the name in the cloud. */
const autoNaming = 8;

/**
 * Longest names in characters: workspace 63, key vault 24, storage account 24 (lower-case letters and digits only), node
 * pool 12: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules and
 * https://learn.microsoft.com/azure/aks/use-system-pools#limitations
 */
const longest = { workspace: 63, vault: 24, storageAccount: 24, nodePool: 12 } as const;

/** Longest name of a cluster here. AKS itself allows 63 characters; the log workspace's name begins with it. */
export const longestCluster = longest.workspace - autoNaming - "-logs".length;

/** Whether the name can be a cluster's, and the beginning of all other names. */
export function isClusterName(name: string): boolean {
  return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name) && name.length <= longestCluster;
}

/** Throws where the name cannot be a cluster's. */
export function checkClusterName(name: string): void {
  if (!isClusterName(name)) {
    throw new Error(
      `the cluster cannot be called "${name}": on Azure its name has 2 to ${longestCluster} characters, ` +
        `a-z, 0-9 and "-", begins with a letter and ends with a letter or digit; choose another stack name`,
    );
  }
}

/**
 * Beginning of names that are unique in all of Azure, of key vaults and storage accounts: lower-case letters and digits,
 * short enough for the digits that Pulumi appends. A name that was cut ends in four digits of its hash.
 *
 * `platform-dev` → `platformdev`
 */
export function globalName(name: string): string {
  const room = Math.min(longest.vault, longest.storageAccount) - autoNaming;
  const plain = name.replaceAll("-", "");
  return plain.length <= room ? plain : plain.slice(0, room - 4) + hash(name);
}

/**
 * Name of a node pool: `pool` and four digits that stand for what can never be changed in it. So a change of that makes
 * a new pool beside the old one, and the old one is drained and removed when the new one is there.
 *
 * @param pool at most eight lower-case letters and digits
 * @param fixed whatever cannot be changed, in a form that says the same by the same text
 */
export function poolName(pool: string, fixed: unknown): string {
  return (pool + hash(JSON.stringify(fixed))).slice(0, longest.nodePool);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 4);
}
