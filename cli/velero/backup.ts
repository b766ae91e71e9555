/** Backing a cluster up, or some of its namespaces. */
import { resourcePolicy } from "../../components/backup/volumes";
import type { Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { ask, awaitLocation, list, read, until, VeleroError } from "./client";
import type { Backup } from "./objects";
import { hasEnded, outcomeOf, progressLine, type Outcome } from "./outcome";

export interface BackupRequest {
  /** A DNS label; the same name again waits for the backup that is there. */
  name: string;
  /** Unset: all. */
  namespaces?: string[];
  /** Left out, whatever else is asked for. */
  excludedNamespaces?: string[];
  labels?: Record<string, string>;
  /** Unset: the stack's own bucket. */
  location?: string;
  retentionDays: number;
  timeoutSeconds: number;
}

/**
 * Makes a backup and waits for its end.
 * @throws VeleroError where it is not whole.
 */
export async function backUp(clients: Clients, request: BackupRequest, say: Say): Promise<Outcome> {
  const { name, namespaces, excludedNamespaces, labels, location = "default" } = request;
  await awaitLocation(clients, location, 120);
  await ask(clients, "backups", {
    metadata: { name, labels },
    spec: {
      ...(namespaces ? { includedNamespaces: namespaces } : {}),
      ...(excludedNamespaces ? { excludedNamespaces } : {}),
      storageLocation: location,
      ttl: `${request.retentionDays * 24}h0m0s`,
      defaultVolumesToFsBackup: true,
      snapshotVolumes: false,
      resourcePolicy,
    },
  });
  const ended = await until(request.timeoutSeconds, async () => {
    const backup = await read(clients, "backups", name);
    if (!backup) throw new VeleroError(`The backup ${name} is gone: somebody has deleted it. Run the command again.`);
    say(`${name}: ${progressLine(backup, await volumesOf(clients, name))}`);
    return hasEnded(backup) ? backup : undefined;
  });
  if (!ended) {
    throw new VeleroError(
      `The backup ${name} has not ended within ${request.timeoutSeconds} s; it goes on. Run the command again to wait for it.`,
    );
  }
  return outcomeOf(ended, await volumesOf(clients, name));
}

/** Whole backups that a restore can be made from, the newest first. */
export async function completedBackups(clients: Clients): Promise<Backup[]> {
  const backups = await list(clients, "backups");
  const started = ({ status }: Backup) => Date.parse(status?.startTimestamp ?? "");
  return backups.filter(({ status }) => status?.phase === "Completed").sort((a, b) => started(b) - started(a));
}

function volumesOf(clients: Clients, backup: string) {
  return list(clients, "podvolumebackups", `velero.io/backup-name=${backup}`);
}
