/** Definitions of custom resources that charts of the stack have installed and that Helm leaves behind on purpose. */
import { ApiextensionsV1Api } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";

/** Namespaces of what the stack itself installs. */
export async function ownNamespaces({ core }: Clients): Promise<Set<string | undefined>> {
  const { items } = await core.listNamespace({ labelSelector: "app.kubernetes.io/managed-by=pulumi" });
  return new Set(items.map(({ metadata }) => metadata?.name));
}

/** Names of the definitions whose release is in one of the stack's namespaces, by Helm's own annotation. */
export async function ownDefinitions(clients: Clients): Promise<string[]> {
  const own = await ownNamespaces(clients);
  const { items } = await clients.config.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition();
  return items
    .filter(({ metadata }) => own.has(metadata?.annotations?.["meta.helm.sh/release-namespace"]))
    .map(({ metadata }) => metadata?.name ?? "");
}

/** Deletes those of the definitions that are still there. */
export async function deleteDefinitions({ config }: Clients, names: string[]): Promise<void> {
  const api = config.makeApiClient(ApiextensionsV1Api);
  const { items } = await api.listCustomResourceDefinition();
  for (const { metadata } of items) {
    const name = metadata?.name ?? "";
    if (names.includes(name) && !metadata?.deletionTimestamp) await api.deleteCustomResourceDefinition({ name });
  }
}
