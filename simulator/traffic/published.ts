/**
 * The address that a cluster has for a host outside of the stack's domain: what people write down wherever they have their
 * names.
 */
import { namedHosts } from "../controlplane/standins/externalDns";
import type { DnsAnswer } from "./resolve";
import type { ClusterView } from "./view";

/** What people mostly leave as they find it. */
const ttl = 300;

export function published(host: string, { ingresses, services }: ClusterView): DnsAnswer | undefined {
  const found = namedHosts(ingresses, services).find((named) => named.host === host);
  return found && { addresses: found.addresses, ttl };
}
