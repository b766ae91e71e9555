/** Namespaces of what the program installs. Applications' namespaces are the gitops repo's. */
import { LimitRange, Namespace, ResourceQuota } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Environment } from "./config/types";
import { everyPod, type Traffic } from "./networkpolicies";

export interface PlatformNamespaceArgs {
  environment: Environment;
  /** Pod Security Standard that every pod has to meet: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
  podSecurity: "restricted" | "privileged";
  /** Bounds of the sum of the pods' requests. Unset where the sum grows with the nodes: a DaemonSet must not be refused. */
  quota?: { cpu: string; memory: string };
  /** How many Services of type LoadBalancer; each costs money and is an open door. None unless set. */
  loadBalancers?: number;
  traffic: Traffic[];
}

/** Request of a container that names none: with a quota on requests, its pod would be refused. */
const defaultRequest = { cpu: "10m", memory: "32Mi" };

/**
 * A namespace with Pod Security labels, quota, default requests, and network policies that deny whatever is not
 * allowed. Pods depend on the whole component: what comes later does not apply to the first of them.
 */
export class PlatformNamespace extends pulumi.ComponentResource {
  constructor(
    readonly namespaceName: string,
    name: string,
    { environment, podSecurity, quota, loadBalancers = 0, traffic }: PlatformNamespaceArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const full = `${name}-${namespaceName}`;
    super("platform:kubernetes:Namespace", full, {}, opts);
    const namespace = new Namespace(
      full,
      {
        metadata: {
          name: namespaceName,
          labels: {
            "app.kubernetes.io/managed-by": "pulumi",
            environment,
            "pod-security.kubernetes.io/enforce": podSecurity,
            "pod-security.kubernetes.io/audit": podSecurity,
            "pod-security.kubernetes.io/warn": podSecurity,
          },
        },
      },
      // A component does not hand this on to its parts by itself.
      { parent: this, dependsOn: opts.dependsOn },
    );
    const inside = (objectName: string) => ({ name: objectName, namespace: namespace.metadata.name });
    new ResourceQuota(
      full,
      {
        metadata: inside("platform"),
        spec: {
          hard: {
            "services.loadbalancers": String(loadBalancers),
            ...(quota ? { "requests.cpu": quota.cpu, "requests.memory": quota.memory } : {}),
          },
        },
      },
      { parent: this },
    );
    new LimitRange(
      full,
      { metadata: inside("platform"), spec: { limits: [{ type: "Container", defaultRequest }] } },
      { parent: this },
    );
    new NetworkPolicy(
      `${full}-default-deny`,
      { metadata: inside("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      { parent: this },
    );
    for (const { name: policy, pods, ingress, egress } of [everyPod, ...traffic]) {
      new NetworkPolicy(
        `${full}-${policy}`,
        {
          metadata: inside(policy),
          spec: {
            podSelector: pods ? { matchLabels: pods } : {},
            policyTypes: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])],
            ingress,
            egress,
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
