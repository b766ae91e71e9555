/**
 * The way of a request from a load balancer's address to a pod: to a Service that has the address itself, or through Traefik
 * and the Ingress that fits.
 */
import type { V1Ingress, V1Pod, V1Service } from "@kubernetes/client-node";
import { isOurs as isGoogles } from "../controlplane/standins/gce/ingress";
import { backendFor, type RuleBackend } from "./rules";
import { addressesIn, readyPods, serviceNamed, type ClusterView } from "./view";

export interface Destination {
  /** Of a load balancer, lower case. */
  address: string;
  /** Lower case, without a port. */
  host: string;
  path: string;
}

/** A pod, or the answer of whoever found none. */
export type Way = { pod: V1Pod } | { status: 404 | 503; why: string };

/** Label of Traefik's pods, as its chart and K3s set it. */
const traefik = { "app.kubernetes.io/name": "traefik" };

/** Whether the address is one of the cluster's load balancers'. */
export function serves(view: ClusterView, address: string): boolean {
  return [...view.services, ...view.ingresses].some((one) => addressesIn(one).includes(address));
}

/** @param draw from 0 up to 1: which of several ready pods it is. */
export function route(view: ClusterView, { address, host, path }: Destination, draw: number): Way {
  const has = (one: V1Service | V1Ingress): boolean => addressesIn(one).includes(address);
  const balanced = view.services.find((one) => one.spec?.type === "LoadBalancer" && has(one) && webPort(one));
  if (balanced && !isTraefik(balanced)) {
    return toPod(view, { ...nameOf(balanced), port: webPort(balanced)?.port }, draw);
  }
  const ingresses = view.ingresses.filter(has);
  const googles = ingresses.filter((one) => view.cluster.cloud === "gcp" && isGoogles(one));
  const direct = backendFor(googles, host, path);
  const directService = direct && serviceNamed(view, direct);
  if (direct && !(directService && isTraefik(directService))) return toPod(view, direct, draw);

  if (!view.pods.some((pod) => isTraefiksPod(pod) && isReady(pod))) {
    return { status: 503, why: "no pod of Traefik is ready" };
  }
  const others = ingresses.filter((one) => !googles.includes(one));
  const backend = backendFor(others, host, path);
  return backend ? toPod(view, backend, draw) : { status: 404, why: `no Ingress has a rule for ${host}${path}` };
}

function toPod(view: ClusterView, backend: RuleBackend, draw: number): Way {
  const { namespace, name } = backend;
  const service = serviceNamed(view, backend);
  const port = service?.spec?.ports?.find((one) => one.port === backend.port || one.name === backend.port);
  // Traefik leaves a rule out whose Service or port is not there.
  if (!service || !port) return { status: 404, why: `no Service ${namespace}/${name} with port ${backend.port}` };
  const pods = readyPods(view, backend, port.name ?? "");
  const pod = pods[Math.floor(draw * pods.length)];
  return pod ? { pod } : { status: 503, why: `no ready endpoint of the Service ${namespace}/${name}` };
}

/** The port that plain HTTP comes to: a Service of a database has none. */
function webPort({ spec }: V1Service) {
  return spec?.ports?.find(({ port }) => port === 80);
}

function nameOf({ metadata }: V1Service): { namespace: string; name: string } {
  return { namespace: metadata?.namespace ?? "", name: metadata?.name ?? "" };
}

function isTraefik({ spec }: V1Service): boolean {
  return spec?.selector?.["app.kubernetes.io/name"] === traefik["app.kubernetes.io/name"];
}

function isTraefiksPod({ metadata }: V1Pod): boolean {
  return metadata?.labels?.["app.kubernetes.io/name"] === traefik["app.kubernetes.io/name"];
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}
