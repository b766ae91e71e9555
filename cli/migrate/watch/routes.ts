/** Where users come in: hosts and paths of Ingresses, and the address at which each is answered. */
import type { V1Ingress } from "@kubernetes/client-node";
import type { Clients } from "../../kubernetes";

export interface Route {
  host: string;
  path: string;
  /** Of the load balancer: an IP address or a name. */
  address: string;
}

/** Of Ingresses that have an address. A wildcard has no name that could be asked for. */
export async function routesOf({ networking }: Clients, namespaces: string[]): Promise<Route[]> {
  const { items } = await networking.listIngressForAllNamespaces();
  return routesIn(items.filter(({ metadata }) => namespaces.includes(metadata?.namespace ?? "")));
}

export function routesIn(ingresses: V1Ingress[]): Route[] {
  const routes = ingresses.flatMap(({ spec, status }) => {
    const [first] = status?.loadBalancer?.ingress ?? [];
    const address = first?.ip ?? first?.hostname;
    if (address === undefined) return [];
    return (spec?.rules ?? []).flatMap(({ host, http }) =>
      host === undefined || host.startsWith("*")
        ? []
        : (http?.paths ?? []).map(({ path, pathType }) => ({ host, path: literal(path, pathType), address })),
    );
  });
  return [...new Map(routes.map((route) => [keyOf(route), route])).values()];
}

export function keyOf({ host, path }: Pick<Route, "host" | "path">): string {
  return `${host}${path}`;
}

/** A path that is a pattern is its Ingress controller's to understand. */
function literal(path: string | undefined, pathType: string): string {
  return path === undefined || !path.startsWith("/") || pathType === "ImplementationSpecific" ? "/" : path;
}
