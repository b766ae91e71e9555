/** What runs on every cluster, in the order that the parts need each other; what does not, is made at the same time. */
import * as pulumi from "@pulumi/pulumi";

import { grantAccess } from "./access";
import { ArgoCd, argocdNamespace } from "./argocd";
import { Backup } from "./backup";
import { createRootApplication } from "./bootstrap";
import { Certificates } from "./certificates";
import type { Cluster } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { Dns } from "./dns";
import { Ingress } from "./ingress";
import { MetricsServer } from "./metrics";
import { Monitoring } from "./monitoring";
import { publishPage } from "./pages";
import { SealingKeys } from "./sealing";
import { StorageClasses } from "./storage";

export class Platform extends pulumi.ComponentResource {
  readonly ingress: Ingress;

  constructor(name: string, config: PlatformConfig, cluster: Cluster, opts?: pulumi.ComponentResourceOptions) {
    super("platform:kubernetes:Platform", name, {}, { ...opts, providers: [cluster.provider] });
    const { traits } = cluster;
    const parent = { parent: this };

    grantAccess(name, config.access, parent);
    const storage = new StorageClasses(name, traits.storageClasses, parent);
    const monitoring = new Monitoring(name, { config, cluster, storage }, parent);
    const part = { config, cluster, monitoringCrds: monitoring.crds };
    this.ingress = new Ingress(name, part, parent);
    const argocd = new ArgoCd(name, part, parent);
    const names = this.ofDomain(name, part);
    const sealing = new SealingKeys(name, config, parent);
    if (!traits.metricsServer) {
      new MetricsServer(name, { config, cluster }, parent);
    }
    if (traits.backup) {
      new Backup(name, { ...part, trait: traits.backup }, parent);
    }

    const page = { config, traits };
    const reachable = [this.ingress, ...names];
    publishPage(
      name,
      "argocd",
      { ...page, namespace: argocdNamespace, service: "argocd-server", port: 80 },
      { parent: argocd, dependsOn: [argocd.server, ...reachable] },
    );
    if (config.bootstrap === "automatic") {
      publishPage(
        name,
        "grafana",
        { ...page, namespace: "monitoring", service: "kube-prometheus-stack-grafana", port: 80 },
        { parent: monitoring, dependsOn: [monitoring.stack, ...reachable] },
      );
      const dependsOn = [...argocd.ready, ...sealing.ready, storage, ...reachable];
      createRootApplication(name, config.gitops, { parent: this, dependsOn });
    }
    this.registerOutputs();
  }

  /** Certificates and DNS records: only a domain has them. */
  private ofDomain(
    name: string,
    part: { config: PlatformConfig; cluster: Cluster; monitoringCrds: pulumi.Resource },
  ): pulumi.Resource[] {
    const { domain } = part.config;
    const { dns } = part.cluster.traits;
    if (domain === undefined) {
      return [];
    }
    return [
      new Certificates(name, part, { parent: this }),
      ...(dns ? [new Dns(name, { ...part, dns, domain }, { parent: this })] : []),
    ];
  }
}
