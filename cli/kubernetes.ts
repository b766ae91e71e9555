/** A cluster as the command line reads it, through the kubeconfig that the stack gives its users. */
import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  NetworkingV1Api,
  StorageV1Api,
  type V1Pod,
} from "@kubernetes/client-node";

export { isConflict, isNotFound, present } from "../simulator/controlplane/errors";

export interface Clients {
  config: KubeConfig;
  core: CoreV1Api;
  apps: AppsV1Api;
  networking: NetworkingV1Api;
  storage: StorageV1Api;
  custom: CustomObjectsApi;
  objects: KubernetesObjectApi;
}

/**
 * @param kubeconfig its text, with the cloud's exec credentials.
 * @param proxy HTTP proxy through which the API server is reached, where it is not reached directly, or what tells it
 *   from the server's address; one on this machine is always reached directly.
 */
export function connect(kubeconfig: string, proxy?: string | ((server: string) => string | undefined)): Clients {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  config.clusters = config.clusters.map((cluster) => {
    const proxyUrl = typeof proxy === "function" ? proxy(cluster.server) : proxy;
    return !proxyUrl || isLoopback(cluster.server) ? cluster : { ...cluster, proxyUrl };
  });
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    networking: config.makeApiClient(NetworkingV1Api),
    storage: config.makeApiClient(StorageV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    objects: KubernetesObjectApi.makeApiClient(config),
  };
}

export function isLoopback(server: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(server).hostname);
}

export async function countPods({ core }: Clients): Promise<{ total: number; ready: number; unready: string[] }> {
  const { items } = await core.listPodForAllNamespaces();
  // A finished Job's pod is neither ready nor missing.
  const live = items.filter((pod) => pod.status?.phase !== "Succeeded");
  const unready = live.filter((pod) => !isReady(pod));
  return {
    total: live.length,
    ready: live.length - unready.length,
    unready: unready.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`),
  };
}

function isReady(pod: V1Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

export async function listStorageClasses({ storage }: Clients) {
  const { items } = await storage.listStorageClass();
  return items.map(({ metadata, provisioner }) => ({
    name: metadata?.name ?? "",
    provisioner,
    default: metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  }));
}
