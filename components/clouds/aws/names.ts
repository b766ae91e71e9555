/** Names within the limits that AWS sets. */
import { autoNaming } from "../../names";

export { withinLimit } from "../../names";

/**
 * Longest names in characters. IAM role 64, load balancer and target group 32, node group 63, bucket 63: the patterns
 * of CreateRole, CreateLoadBalancer, CreateTargetGroup, CreateNodegroup and CreateBucket in AWS' API references.
 */
export const longest = { role: 64, loadBalancer: 32, targetGroup: 32, nodeGroup: 63, bucket: 63 } as const;

/**
 * Longest name of a cluster here. EKS itself allows 100 characters; the EKS component derives the name of the
 * cluster's role from it (`<name>-eksRole-role` and Pulumi's eight characters), and a role's name ends at 64.
 */
export const longestCluster = longest.role - autoNaming - "-eksRole-role".length;

/** Whether the name can be a cluster's name and the beginning of a bucket's. */
export function isClusterName(name: string): boolean {
  return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name) && name.length <= longestCluster;
}

/** Throws where the name cannot be a cluster's name and the beginning of a bucket's. */
export function checkClusterName(name: string): void {
  if (!isClusterName(name)) {
    throw new Error(
      `the cluster cannot be called "${name}": on AWS its name has 2 to ${longestCluster} characters, ` +
        `a-z, 0-9 and "-", begins with a letter and ends with a letter or digit; choose another stack name`,
    );
  }
}
