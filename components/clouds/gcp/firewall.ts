/** What is let in beside what GKE opens for itself. */
import { Firewall as Rule } from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";

import { named } from "./names";
import { loadBalancerRanges, traefik } from "./traefik";

export interface FirewallArgs {
  network: pulumi.Input<string>;
  /** Range of the nodes, in which the control plane's own endpoint lies too. */
  nodeRange: string;
  /** Address of the nodes' service account: the rules are for machines that work in its name. */
  nodeIdentity: pulumi.Input<string>;
}

/** Ports on which applications' admission webhooks listen by custom, beside 443 and 10250. */
const webhookPorts = ["8443", "9443"];

/**
 * Google lets nothing in unless a rule says so. GKE's own rules let nodes and pods talk with each other, and the control
 * plane reach 443 and 10250 on them: https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules. No one
 * reaches a node by SSH.
 */
export class Firewall extends pulumi.ComponentResource {
  constructor(name: string, args: FirewallArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:gcp:Firewall", name, {}, opts);
    const allow = (purpose: string, description: string, sourceRanges: string[], ports: string[]) =>
      new Rule(
        named(name, purpose),
        {
          description,
          network: args.network,
          direction: "INGRESS",
          sourceRanges,
          targetServiceAccounts: [args.nodeIdentity],
          allows: [{ protocol: "tcp", ports }],
        },
        { parent: this },
      );
    // GKE's Ingress controller makes a rule like it, but not before there is an Ingress.
    allow(
      "balancer",
      `Load balancer and its health checks to the ingress controller of ${name}`,
      loadBalancerRanges,
      [traefik.web, traefik.websecure, traefik.ping].map(String),
    );
    allow("webhooks", `Control plane to the webhooks of ${name}`, [args.nodeRange], webhookPorts);
    this.registerOutputs();
  }
}
