/** Definitions of custom resources that came with the stack and that Helm, or Argo CD, leaves behind on purpose. */
import { ApiextensionsV1Api, PatchStrategy, type V1CustomResourceDefinition } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";

/**
 * Groups of definitions that carry no mark of who made them, by the namespace of their controller: those of a chart's
 * folder `crds/`, and the one that the gitops repository has for Sealed Secrets and keeps when it goes. Both are made only
 * where they are missing, so those that are younger than the namespace came with the stack.
 */
const unmarked: Record<string, RegExp> = {
  traefik: /(^|\.)traefik\.io$/,
  "sealed-secrets": /^bitnami\.com$/,
};

/** Label of what a teardown deletes last. */
export const leftover = "kubernetes-platform/leftover";

/** Namespaces of what the stack itself installs, and when each was made. */
export async function ownNamespaces({ core }: Pick<Clients, "core">): Promise<Map<string, Date>> {
  const { items } = await core.listNamespace({ labelSelector: "app.kubernetes.io/managed-by=pulumi" });
  return new Map(
    items.map(({ metadata }) => [metadata?.name ?? "", new Date(metadata?.creationTimestamp ?? Date.now())]),
  );
}

/**
 * Marks the definitions that came with the releases in the stack's namespaces: once those are gone, nothing else tells
 * whose they are.
 */
export async function markDefinitions(clients: Clients): Promise<void> {
  const own = await ownNamespaces(clients);
  const { items } = await definitionsOf(clients).listCustomResourceDefinition();
  for (const { metadata } of items.filter((item) => isOwn(item, own))) {
    const mark = { name: metadata?.name ?? "", labels: { [leftover]: "true" } };
    await clients.objects.patch(
      { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: mark },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
  }
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

/** Deletes the marked definitions that are still there. */
export async function deleteDefinitions(clients: Clients): Promise<void> {
  const api = definitionsOf(clients);
  const { items } = await api.listCustomResourceDefinition({ labelSelector: leftover });
  for (const { metadata } of items) {
    if (!metadata?.deletionTimestamp) await api.deleteCustomResourceDefinition({ name: metadata?.name ?? "" });
  }
}

function definitionsOf({ config }: Clients): ApiextensionsV1Api {
  return config.makeApiClient(ApiextensionsV1Api);
}
