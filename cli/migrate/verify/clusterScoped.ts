/**
 * What moved objects need of what is in no namespace. Of everything else there nobody can tell whether the source's cloud
 * has made it, so nothing more is expected on the target.
 */
import type { Workload } from "../../validate/checks/workloads";
import { groupOf, isRecord, records, valueAt, type Manifest } from "../../validate/model";

/**
 * @param candidates objects in no namespace, without those that platform, cloud or Kubernetes make everywhere.
 * @param moved objects in namespaces.
 * @param workloads what makes pods of those.
 */
export function clusterScoped(candidates: Manifest[], moved: Manifest[], workloads: Workload[]): Manifest[] {
  const namespaces = new Set(moved.flatMap(({ metadata }) => metadata.namespace ?? []));
  const bindings = candidates.filter(
    (object) =>
      object.kind === "ClusterRoleBinding" &&
      records(object["subjects"]).some(({ namespace }) => typeof namespace === "string" && namespaces.has(namespace)),
  );
  const roles = namesOf([...bindings, ...moved.filter(({ kind }) => kind === "RoleBinding")], ({ roleRef }) =>
    isRecord(roleRef) && roleRef["kind"] === "ClusterRole" ? roleRef["name"] : undefined,
  );
  const priorities = namesOf(workloads, ({ pod }) => pod.priorityClassName);
  const classes = namesOf(moved, (object) =>
    object.kind === "Ingress" ? valueAt(object, ["spec", "ingressClassName"]) : undefined,
  );
  const kinds = new Set(moved.map(({ apiVersion, kind }) => `${groupOf(apiVersion)}/${kind}`));
  const needed: Record<string, (object: Manifest) => boolean> = {
    ClusterRoleBinding: (object) => bindings.includes(object),
    ClusterRole: ({ metadata }) => roles.has(metadata.name),
    PriorityClass: ({ metadata }) => priorities.has(metadata.name),
    IngressClass: ({ metadata }) => classes.has(metadata.name),
    CustomResourceDefinition: (object) =>
      kinds.has(`${String(valueAt(object, ["spec", "group"]))}/${String(valueAt(object, ["spec", "names", "kind"]))}`),
  };
  return candidates.filter((object) => needed[object.kind]?.(object) ?? false);
}

function namesOf<Item>(items: Item[], name: (item: Item) => unknown): Set<unknown> {
  return new Set(items.map(name).filter((found) => found !== undefined));
}
