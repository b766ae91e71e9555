/** Volumes that pods name themselves. */
import type { V1Volume } from "@kubernetes/client-node";
import type { Check, Report } from "../report";
import type { Workload } from "../../../validate/checks/workloads";
import { ofKind } from "../view";

export const checkPodVolumes: Check = ({ view }, report) => {
  for (const workload of view.workloads) {
    for (const volume of workload.pod.volumes ?? []) checkVolume(workload, volume, report);
    excluded(workload, report);
  }
};

/** Volumes of a cloud's disks and shares, as pods named them before there were drivers. */
const disks = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "gcePersistentDisk",
  "cinder",
  "vsphereVolume",
] as const;

/** Servers that the cluster does not have itself. */
const servers = ["nfs", "iscsi", "fc", "cephfs", "rbd", "glusterfs"] as const;

function checkVolume(workload: Workload, volume: V1Volume, report: Report): void {
  const { placed, path } = workload;
  const { object } = placed;
  const field = `${path.join(".")}.volumes.${volume.name}`;
  if (volume.hostPath) {
    const { path: folder } = volume.hostPath;
    const told = { field, what: `${folder} is a folder of a node, which is in no backup` };
    if (object.kind === "DaemonSet") {
      report.note("host-path", object, { ...told, then: "an agent of its node: what it keeps there begins anew" });
    } else if (readsNode.test(folder) && readOnly(workload, volume.name)) {
      report.note("host-path", object, { ...told, then: "it only reads what every node has: nothing to do" });
    } else {
      report.blocking("host-path", object, {
        ...told,
        then: "copy the data to a claim first, or accept that it stays behind",
      });
    }
  }
  const disk = disks.find((kind) => volume[kind] !== undefined);
  if (disk) {
    report.blocking("inline-volume", object, {
      field,
      what: `${disk}: a disk or share that the pod names itself, in the source's cloud`,
      then: "copy the data to a claim first, and mount that",
    });
  }
  const server = servers.find((kind) => volume[kind] !== undefined);
  if (server) {
    report.note("inline-volume", object, {
      field,
      what: `${server}: a server outside of the cluster, which is not moved`,
      then: "see that the target's network reaches it; the data stays where it is, and the backup does not take it",
    });
  }
  if (
    volume.csi &&
    /(secrets-store|azurefile|file|blob|s3|gcsfuse|efs|fsx)\.csi|csi\.(azure|aws)/.test(volume.csi.driver)
  ) {
    report.blocking("inline-volume", object, {
      field,
      what: `driver ${volume.csi.driver}, which the target does not have`,
      then: "mount a claim or a Secret in its place, or install the driver on the target and accept this",
    });
  }
  if (volume.emptyDir) {
    report.note("empty-dir", object, {
      field,
      what: "what is in it goes with the pod, on the source as well",
      then: "nothing, where it is a cache; else claim a volume",
    });
  }
}

/** What every Linux node has. */
const readsNode = /^\/(var\/(log|lib\/(docker|containerd|kubelet))|proc|sys|etc|run|dev|lib\/modules|usr|boot)(\/|$)/;

function readOnly({ pod }: Workload, name: string): boolean {
  const mounts = [...pod.containers, ...(pod.initContainers ?? [])].flatMap(({ volumeMounts = [] }) => volumeMounts);
  return mounts.filter((mount) => mount.name === name).every((mount) => mount.readOnly === true);
}

const excludes = "backup.velero.io/backup-volumes-excludes";

/** https://velero.io/docs/v1.18/file-system-backup/#using-the-opt-out-approach */
function excluded({ placed: { object }, pod }: Workload, report: Report): void {
  const template = (object.spec as { template?: { metadata?: { annotations?: Record<string, string> } } } | undefined)
    ?.template?.metadata;
  const names = ((object.kind === "Pod" ? object.metadata : template)?.annotations?.[excludes] ?? "").split(",");
  const claims = names.filter((name) =>
    pod.volumes?.some((volume) => volume.name === name.trim() && volume.persistentVolumeClaim !== undefined),
  );
  const templates = (object.spec as { volumeClaimTemplates?: { metadata?: { name?: string } }[] } | undefined)
    ?.volumeClaimTemplates;
  const own = names.filter((name) => templates?.some(({ metadata }) => metadata?.name === name.trim()));
  for (const name of [...claims, ...own]) {
    report.blocking("volume-excluded", object, {
      field: `metadata.annotations["${excludes}"]`,
      what: `volume ${name.trim()} is left out of every backup`,
      then: "take the annotation away for the move, or accept that its data stays behind",
    });
  }
}

/** Volumes that were made by hand and that no claim has: nobody's data, told once. */
export const checkVolumes: Check = ({ view }, report) => {
  for (const volume of ofKind(view.mine, "", "PersistentVolume")) {
    const { claimRef, persistentVolumeReclaimPolicy } = (volume.spec ?? {}) as {
      claimRef?: object;
      persistentVolumeReclaimPolicy?: string;
    };
    const { phase } = (volume["status"] ?? {}) as { phase?: string };
    if (claimRef !== undefined && phase !== "Released") continue;
    report.adapted(
      "volume-unmounted",
      volume,
      {
        what: `it is ${phase ?? "nobody's"} (${persistentVolumeReclaimPolicy ?? "Retain"}): a volume of the source's cloud without a claim`,
        then: "left out; what is on it stays at the source's cloud",
      },
      { leftOut: "object" },
    );
  }
};
