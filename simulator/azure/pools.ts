/** What AKS refuses of a node pool, be it one that a cluster is born with or one of its own. */
import type { Context } from "../cloud/behaviour";
import { overlaps, parseRange } from "../cloud/cidr";
import { count, first, map, object, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { idPart, sameId } from "./ids";
import { machine } from "./machines";
import { networkOf, prefixOf } from "./network";
import { azure, badRequest, invalid } from "./refusals";
import { normalized, zonesOf } from "./regions";
import { find, findGroup } from "./resource";
import { isOffered, minorNumber } from "./versions";

/** https://learn.microsoft.com/azure/aks/quotas-skus-regions */
export const limits = { nodesInPool: 1000, poolsInCluster: 100 };

export interface PoolPlace {
  location: string;
  /** The control plane's version. */
  version: string;
  /** `overlay`, or empty where pods have addresses of the subnet. */
  mode: string;
}

/** A pool's inputs are the same in both forms, but for its name. */
export function poolProblem(name: string, pool: Properties, place: PoolPlace, context: Context): string | undefined {
  const size = text(pool, "vmSize");
  const what = machine(size);
  const isSystem = text(pool, "mode") === "System";
  return first(
    !/^[a-z][a-z0-9]{0,11}$/.test(name) &&
      invalid(`The value of parameter agentPoolProfile.name is invalid. Error details: ${name}.`),
    text(pool, "mode") === "" && invalid("Required parameter agentPoolProfile.mode is missing (null)."),
    !what && badRequest(`The VM size of ${size} is not allowed in your subscription in location '${place.location}'.`),
    isSystem && what && systemProblem(size, what),
    zonesProblem(pool, place.location),
    countProblem(name, pool, isSystem),
    versionProblem(text(pool, "orchestratorVersion"), place.version),
    podsProblem(pool, place, isSystem),
    spotProblem(pool, isSystem),
    labelsProblem(pool),
    subnetProblem(name, pool, place, context),
  );
}

/** https://learn.microsoft.com/azure/aks/use-system-pools#limitations */
function systemProblem(size: string, { vcpu, memoryGiB }: { vcpu: number; memoryGiB: number }): string | undefined {
  const isBurstable = /^Standard_B/i.test(size);
  return vcpu < 4 || memoryGiB < 4 || isBurstable
    ? azure(
        400,
        "SystemPoolSkuTooLow",
        `The system node pool's VM size ${size} is not supported: it must have at least 4 vCPUs and 4 GB of memory, and be none of series B.`,
      )
    : undefined;
}

function zonesProblem(pool: Properties, location: string): string | undefined {
  const available = zonesOf(normalized(location)) ?? [];
  const foreign = texts(pool, "availabilityZones").filter((zone) => !available.includes(zone));
  return foreign.length > 0
    ? azure(
        400,
        "AvailabilityZoneNotSupported",
        `The zone(s) '${foreign.join(", ")}' for resource 'agentPool' is not supported. The supported zones for location '${location}' are '${available.join(", ")}'.`,
      )
    : undefined;
}

function countProblem(name: string, pool: Properties, isSystem: boolean): string | undefined {
  const scales = pool.enableAutoScaling === true;
  const [min, max, wanted] = [count(pool, "minCount"), count(pool, "maxCount"), count(pool, "count")];
  const least = isSystem ? 1 : 0;
  return first(
    !scales &&
      (min !== undefined || max !== undefined) &&
      invalid("AgentPoolProfile.minCount and maxCount can be set only with enableAutoScaling."),
    scales &&
      (min === undefined || max === undefined) &&
      invalid(`Required parameter minCount or maxCount of agent pool ${name} is missing: autoscaling needs both.`),
    scales && max !== undefined && max < 1 && invalid(`maxCount of agent pool ${name} must be at least 1.`),
    scales &&
      min !== undefined &&
      max !== undefined &&
      min > max &&
      invalid(`The value of minCount ${min} is greater than the value of maxCount ${max} in agent pool ${name}.`),
    scales &&
      wanted !== undefined &&
      (wanted < (min ?? 0) || wanted > (max ?? wanted)) &&
      invalid(`The value of count ${wanted} is not between minCount and maxCount of agent pool ${name}.`),
    !scales && wanted === undefined && invalid(`Required parameter count of agent pool ${name} is missing (null).`),
    (scales ? (min ?? 0) : (wanted ?? 0)) < least && invalid(`System node pool ${name} must have at least one node.`),
    Math.max(max ?? 0, wanted ?? 0) > limits.nodesInPool &&
      invalid(`Agent pool ${name} can have at most ${limits.nodesInPool} nodes.`),
  );
}

/** https://aka.ms/version-skew-policy: nodes may be three minor versions older than the control plane, never newer. */
export function versionProblem(version: string, controlPlane: string): string | undefined {
  if (version === "") return undefined;
  const behind = minorNumber(controlPlane) - minorNumber(version);
  return first(
    !isOffered(version) &&
      azure(
        400,
        "K8sVersionNotSupported",
        `Version ${version} is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list`,
      ),
    behind < 0 &&
      azure(
        400,
        "NodePoolMcVersionIncompatible",
        `Node pool version ${version} and control plane version ${controlPlane} are incompatible. Minor version of node pool version ${minorNumber(version)} is bigger than control plane version ${minorNumber(controlPlane)}. For more information, please check https://aka.ms/version-skew-policy`,
      ),
    behind > 3 &&
      azure(
        400,
        "NodePoolMcVersionIncompatible",
        `Node pool version ${version} and control plane version ${controlPlane} are incompatible. Minor version of node pool is more than 3 versions less than control plane's. For more information, please check https://aka.ms/version-skew-policy`,
      ),
  );
}

/** Ten to 250 pods a node, thirty for a system pool: https://learn.microsoft.com/azure/aks/quotas-skus-regions */
function podsProblem(pool: Properties, { mode }: PoolPlace, isSystem: boolean): string | undefined {
  const pods = count(pool, "maxPods") ?? defaultPods(mode);
  const least = isSystem ? 30 : 10;
  return pods < least || pods > 250
    ? azure(
        400,
        "InvalidParameter",
        `The value of parameter maxPods is invalid. Error details: ${pods} is not between ${least} and 250.`,
      )
    : undefined;
}

export function defaultPods(mode: string): number {
  return mode === "overlay" ? 250 : 30;
}

/** https://learn.microsoft.com/azure/aks/spot-node-pool#limitations */
function spotProblem(pool: Properties, isSystem: boolean): string | undefined {
  const isSpot = text(pool, "scaleSetPriority") === "Spot";
  return first(
    isSpot && isSystem && invalid("Spot node pools cannot be of mode System."),
    isSpot && text(object(pool, "upgradeSettings"), "maxSurge") !== "" && invalid("Spot pools can't set max surge."),
    !isSpot &&
      (pool.scaleSetEvictionPolicy !== undefined || pool.spotMaxPrice !== undefined) &&
      invalid("scaleSetEvictionPolicy and spotMaxPrice can be set only for a pool of priority Spot."),
  );
}

/** The label that AKS puts on spot nodes itself may be named; all others with its prefix are its own. */
function labelsProblem(pool: Properties): string | undefined {
  const reserved = Object.entries(map(pool, "nodeLabels")).find(
    ([key, value]) =>
      /(^|\.)(kubernetes\.azure\.com)\//.test(key) &&
      !(key === "kubernetes.azure.com/scalesetpriority" && value === "spot" && pool.scaleSetPriority === "Spot"),
  );
  return reserved
    ? azure(
        400,
        "InvalidParameter",
        `Label ${reserved[0]} is reserved by AKS: https://learn.microsoft.com/azure/aks/use-labels`,
      )
    : undefined;
}

function subnetProblem(name: string, pool: Properties, { mode }: PoolPlace, context: Context): string | undefined {
  const id = text(pool, "vnetSubnetID");
  if (id === "") return undefined;
  const subnet = find("azure-native:network:Subnet", id, context);
  if (!subnet) {
    return findGroup(idPart(id, "resourceGroups"), context)
      ? azure(400, "VnetNotFound", `The subnet ${id} of agent pool ${name} could not be found.`)
      : undefined;
  }
  const cidr = prefixOf(subnet.outputs);
  const range = parseRange(cidr);
  // Five addresses are Azure's own. A node takes one, and without an overlay one more for each pod.
  const available = range ? range.last - range.first + 1 - 5 : 0;
  const nodes = count(pool, "maxCount") ?? count(pool, "count") ?? 0;
  const needed = nodes * (mode === "overlay" ? 1 : 1 + (count(pool, "maxPods") ?? defaultPods(mode)));
  return needed > available
    ? azure(
        400,
        "InsufficientSubnetSize",
        `Pre-allocated IPs ${needed} exceeds IPs available ${available} in Subnet Cidr ${cidr}, Subnet Name ${text(subnet.outputs, "name")}. If Autoscaler is enabled, the max-count from each nodepool is counted towards this total (which means that pre-allocated IPs count represents a theoretical max value, not the actual number of IPs requested). http://aka.ms/aks/insufficientsubnetsize`,
      )
    : undefined;
}

/** All pools of a cluster are in one virtual network: https://learn.microsoft.com/azure/aks/create-node-pools#limitations */
export function networksProblem(subnetIds: string[]): string | undefined {
  const networks = subnetIds.filter((id) => id !== "").map(networkOf);
  return networks.some((network) => !sameId(network, networks[0] ?? ""))
    ? azure(400, "InvalidParameter", "All agent pools must be in the same virtual network.")
    : undefined;
}

/** What cannot be changed in a pool: https://learn.microsoft.com/azure/aks/manage-node-pools, and users' reports of the error */
const fixed = [
  "vmSize",
  "vnetSubnetID",
  "availabilityZones",
  "osType",
  "osDiskType",
  "osDiskSizeGB",
  "maxPods",
  "type",
  "scaleSetPriority",
  "enableNodePublicIP",
  "enableEncryptionAtHost",
  "enableUltraSSD",
];

export function changeProblem(before: Properties, after: Properties): string | undefined {
  const changed = fixed.find(
    (name) => after[name] !== undefined && JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  return changed && notAllowed(`agentPoolProfile.${changed}`);
}

/** https://github.com/Azure/AKS/issues/2018 */
export function notAllowed(property: string): string {
  return azure(400, "PropertyChangeNotAllowed", `Changing property '${property}' is not allowed.`);
}

/** Nodes that a pool has: its own number, or what the autoscaler begins with. */
export function sizeOf(pool: Properties, before?: number): number {
  const [min = 0, max = limits.nodesInPool] = [count(pool, "minCount"), count(pool, "maxCount")];
  const wanted = count(pool, "count") ?? before ?? min;
  return pool.enableAutoScaling === true ? Math.min(Math.max(wanted, min), max) : wanted;
}

/** Ranges that must keep clear of each other. */
export function disjoint(one: string, other: string): boolean {
  const [a, b] = [parseRange(one), parseRange(other)];
  return !a || !b || !overlaps(a, b);
}
