/** How nodes leave a cluster: closed, emptied as far as their pods let themselves be moved, gone. */
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { ignoring, isNotFound, isTooManyRequests } from "./errors";

/**
 * Seconds that pods have to leave a node, of the 15 minutes that a managed node group gives them
 * (docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html), a minute counted as a second.
 */
const drainSeconds = 15;

/** Drains and removes these nodes, all at the same time. */
export async function removeNodes(core: CoreV1Api, names: string[]): Promise<void> {
  // All are closed to new pods before the first is emptied, or its pods would move to the next one that leaves.
  await Promise.all(names.map((name) => cordon(core, name)));
  await Promise.all(names.map((name) => removeNode(core, name)));
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

/** @throws Error when the condition does not hold within these seconds. */
export async function until(seconds: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} seconds`);
    await sleep(200);
  }
}
