/** What GKE's Ingress controller asks of Google; who has an account answers it. */
import type { ClusterRequest } from "../../../cloud/behaviour";

/** An Ingress with all that its annotations lead to. */
export interface BalancedIngress {
  /** `namespace/name` */
  key: string;
  /** Name of the reserved global address; unset: an address of Google's choice. */
  addressName?: string;
  /** Cloud Armor policies of its backends. */
  securityPolicies: string[];
  sslPolicy?: string;
}

export interface IngressBalancers {
  /** Whether the cluster has its Ingress controller on. */
  isServed(cluster: ClusterRequest): boolean;
  /** Makes the load balancer, or mends the one that is there: its address, or why it cannot be. */
  ensure(cluster: ClusterRequest, ingress: BalancedIngress): { address: string } | { refusal: string };
  /** Takes an Ingress' load balancer down; nothing where it has none. */
  remove(cluster: ClusterRequest, key: string): void;
}
