/** Namespaces that are not to be restored as a whole: the cluster has its own, of the version that the stack brings. */
import type { Clients } from "../kubernetes";
import { ownNamespaces } from "../teardown/definitions";

/** Kubernetes' own, and those that the stack makes: what Helm has written in them is of this cluster. */
export async function keptNamespaces(clients: Pick<Clients, "core">): Promise<string[]> {
  const own = await ownNamespaces(clients);
  const names = (await clients.core.listNamespace()).items.map(({ metadata }) => metadata?.name ?? "");
  return names.filter((name) => own.has(name) || name.startsWith("kube-")).sort();
}
