/** Node pools: their nodes appear on the cluster as soon as the pool is there. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, object, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { locationOf } from "./clusters";
import { nodeConfigProblem, nodeVersionProblem, roomProblem, scalingProblem, upgradeProblem } from "./nodeChecks";
import { nodesOf } from "./nodes";
import { demandOf, quotaProblem } from "./quotas";
import { badRequest, first, googleError } from "./refusals";
import { regionOf, zonesOf } from "./regions";
import { autoName, owned, plainReference, projectOf, type Resource } from "./resource";
import { minorVersion } from "./versions";

const nodePool: Resource = {
  defaults: (inputs, context) =>
    text(inputs, "namePrefix")
      ? { name: text(inputs, "namePrefix") + context.hex(14) }
      : autoName(inputs, context, { longest: 40 }),
  uniqueName(inputs, context) {
    const id = idOf(inputs, context);
    return { scope: "project", name: id, taken: `resource - ${id} - already exists` };
  },
  refuse(inputs, context) {
    const cluster = clusterOf(inputs, context);
    const create = (problem: string | undefined) => problem && `error creating NodePool: ${problem}`;
    if (!cluster) return create(googleError(404, `Not found: ${clusterId(inputs, context)}.`, "notFound"));
    const zones = zonesOfPool(inputs, cluster);
    const foreign = zones.find((zone) => !zonesOf(regionOf(text(cluster.outputs, "location"))).includes(zone));
    const nodes = nodeCounts(inputs, zones.length).reduce((sum, each) => sum + each, 0);
    const isPrivate = object(cluster.outputs, "privateClusterConfig").enablePrivateNodes === true;
    const name = text(inputs, "name");
    return (
      first(
        (count(inputs, "initialNodeCount") ?? 0) > 0 &&
          (count(inputs, "nodeCount") ?? 0) > 0 &&
          `Cannot set both initial_node_count and node_count on node pool ${name}`,
        foreign !== undefined && create(badRequest(`Location "${foreign}" is not a zone of the cluster's region.`)),
      ) ??
      create(
        first(
          nodeConfigProblem(object(inputs, "nodeConfig"), context),
          nodeVersionProblem(text(inputs, "version"), cluster),
          scalingProblem(inputs, zones.length),
          upgradeProblem(inputs),
          roomProblem(cluster, nodes, maxPodsOf(inputs, cluster), context),
          quotaProblem(
            demandOf(object(inputs, "nodeConfig"), nodes, !isPrivate),
            text(cluster.outputs, "location"),
            context,
          ),
        ),
      )
    );
  },
  // Pools beside each other, none beside a change of the cluster: the provider's locks (`clusterLockKey`, RLock).
  lock: (inputs, context) => ({ key: clusterId(inputs, context), shared: true }),
  async create(inputs, context) {
    const cluster = clusterOf(inputs, context) as CloudRecord;
    const zones = zonesOfPool(inputs, cluster);
    const hash = context.hex(8);
    const name = text(inputs, "name");
    const group = (zone: string, kind: string) =>
      `https://www.googleapis.com/compute/v1/projects/${String(cluster.outputs.project)}/zones/${zone}/${kind}/gke-${text(cluster.outputs, "name")}-${name}-${hash}-grp`;
    const outputs: Properties = {
      ...settings(inputs, cluster),
      initialNodeCount: inputs.initialNodeCount ?? inputs.nodeCount ?? 0,
      instanceGroupUrls: zones.map((zone) => group(zone, "instanceGroupManagers")),
      location: text(cluster.outputs, "location"),
      managedInstanceGroupUrls: zones.map((zone) => group(zone, "instanceGroups")),
      maxPodsPerNode: maxPodsOf(inputs, cluster),
      namePrefix: text(inputs, "namePrefix"),
      nodeConfig: nodeConfigOf(inputs),
      nodeCount: perZone(inputs, zones.length),
      operation: "",
      version: text(inputs, "version") || text(cluster.outputs, "masterVersion"),
    };
    await setNodes({ ...inputs, ...outputs }, cluster, context);
    return { id: idOf(inputs, context), outputs };
  },
  async update(record, inputs, context) {
    const cluster = clusterOf(inputs, context) as CloudRecord;
    const zones = zonesOfPool(inputs, cluster);
    const problem = first(
      nodeVersionProblem(text(inputs, "version"), cluster),
      scalingProblem(inputs, zones.length),
      upgradeProblem(inputs),
    );
    if (problem) throw new Error(problem);
    const current = count(record.outputs, "nodeCount");
    const sized = { ...inputs, nodeCount: inputs.nodeCount ?? current };
    const outputs: Properties = {
      ...settings(inputs, cluster),
      initialNodeCount: record.outputs.initialNodeCount,
      nodeConfig: nodeConfigOf(inputs),
      nodeCount: perZone(sized, zones.length),
      version: text(inputs, "version") || text(record.outputs, "version"),
    };
    await setNodes({ ...record.outputs, ...inputs, ...outputs }, cluster, context);
    return outputs;
  },
  async delete({ id, outputs }, context) {
    const cluster = context.inventory.get("gcp:container/cluster:Cluster", id.replace(/\/nodePools\/.*$/, ""));
    if (cluster) await context.clusters.setNodes(cluster.id, text(outputs, "name"), []);
  },
};

/** Outputs that an update may change. */
function settings(inputs: Properties, cluster: CloudRecord): Properties {
  const { isPrivate } = { isPrivate: object(cluster.outputs, "privateClusterConfig").enablePrivateNodes === true };
  return {
    management: { autoRepair: true, autoUpgrade: true, ...object(inputs, "management") },
    networkConfig: {
      createPodRange: false,
      enablePrivateNodes: isPrivate,
      podIpv4CidrBlock: text(cluster.outputs, "clusterIpv4Cidr"),
      podRange: text(object(cluster.outputs, "ipAllocationPolicy"), "clusterSecondaryRangeName"),
      ...object(inputs, "networkConfig"),
    },
    nodeDrainConfigs: inputs.nodeDrainConfigs ?? [{ respectPdbDuringNodePoolDeletion: false }],
    nodeLocations: zonesOfPool(inputs, cluster),
    upgradeSettings: { maxSurge: 1, maxUnavailable: 0, strategy: "SURGE", ...object(inputs, "upgradeSettings") },
  };
}

/** Defaults: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig */
function nodeConfigOf(inputs: Properties): Properties {
  return {
    diskSizeGb: 100,
    diskType: "pd-balanced",
    effectiveTaints: [],
    imageType: "COS_CONTAINERD",
    loggingVariant: "DEFAULT",
    machineType: "e2-medium",
    oauthScopes: [
      "https://www.googleapis.com/auth/devstorage.read_only",
      "https://www.googleapis.com/auth/logging.write",
      "https://www.googleapis.com/auth/monitoring",
    ],
    preemptible: false,
    serviceAccount: "default",
    spot: false,
    ...object(inputs, "nodeConfig"),
  };
}

/** The zones of a pool: its own, or the cluster's. */
function zonesOfPool(inputs: Properties, cluster: CloudRecord): string[] {
  const own = texts(inputs, "nodeLocations");
  const all = texts(cluster.outputs, "nodeLocations");
  return own.length > 0 ? own : all;
}

/**
 * Nodes in each zone. What was asked for is for each zone; the autoscaler keeps to its bounds from the first minute, and
 * nothing else calls for it to act here.
 */
export function nodeCounts(inputs: Properties, zones: number): number[] {
  const each = count(inputs, "nodeCount") ?? count(inputs, "initialNodeCount") ?? 0;
  const scaling = object(inputs, "autoscaling");
  const [min, max] = [count(scaling, "minNodeCount") ?? 0, count(scaling, "maxNodeCount") ?? 0];
  const [least, most] = [count(scaling, "totalMinNodeCount") ?? 0, count(scaling, "totalMaxNodeCount") ?? 0];
  const bounded = max > 0 ? Math.min(Math.max(each, min), max) : each;
  const total = most > 0 ? Math.min(Math.max(bounded * zones, least), most) : bounded * zones;
  return Array.from({ length: zones }, (_, zone) => Math.floor(total / zones) + (zone < total % zones ? 1 : 0));
}

/** As the provider shows it: the mean over the zones, rounded down (`flattenNodePool`). */
function perZone(inputs: Properties, zones: number): number {
  const counts = nodeCounts(inputs, zones);
  return Math.floor(counts.reduce((sum, each) => sum + each, 0) / Math.max(1, zones));
}

function maxPodsOf(inputs: Properties, cluster: CloudRecord): number {
  return count(inputs, "maxPodsPerNode") ?? count(cluster.outputs, "defaultMaxPodsPerNode") ?? 110;
}

async function setNodes(outputs: Properties, cluster: CloudRecord, context: Context): Promise<void> {
  const nodes = nodesOf(outputs, cluster, nodeCounts(outputs, texts(outputs, "nodeLocations").length), context);
  await context.clusters.setNodes(
    cluster.id,
    text(outputs, "name"),
    nodes.map((node) => ({ ...node, kubernetesVersion: minorVersion(text(outputs, "version")) })),
  );
}

function clusterId(inputs: Properties, context: Context): string {
  const reference = plainReference(text(inputs, "cluster"));
  return reference.includes("/")
    ? reference
    : `projects/${projectOf(inputs, context)}/locations/${locationOf(inputs, context)}/clusters/${reference}`;
}

function clusterOf(inputs: Properties, context: Context): CloudRecord | undefined {
  return context.inventory.get("gcp:container/cluster:Cluster", clusterId(inputs, context));
}

function idOf(inputs: Properties, context: Context): string {
  return `${clusterId(inputs, context)}/nodePools/${text(inputs, "name")}`;
}

export const nodePoolBehaviours: Record<string, Resource> = { "gcp:container/nodePool:NodePool": owned(nodePool) };
