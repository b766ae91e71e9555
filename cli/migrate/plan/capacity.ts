/** Whether all pods of the source find room on the target's nodes: each is placed, as the scheduler would. */
import type { V1PodSpec } from "@kubernetes/client-node";
import { instanceByType, instanceType, neutralSizes } from "../../../components/instances";
import type { PlatformConfig } from "../../../components/config/types";
import { allocatable } from "../../../simulator/controlplane/allocatable";
import { records, type Manifest } from "../../validate/model";
import { selects } from "../../validate/checks/workloads";
import { quantityValue, showQuantity } from "../../validate/quantity";
import type { Check } from "./report";
import { nameOf, podSpecOf, type View } from "./view";

/** What a pod takes of a node, and a node has to give. */
export interface Amounts {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
  pods: number;
  /** Disks of the cloud that are attached to the node. */
  disks: number;
}

interface Pod {
  object: Manifest;
  amounts: Amounts;
}

interface Node {
  zone: number;
  free: Amounts;
  pods: Manifest[];
}

export interface Placement {
  nodes: number;
  /** Pods for which there was no room. */
  left: Manifest[];
}

const dimensions = ["cpu", "memory", "pods", "disks"] as const;

/**
 * Disks that a node holds.
 * - AWS: 28 attachments of a Nitro instance, less the root volume and two network interfaces:
 *   https://docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html
 * - Azure by vCPU: https://learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/dsv5-series
 * - Google: 128 with the boot disk: https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes
 */
function disksOf(cloud: PlatformConfig["cloud"], vcpu: number): number {
  if (cloud === "aws") return 25;
  return cloud === "azure" ? Math.min(32, vcpu * 2) : 127;
}

/** What one node of the target gives to pods. */
export function nodeOf({ cloud, region, nodes }: PlatformConfig): Amounts {
  const { vcpu, memoryGiB } = nodes;
  const known = neutralSizes.some((one) => one.vcpu === vcpu && one.memoryGiB === memoryGiB);
  const type = nodes.instanceType ?? (known ? instanceType(cloud, vcpu, memoryGiB, region) : "");
  // Fewest of any machine where the type is not known here.
  const maxPods = instanceByType(cloud, type)?.maxPods ?? 58;
  const { cpu, memoryMiB } = allocatable(cloud, { vcpu, memoryGiB, maxPods });
  return { cpu: cpu / 1000, memory: memoryMiB * 2 ** 20, pods: maxPods, disks: disksOf(cloud, vcpu) };
}

/** Pods with what they take; those that every node has one of apart, once each. */
export function demandOf({ pods, claims }: View): { each: Pod[]; all: Pod[] } {
  const disks = new Set(
    claims.filter(({ spec }) => !spec.accessModes?.includes("ReadWriteMany")).map(({ key }) => key),
  );
  const measured = pods.map((object) => ({ object, amounts: amountsOf(object, disks) }));
  const each = new Map<string, Pod>();
  for (const pod of measured) {
    const owner = daemonOf(pod.object);
    if (owner !== undefined) each.set(`${pod.object.metadata.namespace}/${owner}`, pod);
  }
  return { each: [...each.values()], all: measured.filter(({ object }) => daemonOf(object) === undefined) };
}

function daemonOf({ metadata }: Manifest): string | undefined {
  const owner = records((metadata as { ownerReferences?: unknown }).ownerReferences).find(
    ({ kind }) => kind === "DaemonSet" || kind === "Node",
  );
  return owner && String(owner["name"]);
}

function amountsOf(pod: Manifest, disks: ReadonlySet<string>): Amounts {
  const spec = podSpecOf(pod);
  const of = (name: "cpu" | "memory"): number => {
    const asked = (list: V1PodSpec["containers"]) =>
      list.map(({ resources }) => quantityValue(resources?.requests?.[name] ?? resources?.limits?.[name]));
    const sum = asked(spec.containers).reduce((total, one) => total + one, 0);
    return Math.max(sum, ...asked(spec.initContainers ?? [])) + quantityValue(spec.overhead?.[name]);
  };
  const held = (spec.volumes ?? []).filter((volume) =>
    disks.has(`${pod.metadata.namespace}/${volume.persistentVolumeClaim?.claimName}`),
  );
  return { cpu: of("cpu"), memory: of("memory"), pods: 1, disks: held.length };
}

/** Largest first, each on the node of the emptiest zone that has room: the scheduler does no better than that. */
export function place(
  { each, all }: { each: Pod[]; all: Pod[] },
  node: Amounts,
  count: number,
  zones: number,
): Placement {
  const taken = total(each);
  const nodes: Node[] = Array.from({ length: count }, (_, index) => ({
    zone: index % Math.max(1, zones),
    free: minus(node, taken),
    pods: each.map(({ object }) => object),
  }));
  const share = ({ amounts }: Pod) => Math.max(...dimensions.map((name) => amounts[name] / Math.max(node[name], 1e-9)));
  const left: Manifest[] = [];
  for (const pod of [...all].sort((one, other) => share(other) - share(one))) {
    const fitting = nodes.filter(
      (one) => dimensions.every((name) => one.free[name] >= pod.amounts[name] - 1e-9) && allows(one, nodes, pod.object),
    );
    const [best] = fitting.sort((one, other) => other.free.cpu / node.cpu - one.free.cpu / node.cpu);
    if (!best) {
      left.push(pod.object);
      continue;
    }
    best.free = minus(best.free, pod.amounts);
    best.pods.push(pod.object);
  }
  return { nodes: count, left };
}

/** Rules between pods that the scheduler does not bend. */
function allows(node: Node, nodes: Node[], pod: Manifest): boolean {
  const { topologySpreadConstraints = [], affinity } = podSpecOf(pod);
  const same = (one: Manifest) => one.metadata.namespace === pod.metadata.namespace;
  const among = (group: Node[], selector: Parameters<typeof selects>[0]) =>
    group.flatMap(({ pods }) => pods).filter((one) => same(one) && selects(selector, one.metadata.labels ?? {})).length;
  const domain = (key: string): Node[] | undefined =>
    key === "kubernetes.io/hostname"
      ? [node]
      : key === "topology.kubernetes.io/zone"
        ? nodes.filter(({ zone }) => zone === node.zone)
        : undefined;
  const apart = (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).every(
    ({ topologyKey, labelSelector }) => {
      const group = domain(topologyKey);
      return !group || !labelSelector || among(group, labelSelector) === 0;
    },
  );
  const even = topologySpreadConstraints.every(({ topologyKey, whenUnsatisfiable, labelSelector, maxSkew }) => {
    const group = domain(topologyKey);
    if (whenUnsatisfiable !== "DoNotSchedule" || !group || !labelSelector) return true;
    const groups =
      topologyKey === "kubernetes.io/hostname"
        ? nodes.map((one) => [one])
        : [...new Set(nodes.map(({ zone }) => zone))].map((zone) => nodes.filter((one) => one.zone === zone));
    return among(group, labelSelector) + 1 - Math.min(...groups.map((one) => among(one, labelSelector))) <= maxSkew;
  });
  return apart && even;
}

export const checkCapacity: Check = ({ view, target: { config } }, report) => {
  const demand = demandOf(view);
  if (demand.all.length === 0) return;
  const node = nodeOf(config);
  const { min, max, zones } = config.nodes;
  const needs = total(demand.all);
  const said = `${demand.all.length} pods ask for ${showQuantity("cpu", needs.cpu)} CPU and ${showQuantity("memory", needs.memory)}, beside ${demand.each.length} on every node`;
  for (let count = 1; count <= max; count += 1) {
    if (place(demand, node, count, zones.length).left.length > 0) continue;
    const text =
      count <= min
        ? `${count} of ${min} nodes hold them`
        : `the autoscaler goes from ${min} to ${count} nodes (of ${max}) while they start`;
    report.note("capacity", "nodes", { what: said, then: text });
    return;
  }
  const { left } = place(demand, node, max, zones.length);
  const more = Array.from({ length: 3 * max + 3 }, (_, index) => max + 1 + index).find(
    (count) => place(demand, node, count, zones.length).left.length === 0,
  );
  const needsDisks = total(demand.all).disks > max * node.disks;
  const largest = left.map(nameOf).sort().slice(0, 3).join(", ");
  const what = `${said}; on ${max} nodes of ${config.nodes.vcpu} vCPU and ${config.nodes.memoryGiB} GiB there is no room for ${left.length} of them (${largest})`;
  const then =
    more === undefined
      ? "take larger nodes with --set nodes.vcpu=… --set nodes.memoryGiB=…: a pod is larger than a node, or has rules that no number of nodes keeps"
      : `--set nodes.max=${more}, or larger nodes`;
  report.blocking(needsDisks ? "volume-attachments" : "capacity", "nodes.max", {
    what: needsDisks ? `${what}: a node holds ${node.disks} disks` : what,
    then,
  });
};

function total(pods: Pod[]): Amounts {
  const sum = (name: keyof Amounts) => pods.reduce((value, { amounts }) => value + amounts[name], 0);
  return { cpu: sum("cpu"), memory: sum("memory"), pods: sum("pods"), disks: sum("disks") };
}

function minus(one: Amounts, other: Amounts): Amounts {
  return {
    cpu: one.cpu - other.cpu,
    memory: one.memory - other.memory,
    pods: one.pods - other.pods,
    disks: one.disks - other.disks,
  };
}
