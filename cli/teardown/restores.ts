/**
 * Velero's records of restores. Each waits, when it is deleted, for Velero to delete its log in the bucket
 * (`restores.velero.io/external-resources-finalizer`); a teardown takes Velero away, and its namespace would wait for ever.
 * The logs stay: they are small, and in the bucket that a teardown keeps, or deletes as a whole.
 */
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { present, type Clients } from "../kubernetes";
import { list, place } from "../velero/client";

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Deletes every Restore without waiting for Velero; none where Velero is not installed. */
export async function deleteRestores(clients: Clients): Promise<void> {
  const items = (await present(list(clients, "restores"))) ?? [];
  for (const { metadata } of items) {
    const restore = { ...place, plural: "restores", name: metadata.name };
    // In this order: on one that is not being deleted, Velero puts its finalizer back.
    await present(clients.custom.deleteNamespacedCustomObject(restore));
    const body = { metadata: { finalizers: null } };
    await present(clients.custom.patchNamespacedCustomObject({ ...restore, body }, merge));
  }
}
