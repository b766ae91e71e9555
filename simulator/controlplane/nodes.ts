/** The nodes of a simulated cluster: objects that KWOK keeps alive, and their way out. */
import {
  CoreV1Api,
  StorageV1Api,
  type KubeConfig,
  type V1CSINode,
  type V1Node,
  type V1Pod,
} from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterRequest, NodeRequest } from "../cloud/behaviour";
import { allocatable } from "./allocatable";
import { ignoring, isConflict, isNotFound, isTooManyRequests } from "./errors";

/** Which pool a node is of: the clouds know it by the machine, not by a label that all of them share. */
const poolAnnotation = "simulator/pool";

/**
 * Seconds that pods have to leave a node, of the 15 minutes that a managed node group gives them
 * (docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html), a minute counted as a second.
 */
const drainSeconds = 15;

/** Registers the pool's nodes that are missing, drains and removes those that it has no more. */
export async function setNodes(
  config: KubeConfig,
  cluster: ClusterRequest,
  pool: string,
  wanted: NodeRequest[],
): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const { items } = await core.listNode();
  const present = items.filter((node) => node.metadata?.annotations?.[poolAnnotation] === pool);
  const names = new Set(present.map(nameOf));
  await Promise.all(wanted.filter(({ name }) => !names.has(name)).map((node) => addNode(config, cluster, pool, node)));

  const kept = new Set(wanted.map(({ name }) => name));
  const leaving = present.map(nameOf).filter((name) => !kept.has(name));
  // All are closed to new pods before the first is emptied, or its pods would move to the next one that leaves.
  await Promise.all(leaving.map((name) => cordon(core, name)));
  await Promise.all(leaving.map((name) => removeNode(core, name)));
}

async function addNode(config: KubeConfig, cluster: ClusterRequest, pool: string, node: NodeRequest): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  await ignoring(isConflict, core.createNode({ body: nodeObject(cluster, pool, node) }));
  const { metadata } = await core.readNode({ name: node.name });
  const owner = { apiVersion: "v1", kind: "Node", name: node.name, uid: metadata?.uid ?? "" };
  const csiNode: V1CSINode = { metadata: { name: node.name, ownerReferences: [owner] }, spec: { drivers: [] } };
  await ignoring(isConflict, config.makeApiClient(StorageV1Api).createCSINode({ body: csiNode }));
  await until(60, async () => {
    const { status } = await core.readNode({ name: node.name });
    return status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  });
}

function nodeObject(cluster: ClusterRequest, pool: string, node: NodeRequest): V1Node {
  const free = allocatable(cluster.cloud, node);
  return {
    metadata: {
      name: node.name,
      annotations: {
        [poolAnnotation]: pool,
        // As every kubelet says: volumes are attached by the control plane.
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
      },
      labels: {
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": node.instanceType,
        "topology.kubernetes.io/region": cluster.region,
        "topology.kubernetes.io/zone": node.zone,
        ...node.labels,
      },
    },
    spec: { providerID: node.providerId, taints: node.taints },
    status: {
      addresses: [
        { type: "InternalIP", address: node.internalIP },
        { type: "Hostname", address: node.name },
      ],
      capacity: { cpu: String(node.vcpu), memory: `${node.memoryGiB}Gi`, pods: String(node.maxPods) },
      allocatable: { cpu: `${free.cpu}m`, memory: `${Math.floor(free.memoryMiB)}Mi`, pods: String(node.maxPods) },
      nodeInfo: {
        architecture: "amd64",
        bootID: "",
        containerRuntimeVersion: "containerd://2.1.5",
        kernelVersion: "",
        kubeProxyVersion: "",
        kubeletVersion: `v${cluster.version}.0`,
        machineID: "",
        operatingSystem: "linux",
        osImage: "",
        systemUUID: "",
      },
    },
  };
}

async function cordon(core: CoreV1Api, name: string): Promise<void> {
  await core.patchNode({ name, body: [{ op: "add", path: "/spec/unschedulable", value: true }] });
}

/** Evicts the node's pods as long as there is time, and takes node and machine away then, as the cloud does. */
async function removeNode(core: CoreV1Api, name: string): Promise<void> {
  await until(drainSeconds, async () => {
    const pods = (await podsOn(core, name)).filter((pod) => !isOfDaemonSet(pod));
    await Promise.all(pods.filter((pod) => !pod.metadata?.deletionTimestamp).map((pod) => evict(core, pod)));
    return pods.length === 0;
  }).catch(() => undefined);
  await ignoring(isNotFound, core.deleteNode({ name }));
  // The machine is gone, and with it whatever still ran there.
  await Promise.all(
    (await podsOn(core, name)).map((pod) =>
      ignoring(isNotFound, core.deleteNamespacedPod({ ...keyOf(pod), gracePeriodSeconds: 0 })),
    ),
  );
}

async function podsOn(core: CoreV1Api, node: string): Promise<V1Pod[]> {
  return (await core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` })).items;
}

/** A disruption budget may refuse (429): the pod is asked again at the next turn. */
async function evict(core: CoreV1Api, pod: V1Pod): Promise<void> {
  const key = keyOf(pod);
  const eviction = core.createNamespacedPodEviction({ ...key, body: { metadata: key } });
  await ignoring((error) => isNotFound(error) || isTooManyRequests(error), eviction);
}

function isOfDaemonSet(pod: V1Pod): boolean {
  return pod.metadata?.ownerReferences?.some(({ kind }) => kind === "DaemonSet") ?? false;
}

function keyOf(pod: V1Pod): { name: string; namespace: string } {
  return { name: pod.metadata?.name ?? "", namespace: pod.metadata?.namespace ?? "" };
}

function nameOf(node: V1Node): string {
  return node.metadata?.name ?? "";
}

/** @throws when the condition does not hold within these seconds. */
async function until(seconds: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} seconds`);
    await sleep(200);
  }
}
