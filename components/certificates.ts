/** Certificates: cert-manager, and the one issuer that the platform's and the applications' Ingresses name. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";

import { certificatesInCluster } from "./addresses";
import type { Cluster } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { PlatformNamespace } from "./namespaces";
import { fromAnywhere, fromNamespace, toCloudIdentity } from "./networkpolicies";
import { release } from "./release";
import { leaveLostNodes } from "./scheduling";

export const issuerName = "platform";

export interface CertificatesArgs {
  config: PlatformConfig;
  cluster: Cluster;
  monitoringCrds: pulumi.Resource;
}

export class Certificates extends pulumi.ComponentResource {
  constructor(
    name: string,
    { config, cluster, monitoringCrds }: CertificatesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:kubernetes:Certificates", `${name}-certificates`, {}, opts);
    const { traits } = cluster;
    const identity = traits.identities["cert-manager"];
    const namespace = new PlatformNamespace(
      identity?.namespace ?? "cert-manager",
      name,
      {
        environment: config.environment,
        podSecurity: "restricted",
        quota: { cpu: "1", memory: "2Gi" },
        traffic: [
          {
            name: "webhook-metrics-identity",
            ingress: [fromAnywhere([10250]), fromNamespace("monitoring", [9402])],
            egress: [toCloudIdentity],
          },
        ],
      },
      { parent: this },
    );
    const certManager = release(
      `${name}-cert-manager`,
      "cert-manager",
      {
        namespace: namespace.namespaceName,
        values: certManagerValues(config, identity),
      },
      { parent: this, dependsOn: [namespace, monitoringCrds, ...cluster.ready] },
    );
    if (certificatesInCluster(config, traits)) {
      new CustomResource(
        `${name}-issuer`,
        {
          apiVersion: "cert-manager.io/v1",
          kind: "ClusterIssuer",
          metadata: { name: issuerName },
          spec: issuerSpec(config, traits.dns),
        },
        { parent: this, dependsOn: certManager },
      );
    }
    this.registerOutputs();
  }
}

function certManagerValues(
  { environment }: PlatformConfig,
  identity: Cluster["traits"]["identities"]["cert-manager"],
): Record<string, unknown> {
  const replicas = environment === "prod" ? 2 : 1;
  const component = {
    replicaCount: replicas,
    // Of one replica, the chart's budget (one pod always there) would keep its node from ever being drained.
    podDisruptionBudget: { enabled: replicas > 1 },
    tolerations: leaveLostNodes,
  };
  return {
    crds: { enabled: true, keep: true },
    ...component,
    serviceAccount: { name: identity?.serviceAccount ?? "cert-manager", annotations: identity?.annotations ?? {} },
    podLabels: identity?.podLabels ?? {},
    resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    webhook: { ...component, resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } } },
    cainjector: { ...component, resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "512Mi" } } },
    prometheus: { servicemonitor: { enabled: true } },
  };
}

/** Let's Encrypt by DNS-01 where the cloud hosts the zone; without a zone no authority can know us, so self-signed. */
function issuerSpec({ tls }: PlatformConfig, dns: Cluster["traits"]["dns"]): Record<string, unknown> {
  if (dns === undefined) {
    return { selfSigned: {} };
  }
  return {
    acme: {
      server: "https://acme-v02.api.letsencrypt.org/directory",
      ...(tls.email === undefined ? {} : { email: tls.email }),
      privateKeySecretRef: { name: "letsencrypt-account" },
      solvers: [dns.acmeSolver],
    },
  };
}
