/**
 * An existing cluster is its user's: what a platform on it leaves behind when it is taken down. Every object that a
 * person or a program installs is compared by its name with those from before; what Kubernetes derives is not.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";

const kinds: [apiVersion: string, ...kinds: string[]][] = [
  ["v1", "Namespace", "PersistentVolume", "PersistentVolumeClaim", "Service", "ServiceAccount", "ConfigMap", "Secret"],
  ["v1", "ResourceQuota", "LimitRange"],
  ["apps/v1", "Deployment", "StatefulSet", "DaemonSet"],
  ["batch/v1", "Job", "CronJob"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["policy/v1", "PodDisruptionBudget"],
  ["networking.k8s.io/v1", "Ingress", "IngressClass", "NetworkPolicy"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  ["storage.k8s.io/v1", "StorageClass", "CSIDriver"],
  ["scheduling.k8s.io/v1", "PriorityClass"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["apiregistration.k8s.io/v1", "APIService"],
  ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
];

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** Seconds that volumes and finalizers get to follow what has been deleted. */
const patienceSeconds = 30;

/** Writes down what is on the cluster, unless an earlier run of the same rehearsal has. */
export async function remember(kubeconfig: string, file: string): Promise<void> {
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await inventory(kubeconfig), null, 1), { mode: 0o600 });
}

/** What is on the cluster and was not, and the other way round: `left: Namespace argocd`, `lost: StorageClass …`. */
export async function differences(kubeconfig: string, file: string): Promise<string[]> {
  const before = JSON.parse(readFileSync(file, "utf8")) as string[];
  for (const deadline = Date.now() + patienceSeconds * 1000; ; await sleep(1000)) {
    const found = compare(before, await inventory(kubeconfig));
    if (found.length === 0 || Date.now() > deadline) return found;
  }
}

export function compare(before: string[], after: string[]): string[] {
  return [
    ...after.filter((object) => !before.includes(object)).map((object) => `left: ${object}`),
    ...before.filter((object) => !after.includes(object)).map((object) => `lost: ${object}`),
  ];
}

/** `Secret argocd/argocd-secret`, `StorageClass local-path (default)`; sorted. */
async function inventory(kubeconfig: string): Promise<string[]> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const lists = kinds.flatMap(([apiVersion, ...names]) =>
    names.map(async (kind) => {
      const { items } = await api.list(apiVersion, kind);
      return items.map(({ metadata }) => {
        const place = metadata?.namespace ? `${metadata.namespace}/` : "";
        const isDefault = metadata?.annotations?.[defaultClass] === "true" ? " (default)" : "";
        return `${kind} ${place}${metadata?.name}${isDefault}`;
      });
    }),
  );
  return (await Promise.all(lists)).flat().sort();
}
