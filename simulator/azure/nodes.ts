/** The nodes that a pool stands for: the same ones at every look, so that a change of the count keeps the others. */
import { createHash } from "node:crypto";
import type { Context, NodeRequest } from "../cloud/behaviour";
import { address, parseRange } from "../cloud/cidr";
import { count, map, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { subscriptionId } from "./account";
import { idPart } from "./ids";
import { machine } from "./machines";
import { prefixOf } from "./network";
import { find } from "./resource";
import { minorOf } from "./versions";

/** Image of the nodes: a release of Ubuntu that AKS dates. */
export const nodeImage = "AKSUbuntu-2204gen2containerd-202511.07.0";

/**
 * The nodes of a pool, one zone after the other.
 * @param pool its outputs, whatever form it has.
 * @param cluster outputs of the cluster.
 */
export function nodesOf(
  name: string,
  pool: Properties,
  clusterId: string,
  cluster: Properties,
  context: Context,
): NodeRequest[] {
  const size = text(pool, "vmSize");
  const what = machine(size);
  const location = text(cluster, "location");
  const zones = texts(pool, "availabilityZones");
  const set = `aks-${name}-${digits(`${clusterId}/${name}`)}-vmss`;
  const group = text(cluster, "nodeResourceGroup");
  const subnet = find("azure-native:network:Subnet", text(pool, "vnetSubnetID"), context);
  const range = parseRange(prefixOf(subnet?.outputs ?? {})) ?? parseRange("10.224.0.0/16");
  return Array.from({ length: count(pool, "count") ?? 0 }, (_, index) => {
    if (!what || !range) throw new Error(`no machine or subnet for node ${index} of ${name}`);
    const zone = zones[index % Math.max(zones.length, 1)];
    return {
      // Numbers of machines in a scale set: six digits of base 36.
      name: `${set}${index.toString(36).padStart(6, "0")}`,
      // A machine outside of any zone is told by its fault domain, of which one is enough here.
      zone: zone === undefined ? "0" : `${location}-${zone}`,
      instanceType: size,
      vcpu: what.vcpu,
      memoryGiB: what.memoryGiB,
      maxPods: count(pool, "maxPods") ?? 30,
      labels: labelsOf(name, pool, group, what, { subnetId: text(pool, "vnetSubnetID"), zone, location }),
      taints: taintsOf(pool),
      providerId: `azure:///subscriptions/${subscriptionId}/resourceGroups/${group.toLowerCase()}/providers/Microsoft.Compute/virtualMachineScaleSets/${set}/virtualMachines/${index}`,
      internalIP: address(range, 4 + ((hash(`${set}-first`) + index) % (range.last - range.first - 4))),
      kubernetesVersion: minorOf(text(pool, "orchestratorVersion") || text(cluster, "kubernetesVersion")),
    };
  });
}

interface Where {
  subnetId: string;
  zone: string | undefined;
  location: string;
}

/** Labels that AKS gives its nodes: https://learn.microsoft.com/azure/aks/use-labels#reserved-system-labels */
function labelsOf(
  name: string,
  pool: Properties,
  group: string,
  { vcpu, memoryGiB, architecture }: { vcpu: number; memoryGiB: number; architecture: string },
  { subnetId, zone, location }: Where,
): Record<string, string> {
  const isSpot = text(pool, "scaleSetPriority") === "Spot";
  return {
    ...map(pool, "nodeLabels"),
    agentpool: name,
    "kubernetes.azure.com/agentpool": name,
    "kubernetes.azure.com/cluster": group.slice(0, 63),
    "kubernetes.azure.com/managedby": "aks",
    "kubernetes.azure.com/mode": text(pool, "mode").toLowerCase(),
    ...(subnetId && {
      "kubernetes.azure.com/network-name": idPart(subnetId, "virtualNetworks").slice(0, 63),
      "kubernetes.azure.com/network-subnet": idPart(subnetId, "subnets").slice(0, 63),
    }),
    "kubernetes.azure.com/node-image-version": nodeImage,
    "kubernetes.azure.com/nodepool-type": "VirtualMachineScaleSets",
    "kubernetes.azure.com/os-sku": text(pool, "osSKU") || "Ubuntu",
    ...(isSpot && { "kubernetes.azure.com/scalesetpriority": "spot", "kubernetes.azure.com/priority": "spot" }),
    "kubernetes.azure.com/role": "agent",
    "kubernetes.azure.com/sku-cpu": String(vcpu),
    "kubernetes.azure.com/sku-memory": String(memoryGiB * 1024),
    "kubernetes.azure.com/storageprofile": "managed",
    "kubernetes.azure.com/storagetier": "Premium_LRS",
    "kubernetes.io/arch": architecture,
    "topology.disk.csi.azure.com/zone": zone === undefined ? "" : `${location}-${zone}`,
  };
}

/** `key=value:effect`; a spot node has AKS' own in any case: https://learn.microsoft.com/azure/aks/spot-node-pool */
function taintsOf(pool: Properties): NodeRequest["taints"] {
  const spot = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";
  const given = texts(pool, "nodeTaints");
  const all = text(pool, "scaleSetPriority") === "Spot" && !given.includes(spot) ? [...given, spot] : given;
  return all.map((taint) => {
    const [, key = "", value = "", effect = ""] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(taint) ?? [];
    return { key, ...(value === "" ? {} : { value }), effect };
  });
}

/** Eight digits that a pool's scale set carries in its name. */
function digits(seed: string): string {
  return String(hash(seed) % 100_000_000).padStart(8, "0");
}

function hash(seed: string): number {
  return createHash("sha256").update(seed).digest().readUInt32BE(0);
}
