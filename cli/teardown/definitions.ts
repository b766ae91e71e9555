/** Definitions of custom resources that charts of the stack have installed and that Helm leaves behind on purpose. */
import { ApiextensionsV1Api, type V1CustomResourceDefinition } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";

/**
 * Groups of charts that have definitions in their folder `crds/`, by the namespace of their release: those carry no mark
 * of it. Helm makes only what is missing, so those that are younger than the namespace are the release's.
 */
const unmarked: Record<string, RegExp> = { traefik: /(^|\.)traefik\.io$/ };

/** Namespaces of what the stack itself installs, and when each was made. */
export async function ownNamespaces({ core }: Clients): Promise<Map<string, Date>> {
  const { items } = await core.listNamespace({ labelSelector: "app.kubernetes.io/managed-by=pulumi" });
  return new Map(
    items.map(({ metadata }) => [metadata?.name ?? "", new Date(metadata?.creationTimestamp ?? Date.now())]),
  );
}

/** Names of the definitions that came with the releases in the stack's namespaces. */
export async function ownDefinitions(clients: Clients): Promise<string[]> {
  const own = await ownNamespaces(clients);
  const { items } = await clients.config.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition();
  return items.filter((item) => isOwn(item, own)).map(({ metadata }) => metadata?.name ?? "");
}

/** @param own the stack's namespaces, and when each was made. */
export function isOwn({ metadata, spec }: V1CustomResourceDefinition, own: Map<string, Date>): boolean {
  const release = metadata?.annotations?.["meta.helm.sh/release-namespace"];
  if (release !== undefined) return own.has(release);
  const made = new Date(metadata?.creationTimestamp ?? 0);
  return Object.entries(unmarked).some(([namespace, group]) => {
    const since = own.get(namespace);
    return since !== undefined && group.test(spec.group) && made >= since;
  });
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
