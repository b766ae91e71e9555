/**
 * How much CPU and memory pods use, where nothing runs in them: a tenth of what they request, or what an annotation says.
 *
 * - `simulator/cpu: 350m`, `simulator/memory: 200Mi` on a **pod**: what it uses, all its containers together.
 * - the same on a **Deployment** or **StatefulSet**: what its pods use together, each an equal share. So load stays the same
 *   while an autoscaler spreads it over more pods.
 *
 * Written as a kubelet writes it under /metrics/resource:
 * https://kubernetes.io/docs/reference/instrumentation/node-metrics/
 */
import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  type KubernetesObject,
  type V1Container,
  type V1Pod,
} from "@kubernetes/client-node";
import { quantityValue } from "../kubernetes/quantity";

/** Simulated usage of a pod, or of a workload's pods together: quantities. */
export const usageAnnotations = { cpu: "simulator/cpu", memory: "simulator/memory" } as const;

type Resource = keyof typeof usageAnnotations;

/** Cores, bytes. */
export type Usage = Record<Resource, number>;

/** Of a container without requests, and of what runs on a node beside its pods. */
const least: Usage = { cpu: 0.001, memory: 8 * 2 ** 20 };
const system: Usage = { cpu: 0.05, memory: 512 * 2 ** 20 };
const shareOfRequest = 0.1;

/** Milliseconds for which all nodes of a cluster are measured by the same look at it. */
const glance = 1000;

/** The workloads with an annotation, and all pods. */
export interface Observed {
  pods: V1Pod[];
  workloads: KubernetesObject[];
}

/** What each container of a pod uses. */
export function usageOf(pod: V1Pod, observed: Observed): Map<string, Usage> {
  const containers = pod.spec?.containers ?? [];
  const workload = workloadOf(pod, observed.workloads);
  const use = (container: V1Container, resource: Resource): number => {
    const annotation = usageAnnotations[resource];
    const own = pod.metadata?.annotations?.[annotation];
    if (own !== undefined) return quantityValue(own) / containers.length;
    const shared = workload?.metadata?.annotations?.[annotation];
    if (shared !== undefined) {
      const pods = observed.pods.filter(
        (other) => isRunning(other) && workloadOf(other, observed.workloads) === workload,
      );
      return quantityValue(shared) / Math.max(pods.length, 1) / containers.length;
    }
    const request = container.resources?.requests?.[resource];
    return request === undefined ? least[resource] : quantityValue(request) * shareOfRequest;
  };
  return new Map(
    containers.map((container) => [container.name, { cpu: use(container, "cpu"), memory: use(container, "memory") }]),
  );
}

export function isRunning({ status, metadata }: V1Pod): boolean {
  return status?.phase === "Running" && metadata?.deletionTimestamp === undefined;
}

/** A Deployment's pods belong to a ReplicaSet, which is named after it and the hash of its template. */
function workloadOf({ metadata }: V1Pod, workloads: KubernetesObject[]): KubernetesObject | undefined {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  const hash = metadata?.labels?.["pod-template-hash"];
  const [kind, name] =
    owner?.kind === "ReplicaSet" && hash !== undefined
      ? ["Deployment", owner.name.slice(0, -hash.length - 1)]
      : [owner?.kind, owner?.name];
  return workloads.find(
    (workload) =>
      workload.kind === kind &&
      workload.metadata?.name === name &&
      workload.metadata?.namespace === metadata?.namespace,
  );
}

interface Counter {
  seconds: number;
  /** Milliseconds since 1970. */
  at: number;
}

export class UsageMeter {
  private readonly counters = new Map<string, Counter>();
  private looked: { at: number; observed: Promise<Observed> } | undefined;

  /** @param config the administrator's. */
  constructor(private readonly config: KubeConfig) {}

  /** The text of one node's /metrics/resource. */
  async metrics(node: string): Promise<string> {
    const observed = await this.look();
    const pods = observed.pods.filter((pod) => pod.spec?.nodeName === node && isRunning(pod));
    const total = { ...system };
    const samples = pods.flatMap((pod) => {
      const { uid, name = "", namespace = "" } = pod.metadata ?? {};
      return [...usageOf(pod, observed)].map(([container, { cpu, memory }]) => {
        total.cpu += cpu;
        total.memory += memory;
        const seconds = this.count(`${uid}/${container}`, cpu);
        const started = (pod.status?.startTime ?? new Date()).getTime() / 1000;
        return {
          labels: `{container="${container}",namespace="${namespace}",pod="${name}"}`,
          seconds,
          memory,
          started,
        };
      });
    });
    return [
      "# TYPE container_cpu_usage_seconds_total counter",
      ...samples.map(({ labels, seconds }) => `container_cpu_usage_seconds_total${labels} ${seconds}`),
      "# TYPE container_memory_working_set_bytes gauge",
      ...samples.map(({ labels, memory }) => `container_memory_working_set_bytes${labels} ${memory}`),
      "# TYPE container_start_time_seconds gauge",
      ...samples.map(({ labels, started }) => `container_start_time_seconds${labels} ${started}`),
      "# TYPE node_cpu_usage_seconds_total counter",
      `node_cpu_usage_seconds_total ${this.count(node, total.cpu)}`,
      "# TYPE node_memory_working_set_bytes gauge",
      `node_memory_working_set_bytes ${total.memory}`,
      "",
    ].join("\n");
  }

  /** CPU seconds so far, where `cores` have been in use since this was last asked. */
  private count(key: string, cores: number): number {
    const now = Date.now();
    const before = this.counters.get(key) ?? { seconds: 0, at: now };
    const seconds = before.seconds + (cores * (now - before.at)) / 1000;
    this.counters.set(key, { seconds, at: now });
    return seconds;
  }

  private look(): Promise<Observed> {
    if (!this.looked || Date.now() - this.looked.at > glance)
      this.looked = { at: Date.now(), observed: this.observe() };
    return this.looked.observed;
  }

  private async observe(): Promise<Observed> {
    const apps = this.config.makeApiClient(AppsV1Api);
    const [pods, deployments, statefulSets] = await Promise.all([
      this.config.makeApiClient(CoreV1Api).listPodForAllNamespaces(),
      apps.listDeploymentForAllNamespaces(),
      apps.listStatefulSetForAllNamespaces(),
    ]);
    const kinds: [string, KubernetesObject[]][] = [
      ["Deployment", deployments.items],
      ["StatefulSet", statefulSets.items],
    ];
    const workloads = kinds.flatMap(([kind, items]) =>
      items
        .filter(({ metadata }) => Object.values(usageAnnotations).some((key) => metadata?.annotations?.[key]))
        // Items of a list do not say their kind.
        .map((item): KubernetesObject => ({ kind, metadata: item.metadata })),
    );
    const living = new Set(pods.items.map(({ metadata }) => metadata?.uid));
    for (const key of this.counters.keys()) {
      if (key.includes("/") && !living.has(key.split("/")[0])) this.counters.delete(key);
    }
    return { pods: pods.items, workloads };
  }
}
