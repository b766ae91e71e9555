/** Controllers of the cluster itself that belong to this cloud: load balancers, node count, metrics. */
import type { Provider } from "@pulumi/kubernetes";
import type { Release } from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";

import type { charts } from "../../charts";
import type { PlatformConfig } from "../../config/types";
import { release } from "../../release";

export interface ControllersArgs {
  config: PlatformConfig;
  clusterName: pulumi.Input<string>;
  vpcId: pulumi.Input<string>;
  kubernetes: Provider;
  /** Nodes and cluster DNS. */
  dependsOn: pulumi.Resource[];
  /** What gives each controller its credentials. */
  identities: { loadBalancer: pulumi.Resource; autoscaler: pulumi.Resource };
}

/** Service accounts that the releases below create and the identities are made for, all in `kube-system`. */
export const serviceAccounts = {
  loadBalancer: "aws-load-balancer-controller",
  autoscaler: "cluster-autoscaler",
} as const;

export class Controllers extends pulumi.ComponentResource {
  readonly loadBalancer: Release;
  readonly autoscaler: Release;
  readonly metricsServer: Release;

  constructor(
    private readonly prefix: string,
    private readonly args: ControllersArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:Controllers", prefix, {}, opts);
    const { config, clusterName, vpcId, identities } = args;
    const replicas = config.protect ? 2 : 1;

    this.loadBalancer = this.release(
      "aws-load-balancer-controller",
      {
        clusterName,
        // Both would be asked of the instance metadata service, which pods cannot reach.
        region: config.region,
        vpcId,
        replicaCount: replicas,
        podDisruptionBudget: { maxUnavailable: 1 },
        serviceAccount: { name: serviceAccounts.loadBalancer },
        // A Service of type LoadBalancer is reachable from outside, as on every other cloud. The controller takes every
        // new one (its webhook gives it the class `service.k8s.aws/nlb`), and its own default is an internal address:
        // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb
        defaultLoadBalancerScheme: "internet-facing",
        defaultTargetType: "ip",
        defaultTags: config.tags,
        // No other chart's Service or Ingress is refused while the controller is being installed.
        serviceMutatorWebhookConfig: { failurePolicy: "Ignore" },
        webhookConfig: { ingressValdationFailurePolicy: "Ignore" },
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
      },
      [identities.loadBalancer],
    );
    this.autoscaler = this.release(
      "cluster-autoscaler",
      {
        autoDiscovery: { clusterName },
        awsRegion: config.region,
        replicaCount: replicas,
        rbac: { serviceAccount: { name: serviceAccounts.autoscaler } },
        extraArgs: {
          "balance-similar-node-groups": true,
          expander: "least-waste",
          "skip-nodes-with-local-storage": false,
          "skip-nodes-with-system-pods": false,
        },
        resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "512Mi" } },
      },
      [identities.autoscaler],
    );
    this.metricsServer = this.release(
      "metrics-server",
      { replicas: 2, podDisruptionBudget: { enabled: true, minAvailable: 1 } },
      [],
    );
    this.registerOutputs();
  }

  private release(chart: keyof typeof charts, values: Record<string, unknown>, dependsOn: pulumi.Resource[]): Release {
    return release(
      `${this.prefix}-${chart}`,
      chart,
      { namespace: "kube-system", values },
      { parent: this, provider: this.args.kubernetes, dependsOn: [...this.args.dependsOn, ...dependsOn] },
    );
  }
}
