/** Views of the clusters that run, kept up to date from the first request on: as kube-proxy and Traefik keep theirs. */
import {
  CoreV1Api,
  DiscoveryV1Api,
  makeInformer,
  NetworkingV1Api,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  type V1Pod,
} from "@kubernetes/client-node";
import type { RunningCluster } from "../controlplane";
import type { Disks } from "../controlplane/disks";
import { loadKubeconfig } from "../controlplane/kubeconfig";
import type { Surroundings } from "./application";
import { variablesOf } from "./settings";

/** The clusters, as `ControlPlanes` has them. */
export interface Clusters {
  answering(): RunningCluster[];
  disks(id: string): Disks;
}

export class WatchedClusters {
  private readonly watched = new Map<string, Promise<WatchedCluster>>();

  constructor(private readonly clusters: Clusters) {}

  /** What is around applications, for each cluster that runs. */
  async all(): Promise<Surroundings[]> {
    const answering = new Map(this.clusters.answering().map((cluster) => [keyOf(cluster), cluster]));
    for (const [key, watched] of this.watched) if (!answering.has(key)) this.forget(key, watched);
    for (const [key, cluster] of answering) {
      if (this.watched.has(key)) continue;
      const watched = WatchedCluster.open(cluster, this.clusters);
      this.watched.set(key, watched);
      // It may end while it is being looked at; the next request tries again.
      watched.catch(() => this.watched.delete(key));
    }
    return (await Promise.all(this.watched.values())).map((watched) => watched.surroundings());
  }

  stop(): void {
    for (const [key, watched] of this.watched) this.forget(key, watched);
  }

  private forget(key: string, watched: Promise<WatchedCluster>): void {
    this.watched.delete(key);
    void watched.then(
      (one) => one.stop(),
      () => undefined,
    );
  }
}

/** One that was started again is another one: its API server listens elsewhere. */
function keyOf({ request, port }: RunningCluster): string {
  return `${request.id} ${port}`;
}

class WatchedCluster {
  /** What a running pod has does not change: by its uid, and the volume's name. */
  private readonly variables = new Map<string, Promise<Record<string, string>>>();
  private readonly folders = new Map<string, string>();

  private constructor(
    private readonly cluster: RunningCluster,
    private readonly clusters: Clusters,
    private readonly core: CoreV1Api,
    private readonly kinds: Awaited<ReturnType<typeof watchKinds>>,
  ) {}

  static async open(cluster: RunningCluster, clusters: Clusters): Promise<WatchedCluster> {
    const config = loadKubeconfig(cluster.adminKubeconfig);
    return new WatchedCluster(cluster, clusters, config.makeApiClient(CoreV1Api), await watchKinds(config));
  }

  surroundings(): Surroundings {
    const { ingresses, services, slices, pods } = this.kinds;
    return {
      view: {
        cluster: this.cluster.request,
        ingresses: ingresses.list(),
        services: services.list(),
        slices: slices.list(),
        pods: pods.list(),
      },
      variables: (pod) => {
        const key = pod.metadata?.uid ?? "";
        const known = this.variables.get(key) ?? variablesOf(pod, this.core);
        this.variables.set(key, known);
        known.catch(() => this.variables.delete(key));
        return known;
      },
      folder: (pod, volume) => this.folder(pod, volume),
    };
  }

  stop(): void {
    for (const kind of Object.values(this.kinds)) kind.stop();
  }

  private async folder(pod: V1Pod, volume: string): Promise<string | undefined> {
    const key = `${pod.metadata?.uid}/${volume}`;
    const found = this.folders.get(key) ?? (await this.clusters.disks(this.cluster.request.id).ofPod(pod, volume));
    if (found !== undefined) this.folders.set(key, found);
    return found;
  }
}

async function watchKinds(config: KubeConfig) {
  const core = config.makeApiClient(CoreV1Api);
  const networking = config.makeApiClient(NetworkingV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const [ingresses, services, slices, pods] = await Promise.all([
    watchKind(config, "/apis/networking.k8s.io/v1/ingresses", () => networking.listIngressForAllNamespaces()),
    watchKind(config, "/api/v1/services", () => core.listServiceForAllNamespaces()),
    watchKind(config, "/apis/discovery.k8s.io/v1/endpointslices", () => discovery.listEndpointSliceForAllNamespaces()),
    watchKind(config, "/api/v1/pods", () => core.listPodForAllNamespaces()),
  ]);
  return { ingresses, services, slices, pods };
}

/** Milliseconds until a watch that broke off is begun again. */
const pause = 1000;

/** @returns when all objects are known. */
async function watchKind<T extends KubernetesObject>(
  config: KubeConfig,
  path: string,
  list: () => Promise<KubernetesListObject<T>>,
): Promise<{ list: () => readonly T[]; stop: () => void }> {
  const informer = makeInformer(config, path, list);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  informer.on("error", () => {
    if (stopped) return;
    timer = setTimeout(() => void informer.start(), pause);
    timer.unref();
  });
  await informer.start();
  return {
    list: () => informer.list(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      void informer.stop();
    },
  };
}
