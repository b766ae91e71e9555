/** IPv4 ranges that a cluster's network has to keep clear of. */
import type { Cloud } from "./types";

/** A range, and whose it is. */
export interface Taken {
  range: string;
  owner: string;
}

/** Where networks of one's own lie: RFC 1918, and RFC 6598's shared space. */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Kept for Kubernetes Services on every cloud, so that a stack's network fits wherever it is moved to. */
export const serviceRange = "172.20.0.0/16";

/** Pods' addresses on the clouds that give them none of the network's own (overlay, secondary range). */
export const podRange = "10.244.0.0/16";

/** The same on Google, where each node takes a /24 of it, and it can never be enlarged. */
export const googlePodRange = "10.244.0.0/14";

const services: Taken = { range: serviceRange, owner: "the cluster's services" };
const pods: Taken = { range: podRange, owner: "the cluster's pods" };
const googlePods: Taken = { range: googlePodRange, owner: "the cluster's pods" };
const docker: Taken = { range: "172.17.0.0/16", owner: "the container runtime's bridge" };

/**
 * - AWS: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html and
 *   https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html (services that use 172.17.0.0/16)
 * - Azure: https://learn.microsoft.com/azure/aks/concepts-network-legacy-cni#prerequisites
 * - Google: https://cloud.google.com/vpc/docs/subnets#restricted-ranges
 */
const taken: Record<Cloud, Taken[]> = {
  aws: [services, docker],
  azure: [
    services,
    pods,
    { range: "172.30.0.0/16", owner: "AKS itself" },
    { range: "172.31.0.0/16", owner: "AKS itself" },
  ],
  gcp: [services, googlePods, docker],
  local: [],
};

export function takenRanges(cloud: Cloud): Taken[] {
  return taken[cloud];
}
