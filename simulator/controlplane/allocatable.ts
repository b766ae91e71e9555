/** What a node of each cloud leaves to pods, of what its machine has. */
import type { ClusterRequest } from "../cloud/behaviour";

export interface NodeSize {
  vcpu: number;
  memoryGiB: number;
  maxPods: number;
}

export interface Resources {
  /** Thousandths of a CPU. */
  cpu: number;
  memoryMiB: number;
}

/** MiB that the kubelet keeps free by evicting pods: `memory.available<100Mi` on all three clouds. */
const evictionMiB = 100;

/**
 * CPU and memory that pods may request on one node.
 *
 * - AWS: amazon-eks-ami, nodeadm/internal/kubelet/config.go (255 MiB and 11 MiB a pod; 6 %, 1 %, 0.5 %, 0.25 % of CPU).
 * - Google: cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes (25 %, 20 %, 10 %, 6 %, 2 % of memory).
 * - Azure: learn.microsoft.com/azure/aks/node-resource-reservations (20 MiB a pod and 50 MiB, at most 25 %).
 * - K3s and kind reserve nothing, and evict for want of disk only (k3s pkg/daemons/agent; kind pkg/cluster/internal/kubeadm).
 */
export function allocatable(cloud: ClusterRequest["cloud"], size: NodeSize): Resources {
  const memoryMiB = size.memoryGiB * 1024;
  const cpu = size.vcpu * 1000;
  switch (cloud) {
    case "aws":
      return { cpu: cpu - stepwiseCpu(size.vcpu), memoryMiB: memoryMiB - 255 - 11 * size.maxPods - evictionMiB };
    case "gcp":
      return { cpu: cpu - stepwiseCpu(size.vcpu), memoryMiB: memoryMiB - googleMemory(size.memoryGiB) - evictionMiB };
    case "azure":
      return {
        cpu: cpu - azureCpu(size.vcpu),
        memoryMiB: memoryMiB - Math.min(20 * size.maxPods + 50, memoryMiB / 4) - evictionMiB,
      };
    case "local":
      return { cpu, memoryMiB };
  }
}

/** 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of those above. */
function stepwiseCpu(vcpu: number): number {
  const shares = [60, 10, 5, 5];
  const first = shares.slice(0, vcpu).reduce((sum, share) => sum + share, 0);
  return Math.floor(first + Math.max(0, vcpu - shares.length) * 2.5);
}

function googleMemory(memoryGiB: number): number {
  const steps: [gib: number, share: number][] = [
    [4, 0.25],
    [4, 0.2],
    [8, 0.1],
    [112, 0.06],
    [Infinity, 0.02],
  ];
  let rest = memoryGiB;
  let reserved = 0;
  for (const [gib, share] of steps) {
    const part = Math.min(rest, gib);
    reserved += part * share * 1024;
    rest -= part;
  }
  return Math.ceil(reserved);
}

function azureCpu(vcpu: number): number {
  const table: [cores: number, reserved: number][] = [
    [64, 740],
    [32, 420],
    [16, 260],
    [8, 180],
    [4, 140],
    [2, 100],
    [1, 60],
  ];
  return table.find(([cores]) => vcpu >= cores)?.[1] ?? 60;
}
