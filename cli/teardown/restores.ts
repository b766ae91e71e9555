/**
 * Velero's records of restores. Each waits, when it is deleted, for Velero to delete its log in the bucket
 * (`restores.velero.io/external-resources-finalizer`); a teardown takes Velero away, and its namespace would wait for ever.
 * The logs stay: they are small, and in the bucket that a teardown keeps, or deletes as a whole.
 */
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { isNotFound, present, type Clients } from "../kubernetes";
import { veleroNamespace } from "../velero/objects";

const place = { group: "velero.io", version: "v1", namespace: veleroNamespace, plural: "restores" };
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

interface Restore {
  metadata: { name: string };
}

/** Deletes every Restore without waiting for Velero; none where Velero is not installed. */
export async function deleteRestores({ custom }: Pick<Clients, "custom">): Promise<void> {
  let items: Restore[];
  try {
    ({ items } = (await custom.listNamespacedCustomObject(place)) as { items: Restore[] });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  for (const { name } of items.map(({ metadata }) => metadata)) {
    // In this order: on one that is not being deleted, Velero puts its finalizer back.
    await present(custom.deleteNamespacedCustomObject({ ...place, name }));
    await present(
      custom.patchNamespacedCustomObject({ ...place, name, body: { metadata: { finalizers: null } } }, merge),
    );
  }
}
