/** The PersistentVolume that a provisioner makes for a claim. */
import type {
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PersistentVolumeSpec,
  V1StorageClass,
} from "@kubernetes/client-node";
import type { Driver } from "./drivers";

/** What the provisioner decides itself. */
export interface Provisioned {
  annotations?: Record<string, string>;
  /** Size, source and mount options. */
  spec: Partial<V1PersistentVolumeSpec>;
  /** Label of the nodes that reach the volume; unset: all do. */
  place?: { label: string; values: string[] };
}

/** What every provisioner takes over from the claim and its class. */
export function persistentVolume(
  { metadata, spec }: V1PersistentVolumeClaim,
  storageClass: V1StorageClass,
  own: Provisioned,
): V1PersistentVolume {
  return {
    metadata: {
      name: `pvc-${metadata?.uid}`,
      annotations: { "pv.kubernetes.io/provisioned-by": storageClass.provisioner, ...own.annotations },
    },
    spec: {
      accessModes: spec?.accessModes,
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: metadata?.name,
        namespace: metadata?.namespace,
        uid: metadata?.uid,
        resourceVersion: metadata?.resourceVersion,
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata?.name,
      volumeMode: spec?.volumeMode,
      ...(own.place && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: own.place.label, operator: "In", values: own.place.values }] },
            ],
          },
        },
      }),
      ...own.spec,
    },
  };
}

/**
 * A volume of a cloud.
 *
 * @param size bytes asked for; clouds sell whole GiB.
 * @param places that the volume is reached from, and its pods live in: a zone mostly; none: it is reached from everywhere.
 */
export function volumeFor(
  claim: V1PersistentVolumeClaim,
  storageClass: V1StorageClass,
  driver: Driver,
  size: number,
  places: string[],
): V1PersistentVolume {
  const volumeId = driver.volumeId(claim.metadata?.uid ?? "");
  const parameters = storageClass.parameters ?? {};
  const fsType = parameters["csi.storage.k8s.io/fstype"] ?? parameters["fsType"] ?? "ext4";
  // A class with the in-tree provisioner gets volumes in the in-tree form, which Kubernetes hands on to the driver.
  const inTree = storageClass.provisioner === driver.replaces;
  return persistentVolume(claim, storageClass, {
    ...(inTree ? { annotations: { "pv.kubernetes.io/migrated-to": driver.name } } : {}),
    spec: {
      capacity: { storage: `${Math.ceil(size / 2 ** 30)}Gi` },
      mountOptions: storageClass.mountOptions,
      ...(inTree
        ? inTreeSource(storageClass.provisioner, volumeId, fsType)
        : { csi: { driver: driver.name, volumeHandle: volumeId, fsType } }),
    },
    ...(places.length > 0 && {
      place: { label: driver.placeLabel ?? "topology.kubernetes.io/zone", values: places },
    }),
  });
}

/** The source that Kubernetes had for a cloud's volumes before there were drivers. */
function inTreeSource(provisioner: string, volumeID: string, fsType: string): Partial<V1PersistentVolumeSpec> {
  return provisioner === "kubernetes.io/gce-pd"
    ? { gcePersistentDisk: { pdName: volumeID.split("/").at(-1) ?? "", fsType } }
    : { awsElasticBlockStore: { volumeID, fsType } };
}
