/** Namespaces that are not to be restored as a whole: the cluster has its own, of the version that the stack brings. */
import type { Clients } from "../kubernetes";

/** Kubernetes' own, and those that the stack makes: what Helm has written in them is of this cluster. */
export async function ownNamespaces({ core }: Pick<Clients, "core">): Promise<string[]> {
  const { items } = await core.listNamespace();
  return items
    .filter(({ metadata }) => {
      const managed = metadata?.labels?.["app.kubernetes.io/managed-by"] === "pulumi";
      return managed || metadata?.name?.startsWith("kube-");
    })
    .map(({ metadata }) => metadata?.name ?? "")
    .sort();
}
