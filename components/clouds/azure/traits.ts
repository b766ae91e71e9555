/** What AKS offers, in the platform's words. */
import type { MonitoringTrait, StorageClassTrait } from "../../cluster";
import type { PlatformConfig } from "../../config/types";

/**
 * Ours are on disks of the node's zone. Parameters:
 * https://github.com/kubernetes-sigs/azuredisk-csi-driver/blob/master/docs/driver-parameters.md; Azure encrypts every disk.
 *
 * `default` and `managed-premium` are born with the cluster. Their parameters depend on the zones and the version that it
 * was created with (https://github.com/Azure/AKS/issues/5316) and can never be changed, so none are laid over them;
 * what matters is that `default` stops being the default.
 */
export function storageClasses({ storage }: Pick<PlatformConfig, "storage">): StorageClassTrait[] {
  return [
    disk("standard", { skuName: "StandardSSD_LRS" }, true),
    disk("premium", { skuName: "Premium_LRS" }, false),
    ...(storage.shared ? [shared] : []),
    { ...disk("managed-premium", {}, false), adopted: true },
    { ...disk("default", {}, false), adopted: true },
  ];
}

function disk(name: string, parameters: Record<string, string>, isDefault: boolean): StorageClassTrait {
  return {
    name,
    provisioner: "disk.csi.azure.com",
    parameters,
    default: isDefault,
    adopted: false,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    accessModes: ["ReadWriteOnce"],
  };
}

/**
 * Shares of Azure Files, spoken to by SMB, in an account that the driver makes beside the nodes:
 * https://learn.microsoft.com/azure/aks/create-volume-azure-files
 */
const shared: StorageClassTrait = {
  ...disk("shared", { skuName: "Standard_LRS" }, false),
  provisioner: "file.csi.azure.com",
  accessModes: ["ReadWriteMany"],
};

/** AKS runs the control plane and shows only the API server; Cilium does what kube-proxy would. */
export const monitoring: MonitoringTrait = {
  etcd: false,
  scheduler: false,
  controllerManager: false,
  kubeProxy: false,
  coreDns: true,
  kubeDns: false,
};
