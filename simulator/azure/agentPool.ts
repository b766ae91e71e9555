/** Node pools beside the one that a cluster is born with: their nodes appear as soon as the pool is there. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { first, object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { idOf, sameId } from "./ids";
import { nodeImage, nodesOf } from "./nodes";
import {
  changeProblem,
  defaultPods,
  limits,
  networksProblem,
  poolProblem,
  sizeOf,
  versionProblem,
  type PoolPlace,
} from "./pools";
import { quotaProblem } from "./quota";
import { azure, badRequest } from "./refusals";
import { arm, find, type Resource } from "./resource";
import { patchOf } from "./versions";

const type = "azure-native:containerservice:AgentPool";
const clusterType = "azure-native:containerservice:ManagedCluster";

const agentPool = arm(type, {
  api: "2025-09-01",
  refuse(inputs, context) {
    const cluster = clusterOf(idOf(type, inputs, context), context);
    if (!cluster) return undefined;
    const name = text(inputs, "agentPoolName");
    const inline = objects(cluster.outputs, "agentPoolProfiles");
    const siblings = poolsOf(cluster.id, context);
    const subnets = [...inline, ...siblings.map(({ outputs }) => outputs)].map((pool) => text(pool, "vnetSubnetID"));
    return first(
      inline.some((pool) => text(pool, "name") === name) &&
        `cannot create already existing resource '${idOf(type, inputs, context)}'`,
      poolProblem(name, inputs, placeOf(cluster), context),
      networksProblem([...subnets, text(inputs, "vnetSubnetID")]),
      inline.length + siblings.length >= limits.poolsInCluster &&
        badRequest(`A cluster can have at most ${limits.poolsInCluster} node pools.`),
      quotaProblem([inputs], text(cluster.outputs, "location"), context),
    );
  },
  async outputs(inputs, context, id) {
    const cluster = clusterOf(id, context);
    if (!cluster) throw new Error(`no cluster for ${id}`);
    const outputs = poolOutputs(inputs, cluster);
    await setNodes(text(inputs, "agentPoolName"), outputs, cluster, context);
    return outputs;
  },
  async update(record, inputs, context) {
    const cluster = clusterOf(record.id, context);
    if (!cluster) throw new Error(`no cluster for ${record.id}`);
    const name = text(record.outputs, "name");
    const problem = first(
      changeProblem(record.outputs, inputs),
      poolProblem(name, inputs, placeOf(cluster), context),
      versionProblem(text(inputs, "orchestratorVersion"), text(cluster.outputs, "kubernetesVersion")),
      lastSystemProblem(record, inputs, cluster, context),
    );
    if (problem) throw new Error(problem);
    const outputs = poolOutputs(inputs, cluster, record.outputs);
    await setNodes(name, outputs, cluster, context);
    return outputs;
  },
  refuseDelete(record, context) {
    const cluster = clusterOf(record.id, context);
    return cluster && lastSystemProblem(record, { mode: "User" }, cluster, context);
  },
  async delete({ id, outputs }, context) {
    const cluster = clusterOf(id, context);
    if (cluster) await context.clusters.setNodes(cluster.id, text(outputs, "name"), []);
  },
  // Pools are changed beside each other, and not while the cluster itself is.
  lock: (inputs, context) => clusterLock(idOf(type, inputs, context).split("/").slice(0, -2).join("/"), true),
});

/**
 * What a pool says of itself, whatever form it has: as recorded in pulumi-azure-native's test data
 * (TestProviderUpgrade/upgrade-containerservice-agentpool).
 * @param before its outputs so far: the number of nodes is the autoscaler's.
 */
export function poolOutputs(inputs: Properties, cluster: { outputs: Properties }, before?: Properties): Properties {
  const version = text(inputs, "orchestratorVersion") || text(before ?? {}, "orchestratorVersion");
  const running = version || text(cluster.outputs, "kubernetesVersion");
  const had = before?.count;
  return {
    enableAutoScaling: false,
    enableEncryptionAtHost: false,
    enableFIPS: false,
    enableNodePublicIP: false,
    enableUltraSSD: false,
    kubeletDiskType: "OS",
    maxPods: defaultPods(text(object(cluster.outputs, "networkProfile"), "networkPluginMode")),
    osDiskSizeGB: 128,
    osDiskType: "Managed",
    osSKU: "Ubuntu",
    osType: "Linux",
    scaleDownMode: "Delete",
    upgradeSettings: inputs.scaleSetPriority === "Spot" ? {} : { maxSurge: "10%" },
    ...inputs,
    count: sizeOf(inputs, typeof had === "number" ? had : undefined),
    currentOrchestratorVersion: patchOf(running),
    nodeImageVersion: nodeImage,
    orchestratorVersion: running,
    powerState: { code: "Running" },
    provisioningState: "Succeeded",
  };
}

/** https://github.com/cilium/cilium/issues/25944, https://learn.microsoft.com/azure/aks/blue-green-node-pool-upgrade (pools in parallel) */
export function clusterLock(clusterId: string, shared: boolean) {
  const refusal = () =>
    azure(
      409,
      "OperationNotAllowed",
      "Operation is not allowed: Another operation is in progress on the managed cluster, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details",
    );
  return { key: clusterId.toLowerCase(), shared, refusal };
}

/** The cluster that a pool's or a maintenance window's id is below. */
export function clusterOf(id: string, context: Context): CloudRecord | undefined {
  return find(clusterType, id.split("/").slice(0, -2).join("/"), context);
}

export function poolsOf(clusterId: string, { inventory }: Context): CloudRecord[] {
  return inventory.list(type).filter(({ id }) => sameId(id.split("/").slice(0, -2).join("/"), clusterId));
}

export function placeOf({ outputs }: { outputs: Properties }): PoolPlace {
  return {
    location: text(outputs, "location"),
    version: text(outputs, "kubernetesVersion"),
    mode: text(object(outputs, "networkProfile"), "networkPluginMode"),
  };
}

export async function setNodes(name: string, pool: Properties, cluster: CloudRecord, context: Context): Promise<void> {
  await context.clusters.setNodes(cluster.id, name, nodesOf(name, pool, cluster.id, cluster.outputs, context));
}

/** https://learn.microsoft.com/azure/aks/use-system-pools: a cluster has a system pool at any time. */
function lastSystemProblem(
  record: CloudRecord,
  after: Properties,
  cluster: CloudRecord,
  context: Context,
): string | undefined {
  const others = [
    ...objects(cluster.outputs, "agentPoolProfiles"),
    ...poolsOf(cluster.id, context)
      .filter(({ id }) => !sameId(id, record.id))
      .map(({ outputs }) => outputs),
  ];
  const isLast =
    text(record.outputs, "mode") === "System" &&
    text(after, "mode") !== "System" &&
    !others.some((pool) => text(pool, "mode") === "System");
  return isLast ? azure(400, "OperationNotAllowed", "There has to be at least one system agent pool.") : undefined;
}

export const agentPoolBehaviours: Record<string, Resource> = { [type]: agentPool };
