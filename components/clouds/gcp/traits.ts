/** What GKE offers, in the platform's words. */
import type { DnsTrait, MonitoringTrait, StorageClassTrait } from "../../cluster";
import type { Network } from "./network";
import type { Project } from "./project";
import * as pulumi from "@pulumi/pulumi";

/**
 * Three classes are GKE's own, in every cluster: https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes#storageclasses.
 * `standard` is one of them, and a class cannot be changed: it is the in-tree driver's, of spinning disks in whatever zone.
 * So claims that name no class get `standard-rwo`, as GKE means them to. Google encrypts every disk by itself.
 *
 * @param network where asked for shared volumes: Filestore is given an address in it
 */
export function storageClasses(network?: Network): StorageClassTrait[] {
  return [
    storageClass("standard-rwo", { type: "pd-balanced" }, { default: true, adopted: true }),
    storageClass("premium", { type: "pd-ssd" }),
    storageClass("premium-rwo", { type: "pd-ssd" }, { adopted: true }),
    storageClass(
      "standard",
      { type: "pd-standard" },
      {
        adopted: true,
        provisioner: "kubernetes.io/gce-pd",
        volumeBindingMode: "Immediate",
      },
    ),
    ...(network ? [shared(network)] : []),
  ];
}

/**
 * GKE's own classes of Filestore are of the network called `default`. The tier's smallest volume has 1 TiB:
 * https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/filestore-csi-driver
 */
function shared({ id }: Network): StorageClassTrait {
  const network = id.apply((path) => path.split("/").at(-1) ?? path);
  return storageClass(
    "shared",
    { tier: "standard", network },
    { provisioner: "filestore.csi.storage.gke.io", accessModes: ["ReadWriteMany"] },
  );
}

/** Of Persistent Disk unless changed. */
function storageClass(
  name: string,
  parameters: StorageClassTrait["parameters"],
  changes: Partial<StorageClassTrait> = {},
): StorageClassTrait {
  return {
    name,
    provisioner: "pd.csi.storage.gke.io",
    parameters,
    default: false,
    adopted: false,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    accessModes: ["ReadWriteOnce"],
    ...changes,
  };
}

/** Google runs the control plane; nothing of it can be scraped. Cluster DNS is kube-dns, and there is no kube-proxy. */
export const monitoring: MonitoringTrait = {
  etcd: false,
  scheduler: false,
  controllerManager: false,
  kubeProxy: false,
  coreDns: false,
  kubeDns: true,
};

export function dns(project: Project, zone: string): DnsTrait {
  return {
    provider: "google",
    zoneId: pulumi.output(zone),
    // By its name the zone is found without the right to look at all others.
    acmeSolver: { dns01: { cloudDNS: { project: project.id, hostedZoneName: zone } } },
  };
}
