/** Names within the limits that Google sets. */
import { withinLimit } from "../../names";

/**
 * Longest names in characters. Cluster and node pool 40: GKE's API (`projects.locations.clusters`). Service account 30:
 * https://cloud.google.com/iam/docs/service-accounts-create. Bucket 63: https://cloud.google.com/storage/docs/buckets#naming.
 * Role 64: https://cloud.google.com/iam/docs/creating-custom-roles. Networks, addresses, policies and keys 63:
 * https://cloud.google.com/compute/docs/naming-resources, https://cloud.google.com/kms/docs/reference/rest
 */
export const longest = { cluster: 40, nodePool: 40, serviceAccount: 30, bucket: 63, role: 64, other: 63 } as const;

/** Longest name of a cluster. */
export const longestCluster = longest.cluster;

/** Whether the name can be a cluster's name and the beginning of every other one's. */
export function isClusterName(name: string): boolean {
  return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name) && name.length <= longest.cluster && !reserved(name);
}

/** Throws where the name cannot be a cluster's name and the beginning of every other one's. */
export function checkClusterName(name: string): void {
  if (!isClusterName(name)) {
    throw new Error(
      `the cluster cannot be called "${name}": on Google Cloud its name has 2 to ${longest.cluster} characters, ` +
        `a-z, 0-9 and "-", begins with a letter, ends with a letter or digit, and has no "google" in it; ` +
        `choose another stack name`,
    );
  }
}

/** Buckets are refused with such a name: https://cloud.google.com/storage/docs/buckets#naming */
export function reserved(name: string): boolean {
  return /^goog|google|g00gle/.test(name);
}

/** `<prefix>-<suffix>` with room for what Pulumi appends. */
export function named(prefix: string, suffix: string, kind: keyof typeof longest = "other"): string {
  return withinLimit(prefix, suffix, longest[kind]);
}

/**
 * Id of a pool of workload identities: 4 to 32 lower-case letters, digits and hyphens
 * (https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create). `unique` is one
 * that was never given: a deleted pool keeps its id for 30 days.
 */
export function poolId(prefix: string, unique: string): string {
  const begin = prefix.slice(0, 32 - unique.length - 1).replace(/-+$/, "");
  return `${begin}-${unique}`;
}

/**
 * A custom role's id: letters, digits, `_` and `.` only. A deleted role keeps its id for 37 days and more
 * (https://cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role), so the same id is never asked for
 * twice: `unique` is one that Google itself never gives twice.
 */
export function roleId(prefix: string, suffix: string, unique: string): string {
  const end = `_${suffix}_${unique}`;
  return `${prefix.replace(/-/g, "_").slice(0, longest.role - end.length)}${end}`;
}
