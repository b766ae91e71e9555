/** Kubernetes objects that were being made or deleted when a run was killed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { kindOfToken, parseId } from "../../simulator/kubernetes/objects";
import { isNotFound, type Clients } from "../kubernetes";
import type { StateResource } from "./state";
import type { Say } from "./up";

const releaseType = "kubernetes:helm.sh/v3:Release";

/** How long finalizers may take, volumes and load balancers included. */
const patienceSeconds = 180;

/** True for what the Kubernetes provider refuses to make a second time ("already exists"): all but patches, releases. */
export function isObject({ type }: Pick<StateResource, "type">): boolean {
  return type.startsWith("kubernetes:") && type !== releaseType && !type.endsWith("Patch");
}

/** What the state needs to take over the object that an interrupted creation made; undefined where it made none. */
export async function findObject(
  cluster: Clients,
  { type, inputs }: Pick<StateResource, "type" | "inputs">,
): Promise<Required<Pick<StateResource, "id" | "outputs">> | undefined> {
  const { name, namespace } = (inputs?.["metadata"] ?? {}) as { name?: string; namespace?: string };
  if (!name) return undefined;
  const id = namespace ? `${namespace}/${name}` : name;
  const live = await read(cluster, type, id);
  if (!live) return undefined;
  // Under another name the provider would not own the fields that it has set, and could not change them later.
  const manager = live.metadata?.managedFields?.find((fields) => fields.manager?.startsWith("pulumi-kubernetes"));
  const outputs = { __initialApiVersion: live.apiVersion, ...(manager && { __fieldManager: manager.manager }) };
  return { id, outputs };
}

/**
 * Waits for the objects that the stack has and the cluster is removing: the next `up` would take them for there.
 * @throws Error that names those which do not go.
 */
export async function awaitDeletions(cluster: Clients, resources: StateResource[], say: Say): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  let left = resources.filter((resource) => resource.id !== undefined && isObject(resource));
  for (;;) {
    const going: StateResource[] = [];
    for (const resource of left) {
      const live = await read(cluster, resource.type, resource.id ?? "");
      if (live?.metadata?.deletionTimestamp) going.push(resource);
    }
    if (going.length === 0) return;
    const names = going.map(({ type, id }) => `${type.split(":").at(-1)} ${id}`);
    if (Date.now() > deadline) {
      throw new Error(
        `being deleted for more than ${patienceSeconds} s: ${names.join(", ")}; look at their finalizers (kubectl describe)`,
      );
    }
    say(`waiting until ${names.slice(0, 3).join(", ")} ${names.length > 1 ? "are" : "is"} gone`);
    await sleep(1000);
    left = going;
  }
}

async function read({ objects }: Clients, type: string, id: string): Promise<KubernetesObject | undefined> {
  const { name, namespace } = parseId(id);
  try {
    return await objects.read({ ...kindOfToken(type), metadata: { name, namespace: namespace ?? "" } });
  } catch (error) {
    // Neither the object nor, before the chart that brings it, its kind.
    if (isNotFound(error) || /^Unrecognized API version and kind/.test(String((error as Error).message))) {
      return undefined;
    }
    throw error;
  }
}
