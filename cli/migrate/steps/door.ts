/**
 * What keeps users out of a target that is filled and runs already, so that names may lead there before it serves: Services
 * that somebody outside is led to have no pod, and nothing begins by the clock.
 */
import { groupOf, isRecord, valueAt, type Manifest } from "../../validate/model";
import { exactly, groupResource } from "../plan/maps";
import type { ResourceModifierRule } from "../plan/plan";
import { closed, patchOf, type Change } from "../writers";

/** Groups whose objects lead to Services from outside. */
const routing = new Set(["networking.k8s.io", "traefik.io", "traefik.containo.us", "gateway.networking.k8s.io"]);

/** @param objects the source's. */
export function doorOf(objects: Manifest[], namespaces: string[]): Change[] {
  const named = new Set(
    objects.filter(({ apiVersion }) => routing.has(groupOf(apiVersion))).flatMap((object) => servicesIn(object)),
  );
  return objects
    .filter(
      ({ apiVersion, kind, metadata: { namespace = "", name }, spec }) =>
        apiVersion === "v1" &&
        kind === "Service" &&
        namespaces.includes(namespace) &&
        // One without a selector is somebody else's, or leads out of the cluster.
        Object.keys((valueAt({ spec }, ["spec", "selector"]) as object | undefined) ?? {}).length > 0 &&
        (named.has(`${namespace}/${name}`) || isOutside(spec)),
    )
    .map(({ metadata: { namespace = "", name } }) => closed(namespace, name));
}

/** The changes as rules of a restore: what it makes has them from the beginning. */
export function rulesOf(changes: Change[]): ResourceModifierRule[] {
  return changes.map(({ apiVersion, kind, namespace, name, path, to }) => ({
    conditions: {
      groupResource: groupResource(apiVersion, kind),
      namespaces: [namespace],
      resourceNameRegex: exactly(name),
    },
    mergePatches: [{ patchData: JSON.stringify(patchOf(path, to)) }],
  }));
}

function isOutside(spec: unknown): boolean {
  return isRecord(spec) && (spec["type"] === "LoadBalancer" || spec["type"] === "NodePort");
}

/** `backend.service.name` of an Ingress, `services[].name` of Traefik's routes, `backendRefs[].name` of Gateway's. */
function servicesIn({ spec, metadata: { namespace = "" } }: Manifest): string[] {
  const found: string[] = [];
  const look = (value: unknown, key = ""): void => {
    if (Array.isArray(value)) value.forEach((one) => look(one, key));
    if (!isRecord(value)) return;
    if (["service", "services", "backendRefs"].includes(key) && typeof value["name"] === "string") {
      found.push(`${typeof value["namespace"] === "string" ? value["namespace"] : namespace}/${value["name"]}`);
    }
    for (const [inner, one] of Object.entries(value)) look(one, inner);
  };
  look(spec);
  return found;
}
