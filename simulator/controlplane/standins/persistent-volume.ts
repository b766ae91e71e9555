/** The PersistentVolume that a driver's provisioner makes for a claim. */
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from "@kubernetes/client-node";
import type { Driver } from "./drivers";

/**
 * @param size bytes asked for; clouds sell whole GiB.
 * @param zone that the volume lives in, and its pods with it.
 */
export function volumeFor(
  claim: V1PersistentVolumeClaim,
  storageClass: V1StorageClass,
  driver: Driver,
  size: number,
  zone: string,
): V1PersistentVolume {
  const { metadata, spec } = claim;
  const volumeId = driver.volumeId(metadata?.uid ?? "");
  const parameters = storageClass.parameters ?? {};
  const fsType = parameters["csi.storage.k8s.io/fstype"] ?? parameters["fsType"] ?? "ext4";
  // A class with the in-tree provisioner gets volumes in the in-tree form, which Kubernetes hands on to the driver.
  const inTree = storageClass.provisioner === driver.replaces;
  return {
    metadata: {
      name: `pvc-${metadata?.uid}`,
      annotations: {
        "pv.kubernetes.io/provisioned-by": storageClass.provisioner,
        ...(inTree ? { "pv.kubernetes.io/migrated-to": driver.name } : {}),
      },
    },
    spec: {
      accessModes: spec?.accessModes,
      capacity: { storage: `${Math.ceil(size / 2 ** 30)}Gi` },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: metadata?.name,
        namespace: metadata?.namespace,
        uid: metadata?.uid,
        resourceVersion: metadata?.resourceVersion,
      },
      ...(inTree
        ? { awsElasticBlockStore: { volumeID: volumeId, fsType } }
        : { csi: { driver: driver.name, volumeHandle: volumeId, fsType } }),
      mountOptions: storageClass.mountOptions,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata?.name,
      volumeMode: spec?.volumeMode,
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: [zone] }] },
          ],
        },
      },
    },
  };
}
