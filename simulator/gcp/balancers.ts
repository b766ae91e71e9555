/**
 * Load balancers that GKE's Ingress controller has made: no stack's resources, but the account's. They use the address and
 * the policies that the Ingress names, and outlive a cluster that goes before its Ingresses do.
 */
import type { CloudRecord, Inventory } from "../cloud/behaviour";

export const balancerType = "gcp:compute/globalForwardingRule:GlobalForwardingRule";

/** Names of what a load balancer uses. */
export interface Balancer {
  /** `k8s2-fr-…`, as the controller calls its forwarding rules. */
  name: string;
  project: string;
  /** Id of the cluster, and its Ingress, `namespace/name`. */
  cluster: string;
  ingress: string;
  address: string;
  securityPolicies: string[];
  sslPolicy?: string;
}

export function balancerRecord(balancer: Balancer): CloudRecord {
  const id = `projects/${balancer.project}/global/forwardingRules/${balancer.name}`;
  return { type: balancerType, id, urn: "", inputs: {}, outputs: { ...balancer } };
}

/** A load balancer that uses the address or policy of this name. */
export function forwardingRule(
  inventory: Pick<Inventory, "list">,
  uses: "address" | "securityPolicy" | "sslPolicy",
  name: string,
): CloudRecord | undefined {
  return inventory.list(balancerType).find(({ outputs }) => {
    const { address, securityPolicies, sslPolicy } = outputs as unknown as Balancer;
    if (uses === "securityPolicy") return securityPolicies.includes(name);
    return (uses === "address" ? address : sslPolicy) === name;
  });
}
