/** Where a side answers, and under which names. */
import type { V1IngressSpec } from "@kubernetes/client-node";
import { isRecord, type Manifest } from "../../validate/model";

/** What DNS can answer with: an address, or the name of a load balancer whose addresses change. */
export interface Address {
  kind: "ip" | "name";
  value: string;
}

/** Traffic that cannot be switched so. The message is for the user. */
export class TrafficError extends Error {}

/**
 * @param output `loadBalancer` of the stack.
 * @throws TrafficError where the stack has none.
 */
export function addressOf(stack: string, output: unknown): Address {
  const value = isRecord(output) && typeof output["address"] === "string" ? output["address"] : "";
  if (value === "") {
    throw new TrafficError(`The stack ${stack} has no load balancer yet that DNS could name: run pulumi up on it.`);
  }
  return { kind: /^\d{1,3}(\.\d{1,3}){3}$/.test(value) ? "ip" : "name", value };
}

/**
 * Hosts of these Ingresses in the domain's zone, each once. A wildcard is a name like any other.
 * @param domain whose zone it is: the domain itself, and all below it.
 */
export function hostsOf(ingresses: Manifest[], domain: string): string[] {
  const hosts = ingresses
    .flatMap(({ spec }) => ((spec ?? {}) as V1IngressSpec).rules ?? [])
    .flatMap(({ host }) => host ?? [])
    .filter((host) => host === domain || host.endsWith(`.${domain}`));
  return [...new Set(hosts)].sort();
}
