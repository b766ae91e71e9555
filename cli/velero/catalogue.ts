/**
 * A backup's entry in another cluster's catalogue. Velero looks for new ones in a bucket once a minute, and no setting makes
 * that shorter (`backupSyncReconcilePeriod` in pkg/controller/backup_sync_controller.go of Velero 1.18): whoever waits for
 * it serves nobody meanwhile. Here it is entered as Velero itself would enter it.
 */
import { present, type Clients } from "../kubernetes";
import { create, list, place, read, VeleroError } from "./client";
import { veleroNamespace, type Backup, type PodVolumeBackup } from "./objects";

type Entered<Kind extends Backup | PodVolumeBackup> = Omit<Kind, "metadata"> & {
  apiVersion: "velero.io/v1";
  kind: string;
  metadata: Kind["metadata"] & { ownerReferences?: Owner[]; annotations?: Record<string, string> };
};

interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
}

/**
 * Enters the backup of one cluster, and its volumes, at another one that reads the bucket under the name `location`.
 * What is entered already stays.
 * @throws VeleroError where the backup is not whole: nothing of it is entered.
 */
export async function enter(from: Clients, to: Clients, name: string, location: string): Promise<void> {
  const uid = await enterBackup(from, to, name, location);
  const volumes = await list(from, "podvolumebackups", `velero.io/backup-name=${name}`);
  for (const volume of volumes) {
    await create(to, "podvolumebackups", volumeEntryOf(volume, { name, uid }, location));
  }
}

/**
 * The same without its volumes, also where Velero has just found them in the bucket: a restore makes them, and brings no file.
 * @returns the uid that the backup has there.
 */
export async function enterObjects(from: Clients, to: Clients, name: string, location: string): Promise<string> {
  const uid = await enterBackup(from, to, name, location);
  for (const { metadata } of await list(to, "podvolumebackups", `velero.io/backup-name=${name}`)) {
    const object = { ...place, plural: "podvolumebackups", name: metadata.name };
    await present(to.custom.deleteNamespacedCustomObject(object));
  }
  return uid;
}

async function enterBackup(from: Clients, to: Clients, name: string, location: string): Promise<string> {
  const backup = await read(from, "backups", name);
  if (backup?.status?.phase !== "Completed") {
    throw new VeleroError(`The backup ${name} is ${backup?.status?.phase ?? "gone"}, and cannot be restored from.`);
  }
  await create(to, "backups", entryOf(backup, location));
  const uid = (await read(to, "backups", name))?.metadata.uid;
  if (uid === undefined) throw new VeleroError(`The backup ${name} is gone again: somebody has deleted it.`);
  return uid;
}

/** Hooks are of the cluster that ran them, and so is the schedule that owns a backup. */
export function entryOf({ metadata, spec, status }: Backup, location: string): Entered<Backup> {
  const { name, labels, annotations } = metadata as Entered<Backup>["metadata"];
  const { hooks: _, ...plain } = spec as Backup["spec"] & { hooks?: unknown };
  return {
    apiVersion: "velero.io/v1",
    kind: "Backup",
    metadata: {
      name,
      namespace: veleroNamespace,
      labels: { ...labels, "velero.io/storage-location": location },
      ...(annotations ? { annotations } : {}),
    },
    spec: { ...plain, storageLocation: location },
    ...(status ? { status } : {}),
  };
}

/** @param owner the backup in the cluster that it is entered in. */
export function volumeEntryOf(
  { metadata, spec, status }: PodVolumeBackup,
  owner: Pick<Owner, "name" | "uid">,
  location: string,
): Entered<PodVolumeBackup> {
  const { name, labels, annotations } = metadata as Entered<PodVolumeBackup>["metadata"];
  return {
    apiVersion: "velero.io/v1",
    kind: "PodVolumeBackup",
    metadata: {
      name,
      namespace: veleroNamespace,
      labels: { ...labels, "velero.io/backup-uid": owner.uid },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [{ apiVersion: "velero.io/v1", kind: "Backup", ...owner }],
    },
    spec: { ...spec, backupStorageLocation: location } as PodVolumeBackup["spec"],
    ...(status ? { status } : {}),
  };
}
