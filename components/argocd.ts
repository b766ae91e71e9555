/** Argo CD: installed with its secrets, projects and the metadata of the cluster it runs on. */
import * as pulumi from "@pulumi/pulumi";

import { ingressNamespace } from "./addresses";
import { createProjects } from "./argocd/projects";
import { createSecrets } from "./argocd/secrets";
import { argocdValues } from "./argocd/values";
import type { Cluster } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { PlatformNamespace } from "./namespaces";
import { fromNamespace, toPorts } from "./networkpolicies";
import { gitPort, outgoingPorts } from "./receivers";
import { release } from "./release";

export const argocdNamespace = "argocd";

/** Ports of the pods' metrics: https://argo-cd.readthedocs.io/en/stable/operator-manual/metrics/, and Redis' exporters. */
const metricsPorts = [5558, 8080, 8082, 8083, 8084, 9001, 9101, 9121];
const serverPort = 8080;

export interface ArgoCdArgs {
  config: PlatformConfig;
  cluster: Cluster;
  monitoringCrds: pulumi.Resource;
}

export class ArgoCd extends pulumi.ComponentResource {
  /** The release, and everything that Applications need of Argo CD. */
  readonly ready: pulumi.Resource[];
  readonly server: pulumi.Resource;

  constructor(name: string, { config, cluster, monitoringCrds }: ArgoCdArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:kubernetes:ArgoCd", `${name}-argocd`, {}, opts);
    const namespace = new PlatformNamespace(
      argocdNamespace,
      name,
      {
        environment: config.environment,
        podSecurity: "restricted",
        quota: quota(config.argocd),
        traffic: [
          { name: "metrics", ingress: [fromNamespace("monitoring", metricsPorts)] },
          {
            name: "server-from-ingress",
            pods: { "app.kubernetes.io/name": "argocd-server" },
            ingress: [fromNamespace(ingressNamespace(cluster.traits), [serverPort])],
          },
          {
            name: "to-git-and-receivers",
            egress: [
              toPorts([...new Set([gitPort(config.gitops.repository), ...outgoingPorts(config.monitoring.receivers)])]),
            ],
          },
        ],
      },
      { parent: this },
    );
    const secrets = createSecrets(
      name,
      { config, cluster, namespace: argocdNamespace },
      { parent: this, dependsOn: namespace },
    );
    const server = release(
      `${name}-argo-cd`,
      "argo-cd",
      { releaseName: "argocd", namespace: argocdNamespace, values: argocdValues(config) },
      { parent: this, dependsOn: [namespace, monitoringCrds, ...secrets, ...cluster.ready] },
    );
    const projects = createProjects(name, { config, namespace: argocdNamespace }, { parent: this, dependsOn: server });
    this.server = server;
    this.ready = [server, ...secrets, ...projects];
    this.registerOutputs();
  }
}

/** Twice what the pods ask for, and what each further replica of the application controller asks for. */
function quota({ ha, shards }: PlatformConfig["argocd"]): { cpu: string; memory: string } {
  const further = shards - 1;
  const [cpu, memory] = ha
    ? [8 + further * 0.5, 16 + further] // 500m, 1Gi
    : [3 + further * 0.2, 6 + further * 0.375]; // 200m, 384Mi
  return { cpu: String(Math.ceil(cpu)), memory: `${Math.ceil(memory)}Gi` };
}
