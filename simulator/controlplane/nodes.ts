/** The nodes of a simulated cluster: objects that KWOK keeps alive. */
import {
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  StorageV1Api,
  type KubeConfig,
  type V1CSINode,
  type V1Node,
} from "@kubernetes/client-node";
import type { ClusterRequest, NodeRequest } from "../cloud/behaviour";
import { allocatable } from "./allocatable";
import { removeNodes, until } from "./drain";
import { ignoring, isConflict } from "./errors";
import { kubeletPort } from "./network";

/** Which pool a node is of: the clouds know it by the machine, not by a label that all of them share. */
const poolAnnotation = "simulator/pool";

/** The labels that came from the pool, as a JSON array: what the pool gives up is taken off its nodes. */
const labelsAnnotation = "simulator/labels";

/** Registers the pool's nodes that are missing, updates those that are there, drains and removes those no longer in it. */
export async function setNodes(
  config: KubeConfig,
  cluster: ClusterRequest,
  pool: string,
  wanted: NodeRequest[],
): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const { items } = await core.listNode();
  const present = new Map(
    items
      .filter((node) => node.metadata?.annotations?.[poolAnnotation] === pool)
      .map((node) => [node.metadata?.name ?? "", node]),
  );
  await Promise.all(
    wanted.map((request) => {
      const node = present.get(request.name);
      return node ? updateNode(core, node, request) : addNode(config, cluster, pool, request);
    }),
  );
  const kept = new Set(wanted.map(({ name }) => name));
  await removeNodes(
    core,
    [...present.keys()].filter((name) => !kept.has(name)),
  );
}

/** Names of the pools that have nodes now. */
export async function listPools(config: KubeConfig): Promise<string[]> {
  const { items } = await config.makeApiClient(CoreV1Api).listNode();
  const names = items.map(({ metadata }) => metadata?.annotations?.[poolAnnotation]);
  return [...new Set(names.filter((name) => name !== undefined))];
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
        [labelsAnnotation]: JSON.stringify(Object.keys(node.labels)),
        // As every kubelet says: volumes are attached by the control plane.
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
      },
      labels: {
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": node.instanceType,
        ...(node.zone && {
          "topology.kubernetes.io/region": cluster.region,
          "topology.kubernetes.io/zone": node.zone,
        }),
        ...node.labels,
      },
    },
    spec: { providerID: node.providerId, taints: node.taints },
    status: {
      addresses: [
        { type: "InternalIP", address: node.internalIP },
        { type: "Hostname", address: node.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      capacity: { cpu: String(node.vcpu), memory: `${node.memoryGiB}Gi`, pods: String(node.maxPods) },
      allocatable: { cpu: `${free.cpu}m`, memory: `${Math.floor(free.memoryMiB)}Mi`, pods: String(node.maxPods) },
      nodeInfo: {
        architecture: "amd64",
        bootID: "",
        containerRuntimeVersion: "containerd://2.1.5",
        kernelVersion: "",
        kubeProxyVersion: "",
        kubeletVersion: kubeletVersion(node.kubernetesVersion ?? cluster.version),
        machineID: "",
        operatingSystem: "linux",
        osImage: "",
        systemUUID: "",
      },
    },
  };
}

function kubeletVersion(minor: string): string {
  return `v${minor}.0`;
}

/** Labels, taints and the kubelet's version follow the pool's; everything else of a machine stays what it was. */
async function updateNode(core: CoreV1Api, { metadata, spec, status }: V1Node, wanted: NodeRequest): Promise<void> {
  const old = JSON.parse(metadata?.annotations?.[labelsAnnotation] ?? "[]") as string[];
  const removed = old.filter((key) => wanted.labels[key] === undefined).map((key) => [key, null]);
  // Kubernetes' own taints (not ready, unreachable, unschedulable) are not the pool's business.
  const own = (spec?.taints ?? []).filter(({ key }) => key.startsWith("node.kubernetes.io/"));
  const body = {
    metadata: {
      labels: { ...Object.fromEntries(removed), ...wanted.labels } as Record<string, string | null>,
      annotations: { [labelsAnnotation]: JSON.stringify(Object.keys(wanted.labels)) },
    },
    spec: { taints: [...own, ...wanted.taints] },
  };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await core.patchNode({ name: wanted.name, body }, merge);
  const { kubernetesVersion } = wanted;
  if (kubernetesVersion === undefined || status?.nodeInfo?.kubeletVersion === kubeletVersion(kubernetesVersion)) return;
  const nodeInfo = { kubeletVersion: kubeletVersion(kubernetesVersion) };
  await core.patchNodeStatus({ name: wanted.name, body: { status: { nodeInfo } } }, merge);
}
