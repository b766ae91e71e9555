/**
 * The local-path provisioner: a claim gets a folder on the node that the scheduler has chosen for its first pod, and
 * loses it with the claim.
 *
 * Source: provisioner.go of github.com/rancher/local-path-provisioner v0.0.35.
 */
import {
  CoreV1Api,
  StorageV1Api,
  type V1PersistentVolume,
  type V1PersistentVolumeClaim,
  type V1StorageClass,
} from "@kubernetes/client-node";
import { ignoring, isConflict, present } from "../controlplane/errors";
import type { StandInContext } from "../controlplane/standins";
import { startLoop, type Again, type Loop } from "../controlplane/standins/loop";
import { persistentVolume } from "../controlplane/standins/persistent-volume";

const provisioner = "rancher.io/local-path";
const provisionedBy = "pv.kubernetes.io/provisioned-by";
const selectedNode = "volume.kubernetes.io/selected-node";
const storageProvisioner = "volume.kubernetes.io/storage-provisioner";

/** @param folder of the node that holds the volumes' folders. */
export function startLocalPath(context: StandInContext, folder: string): Loop[] {
  const core = context.config.makeApiClient(CoreV1Api);
  const storage = context.config.makeApiClient(StorageV1Api);

  const provision = async (claim: V1PersistentVolumeClaim): Promise<Again> => {
    const { metadata, spec } = claim;
    const node = metadata?.annotations?.[selectedNode];
    const isOurs = metadata?.annotations?.[storageProvisioner] === provisioner;
    if (!isOurs || !node || spec?.volumeName || metadata.deletionTimestamp) return undefined;
    const storageClass = await present(storage.readStorageClass({ name: spec?.storageClassName ?? "" }));
    if (!storageClass) return 2;
    const refusal = refuse(claim);
    if (refusal) {
      context.log(`${context.cluster.name}: ${metadata.namespace}/${metadata.name}: ${refusal}`);
      return 10;
    }
    await ignoring(isConflict, core.createPersistentVolume({ body: localVolume(claim, storageClass, node, folder) }));
    return undefined;
  };

  const remove = async ({ metadata, spec, status }: V1PersistentVolume): Promise<void> => {
    const isOurs = metadata?.annotations?.[provisionedBy] === provisioner;
    const released = status?.phase === "Released" && spec?.persistentVolumeReclaimPolicy === "Delete";
    if (!isOurs || !released || metadata?.deletionTimestamp) return;
    await core.deletePersistentVolume({ name: metadata?.name ?? "" });
  };

  return [
    startLoop<V1PersistentVolumeClaim>(
      context,
      "/api/v1/persistentvolumeclaims",
      () => core.listPersistentVolumeClaimForAllNamespaces(),
      provision,
    ),
    startLoop<V1PersistentVolume>(context, "/api/v1/persistentvolumes", () => core.listPersistentVolume(), remove),
  ];
}

/** Why the provisioner gives this claim nothing, in its own words. */
export function refuse({ spec }: V1PersistentVolumeClaim): string | undefined {
  if (spec?.selector) return "claim.Spec.Selector is not supported";
  const shared = spec?.accessModes?.some((mode) => mode !== "ReadWriteOnce" && mode !== "ReadWriteOncePod");
  return shared ? "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes" : undefined;
}

export function localVolume(
  claim: V1PersistentVolumeClaim,
  storageClass: V1StorageClass,
  node: string,
  folder: string,
): V1PersistentVolume {
  const { metadata, spec } = claim;
  const path = `${folder}/pvc-${metadata?.uid}_${metadata?.namespace}_${metadata?.name}`;
  const isLocal = storageClass.metadata?.annotations?.["defaultVolumeType"] === "local";
  return persistentVolume(claim, storageClass, {
    spec: {
      // As it was asked for: a folder has no size of its own.
      capacity: { storage: spec?.resources?.requests?.["storage"] ?? "0" },
      ...(isLocal ? { local: { path } } : { hostPath: { path, type: "DirectoryOrCreate" } }),
    },
    place: { label: "kubernetes.io/hostname", values: [node] },
  });
}
