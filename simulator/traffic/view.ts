/** What the way of a request through a cluster is told from, and looking it up there. */
import type { V1EndpointSlice, V1Ingress, V1Pod, V1Service } from "@kubernetes/client-node";
import type { ClusterRequest } from "../cloud/behaviour";

export interface ClusterView {
  cluster: Pick<ClusterRequest, "id" | "name" | "cloud">;
  ingresses: readonly V1Ingress[];
  services: readonly V1Service[];
  slices: readonly V1EndpointSlice[];
  pods: readonly V1Pod[];
}

export interface ServiceName {
  namespace: string;
  name: string;
}

export function serviceNamed(view: ClusterView, { namespace, name }: ServiceName): V1Service | undefined {
  return view.services.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
}

/**
 * The pods that are ready for a Service's requests, by name.
 *
 * @param port name of one of the Service's ports, empty for the only one; undefined: any port will do.
 */
export function readyPods(view: ClusterView, { namespace, name }: ServiceName, port?: string): V1Pod[] {
  const endpoints = view.slices
    .filter(
      ({ metadata, ports }) =>
        metadata?.namespace === namespace &&
        metadata.labels?.["kubernetes.io/service-name"] === name &&
        (port === undefined || ports?.some((one) => (one.name ?? "") === port)),
    )
    .flatMap((slice) => slice.endpoints ?? [])
    // What is not said is ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready
    .filter(({ conditions }) => conditions?.ready !== false);
  const names = new Set(endpoints.map(({ targetRef }) => targetRef?.name));
  return view.pods
    .filter(({ metadata }) => metadata?.namespace === namespace && names.has(metadata.name))
    .sort((one, other) =>
      (one.metadata?.name ?? "").localeCompare(other.metadata?.name ?? "", "en", { numeric: true }),
    );
}

/** Addresses and host names of a load balancer, from an object's status. */
export function addressesIn(balanced: V1Service | V1Ingress): string[] {
  const entries: { ip?: string; hostname?: string }[] = balanced.status?.loadBalancer?.ingress ?? [];
  return entries.flatMap(({ ip, hostname }) => ip ?? hostname?.toLowerCase() ?? []);
}
