/** Carrying a stop out and taking it back, on a cluster that may change meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchV1Api,
  DiscoveryV1Api,
  PatchStrategy,
  type KubernetesObject,
  type V1EndpointSlice,
  type V1Pod,
} from "@kubernetes/client-node";
import { present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { selects } from "../../validate/checks/workloads";
import { isStopped, patchOf, phases, podSelector, titleOf, type Change, type Phase } from "./change";
import { isOver } from "../pods";
import { claims } from "./stop";

/** Somebody goes on writing. The message is for the user. */
export class WritersError extends Error {}

/** Milliseconds between two looks: nobody can write meanwhile. */
const pause = 250;

/**
 * Makes the changes of one phase, and waits until they have had their effect. What somebody has changed back meanwhile is
 * changed again; what is not there any more writes nothing.
 * @throws WritersError where something goes on for as long as that.
 */
export async function applyPhase(
  clients: Clients,
  phase: Phase,
  { changes, namespaces }: { changes: Change[]; namespaces: string[] },
  deadline: number,
): Promise<void> {
  let due = changes.filter((change) => change.phase === phase);
  for (;;) {
    const look = new Look(clients);
    const going = await Promise.all(due.map(async (change) => effectOf(look, change, await make(clients, change))));
    const jobs = phase === "workloads" ? await jobsThatRun(clients, namespaces) : [];
    const words = [...going.flat(), ...jobs];
    if (words.length === 0) return;
    if (Date.now() > deadline) throw new WritersError(stillThere(words));
    due = due.filter((_, index) => going[index]?.length !== 0);
    await sleep(pause);
  }
}

/**
 * Takes the changes back, the last first. An object that is not as the stop has left it is somebody else's by now, and one
 * that is not there has nothing to take back.
 */
export async function takeBack(clients: Clients, changes: Change[], say: Say): Promise<void> {
  for (const phase of [...phases].reverse()) {
    const due = changes.filter((change) => change.phase === phase);
    await Promise.all(
      due.map(async (change) => {
        const object = await read(clients, change);
        if (!object || !isStopped(object, change)) return;
        await patch(clients, change, change.from);
        say(`${titleOf(change)}: ${change.path.slice(1).join(".")} is ${change.from ?? "unset"} again`);
      }),
    );
  }
}

/** @returns the object with its change; undefined where it is not there. */
export async function make(clients: Clients, change: Change): Promise<KubernetesObject | undefined> {
  const object = await read(clients, change);
  return object && !isStopped(object, change) ? present(patch(clients, change, change.to)) : object;
}

/** What a change has not ended yet. */
async function effectOf(look: Look, change: Change, object: KubernetesObject | undefined): Promise<string[]> {
  if (!object) return [];
  const { kind, namespace, name } = change;
  if (kind === "Service") {
    const slices = await look.slices(namespace);
    return slices
      .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === name)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .map(({ addresses }) => `endpoint ${addresses.join(", ")} of ${titleOf(change)}`);
  }
  const selector = podSelector(object);
  if (!selector) return [];
  const pods = await look.pods(namespace);
  return pods
    .filter(({ metadata, status }) => {
      const isOver = ["Succeeded", "Failed"].includes(status?.phase ?? "");
      return !isOver && selects(selector, metadata?.labels ?? {});
    })
    .map(({ metadata }) => `pod ${namespace}/${metadata?.name}`);
}

/** Jobs that have a claim: their volumes are theirs until they end. */
async function jobsThatRun({ config }: Clients, namespaces: string[]): Promise<string[]> {
  const { items } = await config.makeApiClient(BatchV1Api).listJobForAllNamespaces();
  return items
    .filter(
      (job) =>
        namespaces.includes(job.metadata?.namespace ?? "") &&
        !isOver(job) &&
        job.spec?.suspend !== true &&
        claims(job.spec?.template.spec),
    )
    .map(({ metadata }) => `Job ${metadata?.namespace}/${metadata?.name}`);
}

/** What is there at one moment: each list is asked for once. */
class Look {
  private readonly listed = new Map<string, Promise<unknown>>();

  constructor(private readonly clients: Clients) {}

  pods(namespace: string): Promise<V1Pod[]> {
    return this.once(`pods ${namespace}`, async () => (await this.clients.core.listNamespacedPod({ namespace })).items);
  }

  slices(namespace: string): Promise<V1EndpointSlice[]> {
    const api = this.clients.config.makeApiClient(DiscoveryV1Api);
    return this.once(`slices ${namespace}`, async () => (await api.listNamespacedEndpointSlice({ namespace })).items);
  }

  private once<Item>(key: string, list: () => Promise<Item[]>): Promise<Item[]> {
    const found = (this.listed.get(key) as Promise<Item[]> | undefined) ?? list();
    this.listed.set(key, found);
    return found;
  }
}

function stillThere(going: string[]): string {
  const [some, more] = [going.slice(0, 10), going.length - 10];
  return (
    `These go on, and may write: ${some.join("; ")}${more > 0 ? `; and ${more} more` : ""}. ` +
    "See why they do not end (kubectl describe), and run the command again: it goes on from here."
  );
}

function read({ objects }: Clients, change: Change): Promise<KubernetesObject | undefined> {
  return present(objects.read(referenceTo(change)));
}

function patch({ objects }: Clients, change: Change, value: Change["from"]): Promise<KubernetesObject> {
  return objects.patch(
    { ...referenceTo(change), ...patchOf(change.path, value) },
    undefined,
    undefined,
    "platform-migrate",
    undefined,
    PatchStrategy.MergePatch,
  );
}

function referenceTo({ apiVersion, kind, namespace, name }: Change) {
  return { apiVersion, kind, metadata: { namespace, name } };
}
