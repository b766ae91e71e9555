/** Services and Ingresses (service.go and ingress.go of provider/pkg/await). */
import { at, listAt, type KubernetesObject } from "../objects";
import { hasSettled, notReady, ready, type Observation, type Readiness } from "./readiness";

const endpointsKind = { apiVersion: "v1", kind: "Endpoints" };
const serviceKind = { apiVersion: "v1", kind: "Service" };
/** Seconds that the provider gives endpoints to settle after a change. */
const settleSeconds = 10;
/** Seconds after which an Ingress no longer waits for endpoints that nobody has ever seen. */
const neverSeenSeconds = 60;

/** Has its load balancer's address, and no endpoint that is not ready. */
export async function checkService(observation: Observation): Promise<Readiness> {
  const { api, object } = observation;
  const type = at(object, "spec", "type") ?? "ClusterIP";
  const hasAddress = type !== "LoadBalancer" || listAt(object, "status", "loadBalancer", "ingress").length > 0;
  const needsPods =
    type !== "ExternalName" &&
    at(object, "spec", "clusterIP") !== "None" &&
    Object.keys(at(object, "spec", "selector") ?? {}).length > 0;
  const noAddress = "Service was not allocated an IP address; does your cloud provider support this?";
  if (!needsPods) return hasAddress ? ready : notReady(noAddress);

  const endpoints = await api.find(endpointsKind, object.metadata.namespace, String(object.metadata.name));
  const subsets = listAt(endpoints, "subsets");
  const isPending = subsets.some((subset) => listAt(subset, "notReadyAddresses").length > 0);
  const isSettled =
    endpoints !== undefined && hasSettled(observation, endpoints.metadata.resourceVersion ?? "", settleSeconds);
  if (hasAddress && !isPending && (isSettled || observation.once)) return ready;
  const reasons: string[] = [];
  if (!subsets.some((subset) => listAt(subset, "addresses").length > 0)) {
    reasons.push(
      "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match " +
        "labels on any Pods",
    );
  }
  if (!hasAddress) reasons.push(noAddress);
  return notReady(...reasons);
}

/** Has its address, and every service that a path names has endpoints, unless they never show. */
export async function checkIngress(observation: Observation): Promise<Readiness> {
  const { api, object } = observation;
  const { namespace } = object.metadata;
  const known = await api.list(endpointsKind, namespace);
  const names = new Set(known.map((endpoints) => String(endpoints.metadata.name)));
  const version = known.map((endpoints) => endpoints.metadata.resourceVersion).join();
  const isSettled = hasSettled(observation, version, known.length === 0 ? neverSeenSeconds : settleSeconds);
  const missing: string[] = [];
  for (const service of backendServices(object)) {
    if (names.has(service)) continue;
    const found = await api.find(serviceKind, namespace, service);
    if (at(found, "spec", "type") !== "ExternalName") missing.push(service);
  }
  const hasBackends = missing.length === 0 || isSettled;
  const hasAddress = listAt(object, "status", "loadBalancer", "ingress").length > 0;
  if (hasBackends && hasAddress) return ready;
  const reasons: string[] = [];
  if (!hasBackends) reasons.push("Ingress has at least one rule with an unavailable target endpoint.");
  if (!hasAddress) {
    reasons.push(
      "Ingress .status.loadBalancer field was not updated with a hostname/IP address. " +
        "\n    for more information about this error, see https://pulumi.io/xdv72s",
    );
  }
  return notReady(...reasons);
}

function backendServices(ingress: KubernetesObject): string[] {
  return listAt(ingress, "spec", "rules")
    .flatMap((rule) => listAt(rule, "http", "paths"))
    .map((path) => at(path, "backend", "service", "name"))
    .filter((name) => typeof name === "string");
}
