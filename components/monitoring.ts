/** Monitoring: Prometheus, Alertmanager and Grafana in the namespace `monitoring`. */
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

import { ingressNamespace } from "./addresses";
import type { Cluster } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { alertmanagerConfig } from "./monitoring/alertmanager";
import { alertmanagerSecret, grafanaAdmin, monitoringValues, namespaces, releaseName } from "./monitoring/values";
import { PlatformNamespace } from "./namespaces";
import { fromAnywhere, fromNamespace, toAnywhere, toPorts } from "./networkpolicies";
import { outgoingPorts } from "./receivers";
import { release } from "./release";

export interface MonitoringArgs {
  config: PlatformConfig;
  cluster: Cluster;
  storage: pulumi.Resource;
}

export class Monitoring extends pulumi.ComponentResource {
  /** The Prometheus operator's CRDs; whatever makes ServiceMonitors depends on them. */
  readonly crds: pulumi.Resource;
  readonly stack: pulumi.Resource;
  private readonly namespace: PlatformNamespace;

  constructor(
    private readonly prefix: string,
    { config, cluster, storage }: MonitoringArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:kubernetes:Monitoring", `${prefix}-monitoring`, {}, opts);
    // CRDs alone, in a namespace that is always there: they need an API server, and no node yet.
    this.crds = release(
      `${prefix}-prometheus-operator-crds`,
      "prometheus-operator-crds",
      { namespace: "kube-system", values: {} },
      { parent: this },
    );
    this.namespace = this.createNamespace(config, cluster);
    const nodeNamespace = new PlatformNamespace(
      namespaces.nodes,
      prefix,
      // It reads the node's own file systems and network.
      { environment: config.environment, podSecurity: "privileged", traffic: [] },
      { parent: this },
    );
    this.stack = release(
      `${prefix}-kube-prometheus-stack`,
      "kube-prometheus-stack",
      { namespace: namespaces.main, values: monitoringValues(config, cluster.traits), timeout: 900 },
      {
        parent: this,
        dependsOn: [this.namespace, nodeNamespace, this.crds, storage, ...this.secrets(config), ...cluster.ready],
      },
    );
    this.registerOutputs();
  }

  private createNamespace(config: PlatformConfig, cluster: Cluster): PlatformNamespace {
    const app = (name: string) => ({ "app.kubernetes.io/name": name });
    return new PlatformNamespace(
      namespaces.main,
      this.prefix,
      {
        environment: config.environment,
        podSecurity: "restricted",
        quota: { cpu: "4", memory: "16Gi" },
        traffic: [
          { name: "prometheus-to-targets", pods: app("prometheus"), egress: [toAnywhere] },
          {
            name: "grafana-from-ingress",
            pods: app("grafana"),
            ingress: [fromNamespace(ingressNamespace(cluster.traits), [3000])],
          },
          // The API server asks it about every rule that is written.
          { name: "rules-webhook", pods: { app: `${releaseName}-operator` }, ingress: [fromAnywhere([10250])] },
          {
            name: "alertmanager-to-receivers",
            pods: app("alertmanager"),
            egress: [toPorts(outgoingPorts(config.monitoring.receivers))],
          },
        ],
      },
      // The volumes go with the namespace: their driver has to stay until they are gone, or the disks remain.
      { parent: this, dependsOn: cluster.ready },
    );
  }

  private secrets(config: PlatformConfig): pulumi.Resource[] {
    const inside = (name: string) => ({ name, namespace: namespaces.main });
    const opts = { parent: this, dependsOn: this.namespace };
    const password = new RandomPassword(`${this.prefix}-grafana`, { length: 32, special: false }, { parent: this });
    return [
      new Secret(
        `${this.prefix}-grafana-admin`,
        {
          metadata: inside(grafanaAdmin.secret),
          stringData: { [grafanaAdmin.userKey]: "admin", [grafanaAdmin.passwordKey]: password.result },
        },
        opts,
      ),
      new Secret(
        `${this.prefix}-alertmanager`,
        {
          metadata: inside(alertmanagerSecret),
          // JSON is YAML, and Alertmanager reads YAML.
          stringData: { "alertmanager.yaml": pulumi.secret(pulumi.jsonStringify(alertmanagerConfig(config))) },
        },
        opts,
      ),
    ];
  }
}
