/** DNS records of whatever Ingresses and Services name, kept by external-dns. */
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { posix } from "node:path";

import type { Cluster, DnsTrait } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { PlatformNamespace } from "./namespaces";
import { fromNamespace, toCloudIdentity } from "./networkpolicies";
import { release } from "./release";
import { leaveLostNodes } from "./scheduling";

export interface DnsArgs {
  config: PlatformConfig;
  cluster: Cluster;
  dns: DnsTrait;
  domain: string;
  monitoringCrds: pulumi.Resource;
}

export class Dns extends pulumi.ComponentResource {
  constructor(
    name: string,
    { config, cluster, dns, domain, monitoringCrds }: DnsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:kubernetes:Dns", `${name}-dns`, {}, opts);
    const identity = cluster.traits.identities["external-dns"];
    const namespace = new PlatformNamespace(
      identity?.namespace ?? "external-dns",
      name,
      {
        environment: config.environment,
        podSecurity: "restricted",
        quota: { cpu: "500m", memory: "512Mi" },
        traffic: [
          { name: "metrics-identity", ingress: [fromNamespace("monitoring", [7979])], egress: [toCloudIdentity] },
        ],
      },
      { parent: this },
    );
    const file = dns.configFile && this.configFile(name, namespace, dns.configFile);
    release(
      `${name}-external-dns`,
      "external-dns",
      {
        namespace: namespace.namespaceName,
        values: {
          provider: { name: dns.provider },
          domainFilters: [domain],
          extraArgs: { "zone-id-filter": dns.zoneId },
          sources: ["ingress", "service"],
          // Records go with their Ingress; the owner keeps the records of other clusters in the zone out of reach.
          policy: "sync",
          // At once, not at the next minute: the last Ingress of a teardown may be gone by then, and external-dns with it.
          triggerLoopOnEvent: true,
          registry: "txt",
          txtOwnerId: cluster.name,
          serviceAccount: {
            name: identity?.serviceAccount ?? "external-dns",
            annotations: identity?.annotations ?? {},
          },
          podLabels: identity?.podLabels ?? {},
          ...file?.values,
          resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
          tolerations: leaveLostNodes,
          serviceMonitor: { enabled: true },
        },
      },
      { parent: this, dependsOn: [namespace, monitoringCrds, ...cluster.ready, ...(file ? [file.map] : [])] },
    );
    this.registerOutputs();
  }

  /** A ConfigMap with the file, and the chart's values that lay it where external-dns looks for it. */
  private configFile(
    name: string,
    namespace: PlatformNamespace,
    { path, content }: NonNullable<DnsTrait["configFile"]>,
  ): { map: ConfigMap; values: Record<string, unknown> } {
    const map = new ConfigMap(
      `${name}-external-dns-cloud`,
      {
        metadata: { name: "cloud", namespace: namespace.namespaceName },
        data: { [posix.basename(path)]: pulumi.jsonStringify(content) },
      },
      { parent: this, dependsOn: [namespace] },
    );
    return {
      map,
      values: {
        extraVolumes: [{ name: "cloud", configMap: { name: "cloud" } }],
        extraVolumeMounts: [{ name: "cloud", mountPath: posix.dirname(path), readOnly: true }],
      },
    };
  }
}
