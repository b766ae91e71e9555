/** CPU and memory of pods and nodes for autoscalers and `kubectl top`, where the cluster does not measure them itself. */
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { PlatformNamespace } from "./namespaces";
import { fromAnywhere, toPorts } from "./networkpolicies";
import { release } from "./release";

/** Its own, so that the platform's metrics-server is told from one that came with the cluster. */
export const metricsNamespace = "metrics-server";

export interface MetricsServerArgs {
  config: PlatformConfig;
  cluster: Cluster;
}

export class MetricsServer extends pulumi.ComponentResource {
  constructor(name: string, { config, cluster }: MetricsServerArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:kubernetes:MetricsServer", `${name}-metrics-server`, {}, opts);
    const namespace = new PlatformNamespace(
      metricsNamespace,
      name,
      {
        environment: config.environment,
        podSecurity: "restricted",
        quota: { cpu: "500m", memory: "1Gi" },
        // The API server asks it, and it asks every kubelet.
        traffic: [{ name: "api-server-and-kubelets", ingress: [fromAnywhere([10250])], egress: [toPorts([10250])] }],
      },
      { parent: this },
    );
    release(
      `${name}-metrics-server`,
      "metrics-server",
      {
        namespace: namespace.namespaceName,
        values: {
          // Clusters without metrics-server are those whose kubelets sign their own certificates: kind, minikube.
          args: ["--kubelet-insecure-tls"],
          resources: { requests: { cpu: "100m", memory: "200Mi" }, limits: { memory: "512Mi" } },
        },
      },
      { parent: this, dependsOn: [namespace, ...cluster.ready] },
    );
    this.registerOutputs();
  }
}
