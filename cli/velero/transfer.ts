/**
 * The files of volumes from one cluster to the other, and nothing else: each volume by a PodVolumeBackup and a
 * PodVolumeRestore of its own, all at once. A Backup would list every kind of object first, take one pod after the other,
 * and look every 5 s for whether a volume is done (`waitUntilPVBsProcessed` in pkg/backup/backup.go of Velero 1.18).
 */
import { present, type Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { create, list, read, until, VeleroError } from "./client";
import { isHeld } from "./held";
import { maintainRepositories } from "./maintain";
import { veleroNamespace, type PodVolumeBackup, type PodVolumeRestore } from "./objects";
import { formatBytes, volumeOf, type VolumeOutcome } from "./outcome";

export interface TransferRequest {
  /** Whose volumes are brought as they are now: a whole backup of the source, entered at the target too. */
  backup: string;
  /** The source's bucket at the target. */
  location: string;
  /** For each volume's way out, and for its way in. */
  timeoutSeconds: number;
}

export interface Transferred {
  /** What was read at the source. */
  backedUp: VolumeOutcome[];
  /** What has come to the target. */
  restored: VolumeOutcome[];
}

interface Sides {
  source: Clients;
  target: Clients;
}

/** Marks what is asked for here, among the volumes of the backup. */
const mark = { key: "platform/migration", value: "last" };

/**
 * Each volume's backup leaves one or two files behind that only a repository's maintenance merges, and with 16 of them
 * nobody can read it who may not write: docs/decisions/reading-another-cloud.md. So many volumes of a namespace are taken
 * without another maintenance.
 */
const untidied = 6;

const pauseMs = 200;

/** As Velero has asked for them when it made the backup. */
export async function volumesOf(source: Clients, backup: string): Promise<PodVolumeBackup[]> {
  const all = await list(source, "podvolumebackups", `velero.io/backup-name=${backup}`);
  return all.filter(({ metadata }) => metadata.labels?.[mark.key] === undefined);
}

/**
 * Brings the files of every volume of the backup, as they are now, to the pods that wait for them. The source's
 * repositories have been maintained since the backup. May be called again: what has been asked for is waited for.
 * @throws VeleroError where one volume does not come whole, or has got its first file, or lost its last, since the backup.
 */
export async function transfer(sides: Sides, request: TransferRequest, say: Say): Promise<Transferred> {
  const { source, target } = sides;
  const uid = (await read(target, "backups", request.backup))?.metadata.uid;
  if (uid === undefined)
    throw new VeleroError(`The target has no entry of ${request.backup}: somebody has deleted it.`);
  const owner = { apiVersion: "velero.io/v1", kind: "Backup", name: request.backup, uid, controller: true };
  const volumes = await volumesOf(source, request.backup);
  const reads = volumes.map((volume) => readOut(source, volume, request, say));
  const all = Promise.all(reads);
  const tidied = isCrowded(volumes) ? all.then((backups) => tidy(source, backups, request, say)) : undefined;
  // The first that fails is told of below, by whoever waits for it.
  all.catch(() => undefined);
  tidied?.catch(() => undefined);
  const restored = await Promise.all(
    reads.map(async (reading) => {
      const backup = await reading;
      await tidied;
      return hasFiles(backup) ? [await writeIn(target, backup, owner, request, say)] : [];
    }),
  );
  return { backedUp: (await all).filter(hasFiles).map(volumeOf), restored: restored.flat().map(volumeOf) };
}

async function readOut(
  source: Clients,
  volume: PodVolumeBackup,
  { timeoutSeconds }: TransferRequest,
  say: Say,
): Promise<PodVolumeBackup> {
  const { namespace, name: podName } = volume.spec.pod;
  const pod = await present(source.core.readNamespacedPod({ namespace, name: podName }));
  if (!pod?.spec?.nodeName) throw new VeleroError(`The pod ${namespace}/${podName} does not run any more.`);
  const { labels, annotations, ownerReferences } = volume.metadata as PodVolumeBackup["metadata"] & {
    annotations?: Record<string, string>;
    ownerReferences?: unknown[];
  };
  const name = `${volume.metadata.name}-last`;
  await create(source, "podvolumebackups", {
    apiVersion: "velero.io/v1",
    kind: "PodVolumeBackup",
    // Velero deletes the files with the backup that they belong to by label.
    metadata: {
      name,
      namespace: veleroNamespace,
      labels: { ...labels, [mark.key]: mark.value },
      annotations,
      ownerReferences,
    },
    spec: {
      ...volume.spec,
      node: pod.spec.nodeName,
      pod: { kind: "Pod", namespace, name: podName, uid: pod.metadata?.uid },
    },
  });
  const backup = await ended(`the backup ${name}`, timeoutSeconds, () => read(source, "podvolumebackups", name));
  if (hasFiles(backup) !== hasFiles(volume)) {
    const now = hasFiles(backup) ? "has its first file" : "has no file any more";
    throw new VeleroError(`The volume ${volume.spec.volume} of ${namespace}/${podName} ${now}: run it again.`);
  }
  say(`${namespace}/${podName}: ${volume.spec.volume} is read (${formatBytes(volumeOf(backup).bytes)})`);
  return backup;
}

async function writeIn(
  target: Clients,
  backup: PodVolumeBackup,
  owner: object,
  { location, timeoutSeconds }: TransferRequest,
  say: Say,
): Promise<PodVolumeRestore> {
  const { pod: place, volume } = backup.spec;
  const { namespace, name: podName } = place;
  const { uploaderType } = backup.spec as PodVolumeBackup["spec"] & { uploaderType?: string };
  const { name } = backup.metadata;
  const find = () => present(target.core.readNamespacedPod({ namespace, name: podName }));
  const pod = await find();
  await create(target, "podvolumerestores", {
    apiVersion: "velero.io/v1",
    kind: "PodVolumeRestore",
    metadata: {
      name,
      namespace: veleroNamespace,
      // By the pod's uid Velero's agent finds it, by the owner's it names the file that the pod waits for.
      labels: { "velero.io/pod-uid": pod?.metadata?.uid, [mark.key]: mark.value },
      ownerReferences: [owner],
    },
    spec: {
      pod: { kind: "Pod", namespace, name: podName, uid: pod?.metadata?.uid },
      volume,
      snapshotID: backup.status?.snapshotID,
      backupStorageLocation: location,
      repoIdentifier: "",
      uploaderType,
      sourceNamespace: namespace,
    },
  });
  const restored = await ended(`the restore ${name}`, timeoutSeconds, async () => {
    const found = await read(target, "podvolumerestores", name);
    if (found?.status?.phase !== "Completed" && !isHeld(await find())) {
      // It may have ended between the two looks.
      const again = await read(target, "podvolumerestores", name);
      if (again?.status?.phase === "Completed") return again;
      throw new VeleroError(`The pod ${namespace}/${podName} does not wait for its volumes any more: run it again.`);
    }
    return found;
  });
  say(`${namespace}/${podName}: ${volume} is there`);
  return restored;
}

/** Its end, where that is a good one. */
async function ended<Found extends PodVolumeBackup>(
  what: string,
  timeoutSeconds: number,
  look: () => Promise<Found | undefined>,
): Promise<Found> {
  const found = await until(
    timeoutSeconds,
    async () => {
      const one = await look();
      return ["Completed", "Failed", "Canceled"].includes(one?.status?.phase ?? "") ? one : undefined;
    },
    pauseMs,
  );
  if (found?.status?.phase === "Completed") return found;
  const why = found?.status?.message ?? found?.status?.phase ?? `not within ${timeoutSeconds} s`;
  throw new VeleroError(`${what} did not succeed: ${why}`);
}

function hasFiles({ status }: PodVolumeBackup): boolean {
  return status?.snapshotID !== undefined && status.snapshotID !== "";
}

/** A namespace's volumes share a repository. */
function isCrowded(volumes: PodVolumeBackup[]): boolean {
  const many = new Map<string, number>();
  for (const { spec } of volumes) many.set(spec.pod.namespace, (many.get(spec.pod.namespace) ?? 0) + 1);
  return [...many.values()].some((count) => count > untidied);
}

async function tidy(
  source: Clients,
  backups: PodVolumeBackup[],
  { timeoutSeconds }: TransferRequest,
  say: Say,
): Promise<void> {
  const ends = backups.map(({ status }) => Date.parse(status?.completionTimestamp ?? ""));
  await maintainRepositories(source, { since: new Date(Math.max(...ends)), timeoutSeconds }, say);
}
