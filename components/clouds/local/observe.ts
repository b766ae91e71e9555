/** Reads from a running cluster what decides how the platform fits into it. */
import {
  ApiregistrationV1Api,
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  NetworkingV1Api,
  StorageV1Api,
  type V1APIService,
  type V1Deployment,
  type V1IngressClass,
  type V1Node,
  type V1Service,
  type V1StorageClass,
} from "@kubernetes/client-node";

export interface Observed {
  nodes: V1Node[];
  services: V1Service[];
  deployments: V1Deployment[];
  ingressClasses: V1IngressClass[];
  storageClasses: V1StorageClass[];
  /** What the API server serves itself or hands on, such as `v1beta1.metrics.k8s.io`. */
  apiServices: V1APIService[];
}

const patienceSeconds = 20;

/** @throws where the cluster does not answer within 20 s, or refuses to */
export async function observe(config: KubeConfig): Promise<Observed> {
  const core = config.makeApiClient(CoreV1Api);
  const reads = Promise.all([
    core.listNode(),
    core.listServiceForAllNamespaces(),
    config.makeApiClient(AppsV1Api).listDeploymentForAllNamespaces(),
    config.makeApiClient(NetworkingV1Api).listIngressClass(),
    config.makeApiClient(StorageV1Api).listStorageClass(),
    config.makeApiClient(ApiregistrationV1Api).listAPIService(),
  ]);
  const [nodes, services, deployments, ingressClasses, storageClasses, apiServices] = await orGiveUp(reads, config);
  return {
    nodes: nodes.items,
    services: services.items,
    deployments: deployments.items,
    ingressClasses: ingressClasses.items,
    storageClasses: storageClasses.items,
    apiServices: apiServices.items,
  };
}

async function orGiveUp<T>(reads: Promise<T>, config: KubeConfig): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceSeconds} s`)), patienceSeconds * 1000);
  });
  try {
    return await Promise.race([reads, tooLate]);
  } catch (error) {
    const server = config.getCurrentCluster()?.server ?? "?";
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the cluster of context "${config.getCurrentContext()}" (${server}) cannot be read: ${reason}. Is it running?`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
