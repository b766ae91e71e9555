/**
 * Tidying the repositories of files up, now and not within the hour: whoever reads them without the right to write must
 * find them so. docs/decisions/reading-another-cloud.md
 */
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { list, place, read, until, VeleroError } from "./client";
import type { BackupRepository } from "./objects";

export interface MaintenanceRequest {
  /** The end of the backup that it is for: maintenance after that is enough. */
  since: Date;
  /** Whose repositories. Unset: the stack's own bucket's. */
  location?: string;
  /** For each repository. */
  timeoutSeconds: number;
}

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/**
 * Has Velero maintain each repository of a location, one after the other, where it has not done so since.
 * @returns the names of those that it has maintained now.
 * @throws VeleroError with what Velero says of one that could not be.
 */
export async function maintainRepositories(
  clients: Clients,
  { since, location = "default", timeoutSeconds }: MaintenanceRequest,
  say: Say,
): Promise<string[]> {
  const repositories = await list(clients, "backuprepositories");
  const due = repositories.filter((one) => one.spec.backupStorageLocation === location && !isMaintained(one, since));
  for (const { metadata, spec } of due) {
    say(`maintains the repository of ${spec.volumeNamespace}`);
    // Velero looks at a repository when its specification changes, and does what is due then.
    await setFrequency(clients, metadata.name, "1s");
    try {
      await awaitMaintenance(clients, metadata.name, since, timeoutSeconds);
    } finally {
      await setFrequency(clients, metadata.name, spec.maintenanceFrequency);
    }
  }
  return due.map(({ metadata }) => metadata.name);
}

async function awaitMaintenance(clients: Clients, name: string, since: Date, timeoutSeconds: number): Promise<void> {
  const done = await until(timeoutSeconds, async () => {
    const repository = await read(clients, "backuprepositories", name);
    if (!repository) throw new VeleroError(`The repository ${name} is gone: somebody has deleted it.`);
    const failure = repository.status?.recentMaintenance?.find(
      ({ result, startTimestamp }) => result === "Failed" && Date.parse(startTimestamp ?? "") > since.getTime(),
    );
    if (failure)
      throw new VeleroError(`The repository ${name} could not be maintained: ${failure.message ?? "Failed"}`);
    return isMaintained(repository, since) ? true : undefined;
  });
  if (!done) throw new VeleroError(`The repository ${name} was not maintained within ${timeoutSeconds} s.`);
}

/** Kubernetes' times have no fractions of seconds: one of the same second may have been before. */
function isMaintained({ status }: BackupRepository, since: Date): boolean {
  return Date.parse(status?.lastMaintenanceTime ?? "") > since.getTime();
}

async function setFrequency({ custom }: Clients, name: string, maintenanceFrequency: string): Promise<void> {
  await custom.patchNamespacedCustomObject(
    { ...place, plural: "backuprepositories", name, body: { spec: { maintenanceFrequency } } },
    merge,
  );
}
