/**
 * Neutral node sizes (virtual CPUs × memory) and the instance type that each cloud has for them.
 *
 * - AWS: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html
 * - Azure: https://learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/dsv5-series, dlsv5-series, esv5-series
 * - Google: https://cloud.google.com/compute/docs/general-purpose-machines#e2_machine_types; the sizes that have no
 *   predefined type are custom ones of the same series
 */
import type { Cloud } from "./config/types";

export interface Instance {
  /** The cloud's own name: `m7i.xlarge`, `Standard_D4s_v5`, `e2-standard-4`. */
  type: string;
  vcpu: number;
  memoryGiB: number;
  /** Most pods on one node, those of the system included. */
  maxPods: number;
}

type ManagedCloud = Exclude<Cloud, "local">;

/** Virtual CPUs, GiB, then the names on AWS (7th generation), Azure and Google. */
const sizes: [vcpu: number, memoryGiB: number, aws: string, azure: string, gcp: string][] = [
  [2, 8, "m7i.large", "Standard_D2s_v5", "e2-standard-2"],
  [2, 16, "r7i.large", "Standard_E2s_v5", "e2-highmem-2"],
  [4, 8, "c7i.xlarge", "Standard_D4ls_v5", "e2-custom-4-8192"],
  [4, 16, "m7i.xlarge", "Standard_D4s_v5", "e2-standard-4"],
  [4, 32, "r7i.xlarge", "Standard_E4s_v5", "e2-highmem-4"],
  [8, 16, "c7i.2xlarge", "Standard_D8ls_v5", "e2-custom-8-16384"],
  [8, 32, "m7i.2xlarge", "Standard_D8s_v5", "e2-standard-8"],
  [8, 64, "r7i.2xlarge", "Standard_E8s_v5", "e2-highmem-8"],
  [16, 32, "c7i.4xlarge", "Standard_D16ls_v5", "e2-custom-16-32768"],
  [16, 64, "m7i.4xlarge", "Standard_D16s_v5", "e2-standard-16"],
  [16, 128, "r7i.4xlarge", "Standard_E16s_v5", "e2-highmem-16"],
  [32, 128, "m7i.8xlarge", "Standard_D32s_v5", "e2-standard-32"],
];

/**
 * Regions where a zone lacks a type of the 7th generation, and the 6th has them all. From EC2's
 * DescribeInstanceTypeOfferings as the PyPI package moto 5.2.5 records it, looked up on 2026-11-21.
 */
const sixthGeneration = ["ca-west-1", "il-central-1", "me-south-1"];

/** The neutral sizes, smallest first; the same on every cloud. */
export const neutralSizes: { vcpu: number; memoryGiB: number }[] = sizes.map(([vcpu, memoryGiB]) => ({
  vcpu,
  memoryGiB,
}));

/**
 * The cloud's instance type for a neutral size.
 * @param region tells AWS' regions apart that lack the newest generation.
 * @throws where the size is none of `neutralSizes`.
 */
export function instanceType(cloud: Cloud, vcpu: number, memoryGiB: number, region?: string): string {
  const instance = instances(cloud, region).find((one) => one.vcpu === vcpu && one.memoryGiB === memoryGiB);
  if (!instance) {
    throw new Error(`no instance type of ${cloud} is known for ${vcpu} vCPU and ${memoryGiB} GiB`);
  }
  return instance.type;
}

/** What is known of an instance type by its name; undefined for one that no neutral size stands for. */
export function instanceByType(cloud: Cloud, type: string): Instance | undefined {
  return [...instances(cloud), ...instances(cloud, sixthGeneration[0])].find((one) => one.type === type);
}

function instances(cloud: Cloud, region = ""): Instance[] {
  if (cloud === "local") return [];
  return sizes.map(([vcpu, memoryGiB, aws, azure, gcp]) => ({
    type: { aws: sixthGeneration.includes(region) ? aws.replace("7i.", "6i.") : aws, azure, gcp }[cloud],
    vcpu,
    memoryGiB,
    maxPods: maxPods(cloud, vcpu),
  }));
}

/**
 * - AWS: an address of the network interfaces for each pod, `interfaces × (addresses − 1) + 2`
 *   (https://github.com/awslabs/amazon-eks-ami, eni-max-pods.txt), and at most 110 below 30 vCPUs in managed node groups
 *   (https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html)
 * - Azure: the default of CNI Overlay (https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay)
 * - Google: the default of Standard clusters (https://cloud.google.com/kubernetes-engine/quotas)
 */
function maxPods(cloud: ManagedCloud, vcpu: number): number {
  if (cloud === "azure") return 250;
  if (cloud === "gcp") return 110;
  const addresses = { 2: 3 * (10 - 1) + 2, 4: 4 * (15 - 1) + 2, 8: 4 * (15 - 1) + 2 }[vcpu] ?? 8 * (30 - 1) + 2;
  return Math.min(addresses, vcpu < 30 ? 110 : 250);
}
