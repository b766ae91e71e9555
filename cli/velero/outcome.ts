/** How a backup or a restore ended. */
import { VeleroError } from "./client";
import type { Backup, Phase, PodVolumeBackup, Restore } from "./objects";

/** One volume's files. */
export interface VolumeOutcome {
  namespace: string;
  pod: string;
  volume: string;
  bytes: number;
}

export interface Outcome {
  name: string;
  /** Kubernetes objects. */
  items: number;
  warnings: number;
  /** ISO 8601, UTC. */
  started: string;
  ended: string;
  volumes: VolumeOutcome[];
}

const ended: Phase[] = ["Completed", "PartiallyFailed", "Failed", "FailedValidation"];

export function hasEnded({ status }: Backup | Restore): boolean {
  return status?.phase !== undefined && ended.includes(status.phase);
}

/**
 * What was done, where all of it was.
 * @param volumes what the node agents say of each volume.
 * @throws VeleroError with everything that is known of what was not: nothing less than the whole is a backup.
 */
export function outcomeOf(one: Backup | Restore, volumes: PodVolumeBackup[]): Outcome {
  const { metadata, status = {} } = one;
  const lost = volumes.filter((volume) => volume.status?.phase !== "Completed");
  if (status.phase !== "Completed" || lost.length > 0) {
    const what = "backupName" in one.spec ? "restore" : "backup";
    throw new VeleroError(
      [
        `The ${what} ${metadata.name} is ${status.phase ?? "without a phase"}.`,
        ...(status.validationErrors ?? []),
        ...(status.failureReason === undefined ? [] : [status.failureReason]),
        ...lost.map(
          ({ spec, status: own }) =>
            `Volume ${spec.volume} of pod ${spec.pod.namespace}/${spec.pod.name}: ${own?.message ?? own?.phase ?? "not begun"}`,
        ),
        ...((status.errors ?? 0) > 0 ? [`${status.errors} errors: velero ${what} logs ${metadata.name}`] : []),
      ].join("\n"),
    );
  }
  const progress = status.progress;
  return {
    name: metadata.name,
    items: progress?.totalItems ?? 0,
    warnings: status.warnings ?? 0,
    started: status.startTimestamp ?? "",
    ended: status.completionTimestamp ?? "",
    volumes: volumes.map(volumeOf),
  };
}

/** What a node agent says of one volume. */
export function volumeOf({ spec, status }: PodVolumeBackup): VolumeOutcome {
  return {
    namespace: spec.pod.namespace,
    pod: spec.pod.name,
    volume: spec.volume,
    bytes: status?.progress?.totalBytes ?? 0,
  };
}

/** `212 of 600 objects, volumes 3 of 7 (1.2 GiB)`. */
export function progressLine({ status }: Backup | Restore, volumes: PodVolumeBackup[]): string {
  const progress = (status?.progress ?? {}) as { totalItems?: number; itemsBackedUp?: number; itemsRestored?: number };
  const objects = `${progress.itemsBackedUp ?? progress.itemsRestored ?? 0} of ${progress.totalItems ?? "?"} objects`;
  if (volumes.length === 0) return objects;
  const done = volumes.filter((volume) => volume.status?.phase === "Completed").length;
  const bytes = volumes.reduce((sum, volume) => sum + (volume.status?.progress?.bytesDone ?? 0), 0);
  return `${objects}, volumes ${done} of ${volumes.length} (${formatBytes(bytes)})`;
}

/** Bytes of all volumes together. */
export function bytesOf({ volumes }: Pick<Outcome, "volumes">): number {
  return volumes.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** `1.2 GiB` */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
