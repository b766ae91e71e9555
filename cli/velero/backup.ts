/** Backing a cluster up, or some of its namespaces. */
import { resourcePolicy } from "../../components/backup/volumes";
import type { Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { ask, awaitLocation, list } from "./client";
import { finish } from "./finish";
import type { Backup } from "./objects";
import type { Outcome } from "./outcome";

export interface BackupRequest {
  /** A DNS label; the same name again waits for the backup that is there. */
  name: string;
  /** Unset: all. */
  namespaces?: string[];
  /** Left out, whatever else is asked for. */
  excludedNamespaces?: string[];
  labels?: Record<string, string>;
  /** Only what has these labels, and what that needs; unset: everything. */
  only?: Record<string, string>;
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
  const { name, namespaces, excludedNamespaces, labels, only, location = "default" } = request;
  await awaitLocation(clients, location, 120);
  await ask(clients, "backups", {
    metadata: { name, labels },
    spec: {
      ...(namespaces ? { includedNamespaces: namespaces } : {}),
      ...(excludedNamespaces ? { excludedNamespaces } : {}),
      ...(only ? { labelSelector: { matchLabels: only } } : {}),
      storageLocation: location,
      ttl: `${request.retentionDays * 24}h0m0s`,
      defaultVolumesToFsBackup: true,
      snapshotVolumes: false,
      resourcePolicy,
    },
  });
  return finish(clients, "backups", request, say);
}

/** Whole backups that a restore can be made from, the newest first. */
export async function completedBackups(clients: Clients): Promise<Backup[]> {
  const backups = await list(clients, "backups");
  const started = ({ status }: Backup) => Date.parse(status?.startTimestamp ?? "");
  return backups.filter(({ status }) => status?.phase === "Completed").sort((a, b) => started(b) - started(a));
}
