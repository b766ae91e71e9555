/** What has to become ready on the target because it is on the source, and what it still lacks: pure. */
import { keyOf, records, titleOf, valueAt, type Manifest } from "../../validate/model";
import { textOf } from "../plan/view";
import type { Problem } from "./verification";

const readiness: Record<string, (object: Manifest) => { ready: number; wanted: number }> = {
  Deployment: (object) => ({ ready: count(object, "updatedReplicas", "readyReplicas"), wanted: replicas(object) }),
  StatefulSet: (object) => ({ ready: count(object, "updatedReplicas", "readyReplicas"), wanted: replicas(object) }),
  DaemonSet: (object) => ({
    ready: count(object, "updatedNumberScheduled", "numberReady"),
    wanted: count(object, "desiredNumberScheduled"),
  }),
};

/**
 * Workloads that are ready on the source, or have no pods there, and are not ready on the target. What is not on the target
 * at all is told of among the objects.
 */
export function unreadyWorkloads(source: Manifest[], target: Manifest[]): Problem[] {
  return pairs(source, target).flatMap(({ object, there }): Problem[] => {
    if (!there || !isReady(object) || isReady(there)) return [];
    const { ready, wanted } = readiness[there.kind]?.(there) ?? { ready: 0, wanted: 0 };
    const old = ready >= wanted ? ", and those of before are not replaced" : "";
    return [
      {
        code: "workload-unready",
        object: titleOf(object),
        what: `${ready} of ${wanted} pods are ready${old}`,
        then: "see why on the target: kubectl describe, kubectl logs of its pods; then verify again",
      },
    ];
  });
}

/** Whether the controller has seen what is wanted, all of its pods are of that and ready, and none of before is left. */
function isReady(object: Manifest): boolean {
  const found = readiness[object.kind]?.(object);
  const seen = Number(valueAt(object, ["status", "observedGeneration"]) ?? 0);
  const generation = Number(valueAt(object, ["metadata", "generation"]) ?? 0);
  const isRolled = object.kind !== "Deployment" || count(object, "replicas") <= count(object, "updatedReplicas");
  return found !== undefined && found.ready >= found.wanted && isRolled && (seen >= generation || found.wanted === 0);
}

function replicas(object: Manifest): number {
  return Number(valueAt(object, ["spec", "replicas"]) ?? 1);
}

/** The least of them; zero is not written down. */
function count(object: Manifest, ...fields: string[]): number {
  return Math.min(...fields.map((field) => Number(valueAt(object, ["status", field]) ?? 0)));
}

/** Ingresses that have an address on the source, and none on the target. */
export function ingressesWithoutAddress(source: Manifest[], target: Manifest[]): Problem[] {
  return pairs(source, target).flatMap(({ object, there }): Problem[] => {
    if (!there || !hasAddress(object) || hasAddress(there)) return [];
    const hosts = records(valueAt(there, ["spec", "rules"])).flatMap(({ host }) => textOf(host) || []);
    return [
      {
        code: "ingress-address",
        object: titleOf(object),
        what: `no load balancer has taken it${hosts.length > 0 ? `: ${hosts.join(", ")} would be answered by nobody` : ""}`,
        then: "see whether the target's ingress controller runs and has the class that the Ingress names",
      },
    ];
  });
}

function hasAddress(object: Manifest): boolean {
  return records(valueAt(object, ["status", "loadBalancer", "ingress"])).some(
    ({ ip, hostname }) => ip !== undefined || hostname !== undefined,
  );
}

/**
 * Applications that are Synced and Healthy on the source and not on the target. Where the target has none at all, its Argo
 * CD waits until the data is there.
 */
export function applicationsBehind(source: Manifest[], target: Manifest[]): Problem[] {
  if (target.length === 0) return [];
  return pairs(source, target).flatMap(({ object, there }): Problem[] => {
    const wanted = stateOf(object);
    if (!there) {
      return [
        {
          code: "application-missing",
          object: titleOf(object),
          what: "the source's Argo CD has it, and the target's does not",
          then: "see the root Application on the target: which folder it reads, and whether it is synced",
        },
      ];
    }
    const found = stateOf(there);
    const lacks = (["sync", "health"] as const).filter(
      (part) => wanted[part] === well[part] && found[part] !== well[part],
    );
    if (lacks.length === 0) return [];
    return [
      {
        code: "application-state",
        object: titleOf(object),
        what: `${found.sync}, ${found.health}`,
        then: "see why on the target: argocd app get, or its page",
      },
    ];
  });
}

const well = { sync: "Synced", health: "Healthy" };

function stateOf(application: Manifest): { sync: string; health: string } {
  const text = (part: string) => textOf(valueAt(application, ["status", part, "status"]), "not compared yet");
  return { sync: text("sync"), health: text("health") };
}

function pairs(source: Manifest[], target: Manifest[]): { object: Manifest; there: Manifest | undefined }[] {
  const found = new Map(target.map((object) => [keyOf(object), object]));
  return source.map((object) => ({ object, there: found.get(keyOf(object)) }));
}
