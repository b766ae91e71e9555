/**
 * Who manages an object's fields. Objects are created by a plain POST under one name and applied from the first
 * update on under another, which first takes the fields over (fixCSAFieldManagers of provider/pkg/await/await.go,
 * PatchReplaceFieldsManagers of github.com/fluxcd/pkg/ssa).
 */
import type { KubernetesApi } from "./api";
import { isRecord, type KubernetesObject, type ManagedFields } from "./objects";

/** Manager of fields that were set by a create. */
export const creator = "pulumi-kubernetes";

/** Managers whose fields become ours: clients that write the whole object, as `Update` does. */
const takenOver: { manager: string; operation: string }[] = [
  { manager: "kubectl", operation: "Apply" },
  { manager: "kubectl", operation: "Update" },
  { manager: "before-first-apply", operation: "Update" },
  { manager: creator, operation: "Update" },
  { manager: "pulumi-kubernetes.exe", operation: "Update" },
  { manager: "pulumi-resource-kubernetes", operation: "Update" },
];

/** The object with `fieldManager` in the place of those managers; changed on the server where there were any. */
export async function takeOver(
  api: KubernetesApi,
  object: KubernetesObject,
  fieldManager: string,
): Promise<KubernetesObject> {
  const managed = object.metadata.managedFields ?? [];
  const merged = takenOverFields(managed, fieldManager, object.apiVersion);
  if (!merged) return object;
  return api.patchJson(object, [
    { op: "replace", path: "/metadata/managedFields", value: merged },
    { op: "replace", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
  ]);
}

/** Undefined where nothing is to be taken over. */
export function takenOverFields(
  managed: ManagedFields[],
  fieldManager: string,
  apiVersion: string,
): ManagedFields[] | undefined {
  const isTaken = (entry: ManagedFields) =>
    !entry.subresource &&
    takenOver.some(({ manager, operation }) => entry.manager === manager && entry.operation === operation);
  const isOurs = (entry: ManagedFields) =>
    entry.manager === fieldManager && entry.operation === "Apply" && !entry.subresource;
  const taken = managed.filter((entry) => isTaken(entry) && !isOurs(entry));
  if (taken.length === 0) return undefined;
  const ours = managed.find(isOurs) ?? {
    manager: fieldManager,
    operation: "Apply",
    apiVersion,
    fieldsType: "FieldsV1",
    time: taken[0]?.time,
  };
  const fieldsV1 = [ours, ...taken].reduce<Record<string, unknown>>(
    (all, entry) => union(all, entry.fieldsV1 ?? {}),
    {},
  );
  return [{ ...ours, fieldsV1 }, ...managed.filter((entry) => !isTaken(entry) && !isOurs(entry))];
}

function union(left: Record<string, unknown>, right: Record<string, unknown>): Record<string, unknown> {
  const result = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const present = result[key];
    result[key] = isRecord(present) && isRecord(value) ? union(present, value) : value;
  }
  return result;
}

/** Gives up every field of `fieldManager`; what nobody else manages goes away (provider/pkg/ssa/actions.go). */
export async function relinquish(api: KubernetesApi, object: KubernetesObject, fieldManager: string): Promise<void> {
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  await api.apply({ apiVersion, kind, metadata: { name, namespace } }, { fieldManager });
}
