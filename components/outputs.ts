/** What a stack tells its users when `up` is done. */
import { Service } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { urlOf } from "./addresses";
import type { Cluster } from "./cluster";
import type { Cloud, PlatformConfig } from "./config/types";
import type { Platform } from "./platform";

export interface StackOutputs {
  cloud: Cloud;
  environment: string;
  region: string;
  /** Minor version that the stack asks for; none on `local`, which has its own. */
  kubernetesVersion?: string;
  clusterName: pulumi.Output<string>;
  /** The cloud's own id: an ARN, a resource id, a self link. */
  clusterId: pulumi.Output<string>;
  /** Secret; its credentials come from the cloud's own program when it is used. */
  kubeconfig: pulumi.Output<string>;
  loadBalancer: pulumi.Output<LoadBalancer>;
  argocd: PageOutput;
  grafana: PageOutput;
  storageClasses: { name: string; provisioner: string; default: boolean }[];
  /** `s3://…`; empty where backups are off. */
  backupLocation: pulumi.Input<string>;
  /** Where they are copied to, in another region; empty where they are not. */
  backupCopyLocation: pulumi.Input<string>;
  /** Set while the stack waits for a restore. */
  bootstrap?: "paused";
  /** What to run next, in this order. */
  nextCommands: string[];
}

export interface LoadBalancer {
  /** What it is called for people: "Application Load Balancer". */
  kind: string;
  /** IP address or host name; empty where the cluster has no outer address. */
  address: string;
}

export interface PageOutput {
  /** Where a domain is set, its address; else the address that `openCommand` opens. */
  url: string;
  username: string;
  /** Prints the first password. */
  passwordCommand: string;
  /** Opens a way to the page that needs no domain. */
  openCommand: string;
}

export function stackOutputs(config: PlatformConfig, cluster: Cluster, platform: Platform): StackOutputs {
  const argocd = page(urlOf(config, "argocd"), {
    service: "argocd-server",
    namespace: "argocd",
    port: 8080,
    secret: "argocd-initial-admin-secret",
    key: "password",
  });
  const grafana = page(urlOf(config, "grafana"), {
    service: "kube-prometheus-stack-grafana",
    namespace: "monitoring",
    port: 3000,
    secret: "grafana-admin",
    key: "admin-password",
  });
  const paused = config.bootstrap === "paused";
  return {
    cloud: config.cloud,
    environment: config.environment,
    region: config.region,
    ...(config.cloud === "local" ? {} : { kubernetesVersion: config.kubernetesVersion }),
    clusterName: cluster.name,
    clusterId: cluster.id,
    kubeconfig: pulumi.secret(cluster.kubeconfig),
    loadBalancer: loadBalancer(cluster, platform),
    argocd,
    grafana,
    storageClasses: cluster.traits.storageClasses.map(({ name, provisioner, default: isDefault }) => ({
      name,
      provisioner,
      default: isDefault,
    })),
    backupLocation: cluster.traits.backup?.location ?? "",
    backupCopyLocation: cluster.traits.backup?.copyLocation ?? "",
    ...(paused ? { bootstrap: "paused" } : {}),
    nextCommands: [
      "pulumi stack output kubeconfig --show-secrets > kubeconfig.yaml && export KUBECONFIG=$PWD/kubeconfig.yaml",
      ...(paused ? [] : ["kubectl -n argocd get applications"]),
      argocd.passwordCommand,
      argocd.openCommand,
    ],
  };
}

function page(
  url: string | undefined,
  {
    service,
    namespace,
    port,
    secret,
    key,
  }: Record<"service" | "namespace" | "secret" | "key", string> & { port: number },
): PageOutput {
  return {
    url: url ?? `http://localhost:${port}`,
    username: "admin",
    passwordCommand: `kubectl -n ${namespace} get secret ${secret} -o jsonpath='{.data.${key}}' | base64 -d`,
    openCommand: `kubectl -n ${namespace} port-forward service/${service} ${port}:80`,
  };
}

/** The address the cloud gave in advance, or the one that the Service has got by the time its controller is ready. */
function loadBalancer({ traits }: Cluster, platform: Platform): pulumi.Output<LoadBalancer> {
  const { kind, address, existingService, service } = traits.ingress;
  if (address) {
    return address.value.apply((value) => ({ kind, address: value }));
  }
  if (service.type !== "LoadBalancer") {
    return pulumi.output({ kind, address: "" });
  }
  const { namespace, name } = existingService ?? { namespace: "traefik", name: "traefik" };
  const found = Service.get("load-balancer", `${namespace}/${name}`, { parent: platform, dependsOn: platform.ingress });
  return found.status.apply((status) => {
    const [first] = status.loadBalancer?.ingress ?? [];
    return { kind, address: first?.hostname ?? first?.ip ?? "" };
  });
}
