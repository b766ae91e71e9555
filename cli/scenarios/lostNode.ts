/** What a node takes with it when it stops answering: which of its pods come up elsewhere, which wait and why. */
import { DiscoveryV1Api, type V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "../kubernetes";
import { ownerOf, type Owner } from "./neighbours";

/** Seconds of an unreachable node that stateless pods put up with. */
const patience = 5;

export interface Losses {
  /** Deployments whose pods are given up after `patience`: those must be ready elsewhere soon. */
  move: Owner[];
  /** Why the others wait, and who does. */
  wait: Map<string, string[]>;
}

/** @param pods of the lost node. */
export function lossesOf(pods: V1Pod[]): Losses {
  const move = new Map<string, Owner>();
  const wait = new Map<string, string[]>();
  for (const pod of pods) {
    const owner = ownerOf(pod);
    const reason = whyItWaits(pod, owner);
    if (reason === undefined && owner) move.set(owner.key, owner);
    else
      wait.set(reason ?? "", [...(wait.get(reason ?? "") ?? []), `${pod.metadata?.namespace}/${pod.metadata?.name}`]);
  }
  return { move: [...move.values()], wait };
}

/** Undefined for a pod that comes up elsewhere soon. */
function whyItWaits({ spec }: V1Pod, owner: Owner | undefined): string | undefined {
  const back = "until the node is back, or is deleted";
  if (!owner) return "made by hand: nobody makes another";
  if (owner.kind === "DaemonSet") return "one on each node: there is nowhere else for it";
  if (owner.kind === "StatefulSet") {
    return spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim)
      ? `of a StatefulSet, with a volume that one node has at a time: ${back}`
      : `of a StatefulSet, which never has two pods of one name: ${back}`;
  }
  const seconds = tolerated(spec?.tolerations);
  if (seconds === undefined) return `tolerates an unreachable node for ever: ${back}`;
  return seconds > patience ? `tolerates an unreachable node for ${seconds} s, and moves after that` : undefined;
}

/** Seconds that a pod stays on a node that does not answer; undefined: for ever. */
export function tolerated(tolerations: NonNullable<V1Pod["spec"]>["tolerations"] = []): number | undefined {
  const matching = tolerations.filter(
    ({ key, effect }) =>
      (key === undefined || key === "node.kubernetes.io/unreachable") &&
      (effect === undefined || effect === "NoExecute"),
  );
  // The shortest counts, as the controller that evicts reads them; none at all is no patience at all.
  const limits = matching.map(({ tolerationSeconds }) => tolerationSeconds).filter((seconds) => seconds !== undefined);
  if (limits.length > 0) return Math.min(...limits);
  return matching.length > 0 ? undefined : 0;
}

/** Ready endpoints of every Service, those on one node left out. */
export async function endpointsElsewhere({ config }: Clients, node: string): Promise<Map<string, number>> {
  const { items } = await config.makeApiClient(DiscoveryV1Api).listEndpointSliceForAllNamespaces();
  const counts = new Map<string, number>();
  for (const { metadata, endpoints } of items) {
    const service = metadata?.labels?.["kubernetes.io/service-name"];
    if (service === undefined) continue;
    const name = `${metadata?.namespace}/${service}`;
    const ready = (endpoints ?? []).filter(({ conditions, nodeName }) => conditions?.ready && nodeName !== node);
    counts.set(name, (counts.get(name) ?? 0) + ready.length);
  }
  return counts;
}

/**
 * Looks four times a second how many endpoints each of these Services has elsewhere, until told to stop: then the fewest
 * there were of each. What a lost node had counts for nothing, from the beginning: nobody is served by it.
 */
export function watchElsewhere(clients: Clients, node: string, services: string[]) {
  const fewest = new Map(services.map((name) => [name, Infinity]));
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      const counts = await endpointsElsewhere(clients, node);
      for (const [name, least] of fewest) fewest.set(name, Math.min(least, counts.get(name) ?? 0));
      await sleep(250);
    }
  })();
  // Told to whoever stops it.
  watching.catch(() => undefined);
  return {
    stop: async (): Promise<Map<string, number>> => {
      ended.abort();
      await watching;
      return fewest;
    },
  };
}
