/** What each node pool is like: plain data, for the cluster's first pool and for all others. */
import type { Input } from "@pulumi/pulumi";

import type { Environment, PlatformConfig } from "../../config/types";
import { type Bounds, spread } from "../spread";
import { poolName } from "./names";
import type { NodeSubnet } from "./network";
import { unlessEmpty, type Zone } from "./place";

export interface PoolsArgs {
  config: PlatformConfig;
  zones: Zone[];
  subnets: NodeSubnet[];
  /** Azure's name of the general pool's machines. */
  vmSize: string;
  tags: Record<string, string>;
}

export interface Pool {
  /** Tells pools apart in Pulumi's names: `system-1`, `general-2`, `spot`. */
  key: string;
  /** The pool's name in Azure, and a part of its nodes' names. */
  name: string;
  settings: PoolSettings;
}

export type PoolSettings = ReturnType<typeof settingsOf>;

/**
 * Machines of the system pools: at least 4 vCPU and 4 GiB, no burstable ones:
 * https://learn.microsoft.com/azure/aks/use-system-pools#limitations
 */
const systemSize = "Standard_D4s_v5";

/** In how many zones system pools are: a dev cluster is cheap, the others survive the loss of a zone. */
const systemZones: Record<Environment, number> = { dev: 1, staging: 3, prod: 3 };

/**
 * The pools of a cluster: the one that it is born with, and the others in the order in which they are made.
 *
 * - System pools, one for each zone, for what AKS itself runs and what tolerates `CriticalAddonsOnly`. AKS prefers them
 *   for its own pods, and puts those on the general pools where there is no room.
 * - A general pool for each zone, so that the autoscaler can add a node in the very zone that a pending pod's disk is in.
 * - Where asked for, one spot pool over all zones.
 */
export function poolsOf(args: PoolsArgs): { first: Pool; others: Pool[] } {
  const { config, zones } = args;
  const systems = zones.slice(0, systemZones[config.environment]).map((zone, index) => systemPool(args, zone, index));
  const shares = spread(config.nodes.min, config.nodes.max, zones.length);
  const generals = zones.flatMap((zone, index) => {
    const share = shares[index];
    return share === undefined || share.maxSize === 0 ? [] : [generalPool(args, zone, index, share)];
  });
  const [first, ...systemOthers] = systems;
  if (first === undefined) throw new RangeError("a cluster needs a zone for its first node pool");
  return { first, others: [...generals, ...systemOthers, ...(config.nodes.spot ? [spotPool(args)] : [])] };
}

function systemPool(args: PoolsArgs, { key, zones }: Zone, index: number): Pool {
  const settings = settingsOf(args, subnetAt(args, index), {
    mode: "System",
    vmSize: systemSize,
    zones,
    bounds: { minSize: 1, maxSize: 3 },
    pool: "system",
    nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
    upgradeSettings: { maxSurge: "1" },
  });
  // AKS cannot exchange the pool that a cluster is born with, so its name stands for nothing that could change.
  const name = `system${key}`;
  return { key: `system-${key}`, name: index === 0 ? name : poolName(name, fixedOf(args, index, settings)), settings };
}

function generalPool(args: PoolsArgs, { key, zones }: Zone, index: number, bounds: Bounds): Pool {
  const settings = settingsOf(args, subnetAt(args, index), {
    mode: "User",
    vmSize: args.vmSize,
    zones,
    bounds,
    pool: "general",
    // A third more nodes at once: https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling
    upgradeSettings: { maxSurge: "33%" },
  });
  return { key: `general-${key}`, name: poolName(`general${key}`, fixedOf(args, index, settings)), settings };
}

/**
 * The label and the second taint are put on by AKS in any case, and named here so that they are no difference:
 * https://learn.microsoft.com/azure/aks/spot-node-pool. Unlike on the other clouds pods come here only if they tolerate it.
 */
function spotPool(args: PoolsArgs): Pool {
  const settings = settingsOf(args, subnetAt(args, 0), {
    mode: "User",
    vmSize: args.vmSize,
    zones: args.zones.flatMap((zone) => zone.zones),
    bounds: { minSize: 0, maxSize: args.config.nodes.max },
    pool: "spot",
    nodeTaints: ["platform/spot=true:PreferNoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
    nodeLabels: { "kubernetes.azure.com/scalesetpriority": "spot" },
    spot: { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 },
  });
  return { key: "spot", name: poolName("spot", fixedOf(args, 0, settings)), settings };
}

interface PoolSpec {
  mode: "System" | "User";
  vmSize: string;
  zones: string[];
  bounds: Bounds;
  pool: "system" | "general" | "spot";
  nodeLabels?: Record<string, string>;
  nodeTaints?: string[];
  upgradeSettings?: { maxSurge: string };
  spot?: { scaleSetPriority: string; scaleSetEvictionPolicy: string; spotMaxPrice: number };
}

/**
 * `count` is left out: it is the autoscaler's. AKS begins with the minimum, keeps the number it has when anything else
 * changes, and lets the autoscaler make up for a raised minimum:
 * https://github.com/Azure/AKS/issues/1627, https://github.com/Azure/AKS/issues/1758
 */
function settingsOf({ config, tags }: PoolsArgs, subnetId: Input<string>, spec: PoolSpec) {
  return {
    mode: spec.mode,
    type: "VirtualMachineScaleSets",
    vmSize: spec.vmSize,
    availabilityZones: unlessEmpty(spec.zones),
    vnetSubnetID: subnetId,
    enableAutoScaling: true,
    minCount: spec.bounds.minSize,
    maxCount: spec.bounds.maxSize,
    orchestratorVersion: config.kubernetesVersion,
    osType: "Linux",
    osSKU: "Ubuntu",
    // Most machine sizes here have no local disk that an ephemeral one would fit on. Encrypted by Azure in any case.
    osDiskType: "Managed",
    osDiskSizeGB: 128,
    maxPods: 250,
    enableNodePublicIP: false,
    nodeLabels: { "platform/pool": spec.pool, ...spec.nodeLabels },
    nodeTaints: spec.nodeTaints,
    upgradeSettings: spec.upgradeSettings,
    ...spec.spot,
    tags,
  };
}

/**
 * What AKS never changes in a pool. The subnet is named as the configuration names it: its id is not known before it is
 * made, and one that the program makes is always the zone's.
 */
function fixedOf({ config }: PoolsArgs, index: number, settings: PoolSettings) {
  const { vmSize, availabilityZones, osSKU, osDiskType, osDiskSizeGB, maxPods } = settings;
  const theirs = config.network.existing?.privateSubnets ?? [];
  return { vmSize, availabilityZones, osSKU, osDiskType, osDiskSizeGB, maxPods, subnet: theirs[index % theirs.length] };
}

function subnetAt({ subnets }: PoolsArgs, index: number): Input<string> {
  const subnet = subnets[index % subnets.length];
  if (subnet === undefined) throw new RangeError("a network without a subnet for nodes");
  return subnet.id;
}
