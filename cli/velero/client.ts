/** Velero on a cluster, through its API objects: what its own command line does too. */
import { setTimeout as sleep } from "node:timers/promises";
import { isConflict, present, type Clients } from "../kubernetes";
import { veleroNamespace, type Kinds } from "./objects";

/** Velero did not do what it was asked for. The message is for the user. */
export class VeleroError extends Error {}

/** Where the API server has Velero's objects: with `plural`, and `name` for one of them. */
export const place = { group: "velero.io", version: "v1", namespace: veleroNamespace } as const;

/** Undefined where there is no such object. */
export async function read<Plural extends keyof Kinds>(
  { custom }: Clients,
  plural: Plural,
  name: string,
): Promise<Kinds[Plural] | undefined> {
  return (await present(custom.getNamespacedCustomObject({ ...place, plural, name }))) as Kinds[Plural] | undefined;
}

/** @param labelSelector `velero.io/backup-name=daily-1` */
export async function list<Plural extends keyof Kinds>(
  { custom }: Clients,
  plural: Plural,
  labelSelector?: string,
): Promise<Kinds[Plural][]> {
  const { items } = (await custom.listNamespacedCustomObject({ ...place, plural, labelSelector })) as {
    items: Kinds[Plural][];
  };
  return items;
}

/** Creates the object; one of that name that is there already is taken for what an interrupted run has asked for. */
export async function ask<Plural extends "backups" | "restores">(
  clients: Clients,
  plural: Plural,
  { metadata, spec }: Pick<Kinds[Plural], "metadata" | "spec">,
): Promise<void> {
  const kind = plural === "backups" ? "Backup" : "Restore";
  await create(clients, plural, {
    apiVersion: "velero.io/v1",
    kind,
    metadata: { ...metadata, namespace: veleroNamespace },
    spec,
  });
}

/** Creates the object; one of that name that is there already stays. */
export async function create({ custom }: Clients, plural: keyof Kinds, body: object): Promise<void> {
  try {
    await custom.createNamespacedCustomObject({ ...place, plural, body });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

/**
 * Waits until Velero can use the location.
 * @throws VeleroError with what Velero says of it, or where it says nothing for as long as that.
 */
export async function awaitLocation(clients: Clients, name: string, timeoutSeconds: number): Promise<void> {
  const location = await until(timeoutSeconds, async () => {
    const found = await read(clients, "backupstoragelocations", name);
    return found?.status?.phase === "Available" ? found : undefined;
  });
  if (location) return;
  const found = await read(clients, "backupstoragelocations", name);
  if (!found) throw new VeleroError(`Velero has no backup location ${name}: is backup.enabled on in the stack?`);
  const why = found.status?.message ?? "it has not looked at it: are its pods running?";
  throw new VeleroError(
    `Velero cannot use its backup location ${name} (bucket ${found.spec.objectStorage.bucket}): ${why}`,
  );
}

/** What `look` gives once it gives something; undefined where that takes longer. */
export async function until<Found>(
  timeoutSeconds: number,
  look: () => Promise<Found | undefined>,
  pauseMs = 1000,
): Promise<Found | undefined> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > deadline) return found;
    await sleep(pauseMs);
  }
}
