/** The ingress controller: Traefik behind the cloud's load balancer, and the classes that applications name. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { IngressClass } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { rateLimit, traefikValues } from "./ingress/traefik";
import { PlatformNamespace } from "./namespaces";
import { fromAnywhere, fromNamespace, fromRanges, toAllPods } from "./networkpolicies";
import { release } from "./release";

/** Ports that Traefik's pods listen on, as its chart sets them. */
const ports = { web: 8000, websecure: 8443, ping: 8080, metrics: 9100 };

export interface IngressArgs {
  config: PlatformConfig;
  cluster: Cluster;
  /** CRDs of the Prometheus operator: the chart refuses to make a ServiceMonitor without them. */
  monitoringCrds: pulumi.Resource;
}

export class Ingress extends pulumi.ComponentResource {
  constructor(name: string, args: IngressArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:kubernetes:Ingress", `${name}-ingress`, {}, opts);
    const { ingress } = args.cluster.traits;
    if (ingress.existing) {
      // Its own controller serves the class too; what ingress-nginx reads from annotations, it does not.
      nginxClass(name, "traefik.io/ingress-controller", this);
    } else {
      nginxClass(name, "k8s.io/ingress-nginx", this);
      this.installTraefik(name, args);
    }
    this.registerOutputs();
  }

  private installTraefik(name: string, { config, cluster, monitoringCrds }: IngressArgs): void {
    const { ingress } = cluster.traits;
    const namespace = new PlatformNamespace(
      "traefik",
      name,
      {
        environment: config.environment,
        podSecurity: "restricted",
        quota: { cpu: "3", memory: "4Gi" },
        loadBalancers: ingress.service.type === "LoadBalancer" ? 1 : 0,
        traffic: [
          {
            name: "to-and-from-everywhere",
            ingress: [
              fromAnywhere([ports.web, ports.websecure]),
              fromNamespace("monitoring", [ports.metrics]),
              ...(ingress.trustedIPs.length > 0 ? [fromRanges(ingress.trustedIPs, [ports.ping])] : []),
            ],
            egress: [toAllPods],
          },
        ],
      },
      { parent: this },
    );
    const traefik = release(
      `${name}-traefik`,
      "traefik",
      { namespace: namespace.namespaceName, values: traefikValues(config, cluster.traits) },
      { parent: this, dependsOn: [namespace, monitoringCrds, ...cluster.ready, ...cluster.ingressReady] },
    );
    const inside = (objectName: string) => ({ name: objectName, namespace: namespace.namespaceName });
    new CustomResource(
      `${name}-rate-limit`,
      {
        apiVersion: "traefik.io/v1alpha1",
        kind: "Middleware",
        metadata: inside(rateLimit.middleware),
        spec: { rateLimit: rateLimit.spec(ingress.trustedIPs) },
      },
      { parent: this, dependsOn: traefik },
    );
    ingress.attachments.reduce<pulumi.Resource[]>(
      (before, { name: object, apiVersion, kind, annotations, spec }) => [
        new CustomResource(
          `${name}-${object}-${kind}`,
          { apiVersion, kind, metadata: { ...inside(object), ...(annotations ? { annotations } : {}) }, spec },
          { parent: this, dependsOn: before },
        ),
      ],
      [traefik, ...cluster.ingressReady],
    );
  }
}

/** Manifests written for ingress-nginx keep working: the chart serves the class, but does not create it. */
function nginxClass(name: string, controller: string, parent: pulumi.Resource): void {
  new IngressClass(`${name}-nginx`, { metadata: { name: "nginx" }, spec: { controller } }, { parent });
}
