/** How many pods workloads have, and how many of them are ready. */
import { AppsV1Api, type KubeConfig, type V1ObjectMeta } from "@kubernetes/client-node";

export interface Pods {
  ready: number;
  total: number;
}

/** By `keyOf`: every Deployment, StatefulSet and DaemonSet of a cluster. */
export async function podsOfWorkloads(config: KubeConfig): Promise<Map<string, Pods>> {
  const api = config.makeApiClient(AppsV1Api);
  const [deployments, statefulSets, daemonSets] = await Promise.all([
    api.listDeploymentForAllNamespaces(),
    api.listStatefulSetForAllNamespaces(),
    api.listDaemonSetForAllNamespaces(),
  ]);
  const found = new Map<string, Pods>();
  const add = (kind: string, metadata: V1ObjectMeta | undefined, ready = 0, total = 0) =>
    found.set(keyOf({ kind, namespace: metadata?.namespace, name: metadata?.name ?? "" }), { ready, total });
  for (const { metadata, spec, status } of deployments.items) {
    add("Deployment", metadata, status?.readyReplicas, spec?.replicas ?? 1);
  }
  for (const { metadata, spec, status } of statefulSets.items) {
    add("StatefulSet", metadata, status?.readyReplicas, spec?.replicas ?? 1);
  }
  for (const { metadata, status } of daemonSets.items) {
    add("DaemonSet", metadata, status?.numberReady, status?.desiredNumberScheduled);
  }
  return found;
}

/** `Deployment prod/task-manager` */
export function keyOf({ kind, namespace, name }: { kind: string; namespace?: string; name: string }): string {
  return `${kind} ${namespace}/${name}`;
}
