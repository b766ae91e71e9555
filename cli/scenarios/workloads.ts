/** What scenarios look at on a cluster. */
import { setTimeout as sleep } from "node:timers/promises";
import { DiscoveryV1Api, type KubeConfig, type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";

export interface ObjectName {
  namespace: string;
  name: string;
}

export class Workloads {
  constructor(private readonly clients: Clients) {}

  deployment(object: ObjectName): Promise<V1Deployment> {
    return this.clients.apps.readNamespacedDeployment(object);
  }

  /** Pods that live, by label selector. */
  async pods(namespace: string, labelSelector?: string): Promise<V1Pod[]> {
    const { items } = await this.clients.core.listNamespacedPod({ namespace, labelSelector });
    return items.filter(({ metadata }) => !metadata?.deletionTimestamp);
  }

  /** Images of a Deployment's pods, each once. */
  async images(object: ObjectName): Promise<string[]> {
    const { spec } = await this.deployment(object);
    const labels = Object.entries(spec?.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
    const pods = await this.pods(object.namespace, labels.join(","));
    return [...new Set(pods.flatMap((pod) => pod.spec?.containers.map(({ image }) => image ?? "") ?? []))].sort();
  }

  /** Waits until a Deployment has so many ready pods of its newest template, and no others. */
  async untilRolledOut(object: ObjectName, replicas: number, seconds = 60): Promise<void> {
    await this.until(`${object.name} has ${replicas} ready pods`, seconds, async () => {
      const { metadata, spec, status } = await this.deployment(object);
      return (
        status?.observedGeneration === metadata?.generation &&
        spec?.replicas === replicas &&
        status?.updatedReplicas === replicas &&
        status.readyReplicas === replicas &&
        status.replicas === replicas
      );
    });
  }

  /**
   * @returns the seconds that it took.
   * @throws Error on time-out.
   */
  async until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<number> {
    const start = Date.now();
    while (!(await holds())) {
      if (Date.now() - start > seconds * 1000) throw new Error(`after ${seconds} s: not yet so that ${what}`);
      await sleep(250);
    }
    return (Date.now() - start) / 1000;
  }
}

/** Looks at a Service's ready endpoints, with a pause between two looks, until told to stop: then the fewest there were. */
export function watchEndpoints(
  config: KubeConfig,
  { namespace, name }: ObjectName,
  pauseMilliseconds: number,
): { stop(): Promise<number> } {
  const api = config.makeApiClient(DiscoveryV1Api);
  const labelSelector = `kubernetes.io/service-name=${name}`;
  const ended = new AbortController();
  let fewest = Infinity;
  const watching = (async () => {
    while (!ended.signal.aborted) {
      const { items } = await api.listNamespacedEndpointSlice({ namespace, labelSelector });
      const ready = items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready);
      fewest = Math.min(fewest, ready.length);
      await sleep(pauseMilliseconds);
    }
  })();
  // Told to whoever stops it.
  watching.catch(() => undefined);
  return {
    stop: async () => {
      ended.abort();
      await watching;
      return fewest;
    },
  };
}
