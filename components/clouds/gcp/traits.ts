/** What GKE offers, in the platform's words. */
import type { DnsTrait, MonitoringTrait, StorageClassTrait } from "../../cluster";
import type { Project } from "./project";
import * as pulumi from "@pulumi/pulumi";

const persistentDisk = "pd.csi.storage.gke.io";

/**
 * Three classes are GKE's own, in every cluster: https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes#storageclasses.
 * `standard` is one of them, and a class cannot be changed: it is the in-tree driver's, of spinning disks in whatever zone.
 * So claims that name no class get `standard-rwo`, as GKE means them to. Google encrypts every disk by itself.
 */
export function storageClasses(): StorageClassTrait[] {
  return [
    disk("standard-rwo", "pd-balanced", { default: true, adopted: true }),
    disk("premium", "pd-ssd", {}),
    disk("premium-rwo", "pd-ssd", { adopted: true }),
    disk("standard", "pd-standard", {
      adopted: true,
      provisioner: "kubernetes.io/gce-pd",
      volumeBindingMode: "Immediate",
    }),
  ];
}

function disk(name: string, type: string, changes: Partial<StorageClassTrait>): StorageClassTrait {
  return {
    name,
    provisioner: persistentDisk,
    parameters: { type },
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
