/**
 * The address that a cluster has for a host, where no record says another: external-dns would write it into the cloud's
 * zone; without a domain, people write it wherever they have their names.
 */
import type { DnsAnswer } from "./resolve";
import { addressesIn, type ClusterView } from "./view";

/** Of external-dns' records: https://kubernetes-sigs.github.io/external-dns/latest/docs/advanced/ttl/ */
const ttl = 300;

/** Of Services, which name no hosts themselves: https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/ */
const hostAnnotation = "external-dns.alpha.kubernetes.io/hostname";

export function published(host: string, view: ClusterView): DnsAnswer | undefined {
  const ingress = view.ingresses.find(
    (one) => one.spec?.rules?.some((rule) => rule.host === host) && addressesIn(one).length > 0,
  );
  const service = view.services.find(
    (one) => hostsOf(one.metadata?.annotations).includes(host) && addressesIn(one).length > 0,
  );
  const found = ingress ?? service;
  return found && { addresses: addressesIn(found), ttl };
}

function hostsOf(annotations: Record<string, string> = {}): string[] {
  return (annotations[hostAnnotation] ?? "").split(",").map((host) => host.trim());
}
