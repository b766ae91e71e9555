/** Rules of network policies, by what they are for. Ports are those of the pods, not of their Services. */
import type { networking } from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

export type IngressRule = networking.v1.NetworkPolicyIngressRule;
export type EgressRule = networking.v1.NetworkPolicyEgressRule;

/** What some pods of a namespace may do besides what all of them may. */
export interface Traffic {
  /** Name of the policy, in the words of what it allows: `from-ingress-controller`. */
  name: string;
  /** Labels of the pods; all pods of the namespace unless set. */
  pods?: Record<string, string>;
  ingress?: IngressRule[];
  egress?: EgressRule[];
}

/** What every pod of the platform may do: reach its neighbours in the namespace, cluster DNS and HTTPS. */
export const everyPod: Traffic = {
  name: "neighbours-dns-https",
  ingress: [{ from: [{ podSelector: {} }] }],
  egress: [
    { to: [{ podSelector: {} }] },
    // No peers: with a node-local cache, DNS answers from an address that is no pod's.
    { ports: [port(53, "UDP"), port(53, "TCP")] },
    // The API server (6443 where no load balancer hides it), and with it the cloud's and everybody's HTTPS.
    { ports: [port(443), port(6443)] },
  ],
};

/** Addresses of the clouds' credential endpoints for pods: AWS 169.254.170.23, Google 169.254.169.252 and .254. */
export const toCloudIdentity: EgressRule = {
  to: [{ ipBlock: { cidr: "169.254.0.0/16" } }],
  ports: [port(80), port(988)],
};

/** Pods of every namespace. */
export const toAllPods: EgressRule = { to: [{ namespaceSelector: {} }] };

export const toAnywhere: EgressRule = {};

export function toPorts(ports: number[]): EgressRule {
  return { ports: ports.map((number) => port(number)) };
}

export function fromNamespace(namespace: string, ports: number[]): IngressRule {
  return {
    from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
    ports: ports.map((number) => port(number)),
  };
}

/** From inside and outside of the cluster; also the API server's calls of webhooks, whose address is not known. */
export function fromAnywhere(ports: number[]): IngressRule {
  return { ports: ports.map((number) => port(number)) };
}

export function fromRanges(cidrs: pulumi.Input<string>[], ports: number[]): IngressRule {
  return { from: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: ports.map((number) => port(number)) };
}

function port(number: number, protocol: "TCP" | "UDP" = "TCP"): networking.v1.NetworkPolicyPort {
  return { port: number, protocol };
}
