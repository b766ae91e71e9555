/**
 * A cluster that exists before the platform does, on this machine: what a stack with `cloud: local` is brought up on. It
 * is K3s as Rancher Desktop makes it, or, for a context with kind's own form of name, `kind-…`, a kind cluster.
 */
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import type { KubernetesManifest, NodeRequest } from "../cloud/behaviour";
import type { ControlPlanes } from "../controlplane";
import { until } from "../controlplane/drain";
import { loadKubeconfig } from "../controlplane/kubeconfig";
import type { StandInContext } from "../controlplane/standins";
import { k3s } from "./k3s";
import { kind } from "./kind";
import { startServiceLb } from "./servicelb";
import { startLocalPath } from "./volumes";

/** What tells one kind of small cluster from the other. */
export interface Distribution {
  /** Kubernetes version, `1.35`. */
  version: string;
  serviceCidr: string;
  /** Folder of the node that the local-path provisioner makes volumes in. */
  volumes: { folder: string };
  /** Whether K3s' load balancer runs on it. */
  serviceLb: boolean;
  node(context: string): NodeRequest;
  /** What it installs on a new cluster. */
  objects(): KubernetesManifest[];
}

export interface LocalOptions {
  /** Name of the cluster's kubeconfig context. */
  context: string;
  clusters: ControlPlanes;
  log(line: string): void;
}

export interface LocalCluster {
  /** Path of a kubeconfig with the context and nothing else. */
  kubeconfig: string;
  /** Ends what runs around the control plane; the control plane is its host's. */
  stop(): Promise<void>;
}

export function distributionOf(context: string): Distribution {
  return context.startsWith("kind-") ? kind : k3s;
}

/** Starts the cluster, or takes up again the one of an earlier run; returns when everything on it is ready. */
export async function startLocal({ context, clusters, log }: LocalOptions): Promise<LocalCluster> {
  const distribution = distributionOf(context);
  const { version, serviceCidr, volumes, serviceLb } = distribution;
  const id = `local/${context}`;
  const request = { id, name: context, cloud: "local", region: "", version, serviceCidr } as const;
  await clusters.start({ ...request, endpointHost: "localhost" });
  await clusters.setNodes(id, "nodes", [distribution.node(context)]);
  await clusters.apply(id, distribution.objects());

  const running = await clusters.cluster(id);
  const config = loadKubeconfig(running.adminKubeconfig);
  const around: StandInContext = { config, cluster: running.request, log };
  const loops = [...startLocalPath(around, volumes.folder), ...(serviceLb ? startServiceLb(around) : [])];
  await until(60, () => isSettled(around));
  return {
    kubeconfig: running.adminKubeconfig,
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** Every Deployment runs, and every Service of type LoadBalancer of the distribution's own has its address. */
async function isSettled({ config }: StandInContext): Promise<boolean> {
  const { items: deployments } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({
    namespace: "kube-system",
  });
  const { items: services } = await config.makeApiClient(CoreV1Api).listNamespacedService({ namespace: "kube-system" });
  return (
    deployments.every(({ spec, status }) => status?.readyReplicas === spec?.replicas) &&
    services.every(({ spec, status }) => spec?.type !== "LoadBalancer" || status?.loadBalancer?.ingress)
  );
}
