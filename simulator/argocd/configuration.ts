/** Puts what the chart renders on the cluster, and reads it as Argo CD's pods would. */
import { ApiException, CoreV1Api, KubernetesObjectApi, PatchStrategy, type KubeConfig } from "@kubernetes/client-node";
import type { ConfigurationObject } from "./render";
import type { Settings } from "./programs";

/** Its own, so that whatever else applies the chart's objects takes none of these fields away. */
const fieldManager = "argocd-configuration";

/** Server-side apply: settings that an upgrade no longer has disappear, what Argo CD itself adds stays. */
export async function applyConfiguration(config: KubeConfig, objects: ConfigurationObject[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const object of objects) {
    await api.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
  }
}

/** Deletes the objects; those that are gone already are no error. */
export async function deleteConfiguration(config: KubeConfig, objects: ConfigurationObject[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const object of objects) {
    await api.delete(object).catch((error: unknown) => {
      if (!(error instanceof ApiException && error.code === 404)) throw error;
    });
  }
}

/** The ConfigMaps that exist now, whoever has made them. */
export async function readSettings(config: KubeConfig, namespace: string): Promise<Settings> {
  const { items } = await config.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace });
  return Object.fromEntries(items.map(({ metadata, data }) => [metadata?.name ?? "", data ?? {}]));
}
