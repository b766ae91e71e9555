/** Azure Disk and Azure Files. */
import { createHash } from "node:crypto";
import { subscriptionId } from "../../../azure/account";
import { machine } from "../../../azure/machines";
import type { Driver, VolumeRequest } from "../drivers";

const GiB = 2 ** 30;

/** Largest disk in GiB: https://learn.microsoft.com/azure/virtual-machines/disks-types */
const largest = 65_536;

/** https://learn.microsoft.com/azure/virtual-machines/disks-types#disk-type-comparison, in the driver's names */
const diskSkus = [
  ...["Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"],
  ...["PremiumV2_LRS", "UltraSSD_LRS"],
];

/** In lower case: github.com/kubernetes-sigs/azuredisk-csi-driver, docs/driver-parameters.md */
const diskParameters = new Set([
  ...["skuname", "storageaccounttype", "kind", "cachingmode", "location", "resourcegroup", "diskiopsreadwrite"],
  ...[
    "diskmbpsreadwrite",
    "logicalsectorsize",
    "tags",
    "tagvaluedelimiter",
    "diskencryptionsetid",
    "diskencryptiontype",
  ],
  ...["writeacceleratorenabled", "networkaccesspolicy", "publicnetworkaccess", "diskaccessid", "enablebursting"],
  ...["enableperformanceplus", "useragent", "subscriptionid", "maxshares", "incremental", "zoned", "fstype"],
  ...["attachdiskinitialdelay", "perfprofile", "csi.storage.k8s.io/fstype", "devicesettings/"],
]);

function skuOf(parameters: Record<string, string>): string {
  const sku = find(parameters, "skuname") ?? find(parameters, "storageaccounttype");
  return sku ?? "StandardSSD_LRS";
}

function find(parameters: Record<string, string>, name: string): string | undefined {
  return Object.entries(parameters).find(([key]) => key.toLowerCase() === name)?.[1];
}

export const azureDisk: Driver = {
  name: "disk.csi.azure.com",
  topologyKey: "topology.disk.csi.azure.com/zone",
  placeLabel: "topology.disk.csi.azure.com/zone",
  // A fault domain is no zone.
  placeOf: (zone) => (/^[a-z]/.test(zone) ? zone : ""),
  isRegional: (parameters) => skuOf(parameters).endsWith("_ZRS"),
  attachLimit: (instanceType) => machine(instanceType)?.disks ?? 8,
  refuse({ parameters, accessModes, size }) {
    const unknown = Object.keys(parameters).find(
      (key) => !diskParameters.has(key.toLowerCase()) && !key.toLowerCase().startsWith("device-setting/"),
    );
    const sku = skuOf(parameters);
    if (unknown) {
      return `rpc error: code = InvalidArgument desc = Failed parsing disk parameters: invalid parameter ${unknown} in storage class`;
    }
    if (accessModes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany")) {
      return "rpc error: code = InvalidArgument desc = Volume capability not supported";
    }
    if (!diskSkus.includes(sku)) {
      return `rpc error: code = InvalidArgument desc = azureDisk - ${sku} is not supported sku/storageaccounttype. Supported values are [${diskSkus.join(" ")}]`;
    }
    const gib = Math.ceil(size / GiB);
    return gib > largest
      ? `rpc error: code = Internal desc = PUT disk: InvalidParameter: The value '${gib}' of parameter 'disk.diskSizeGb' is out of range. Value '${gib}' must be between '1' and '${largest}' inclusive.`
      : undefined;
  },
  volumeId: (claimUid) =>
    `/subscriptions/${subscriptionId}/resourceGroups/nodes/providers/Microsoft.Compute/disks/pvc-${claimUid}`,
};

/** In lower case: github.com/kubernetes-sigs/azurefile-csi-driver, docs/driver-parameters.md */
const fileParameters = new Set([
  ...["skuname", "storageaccounttype", "storageaccount", "enablelargefileshares", "protocol", "networkendpointtype"],
  ...["location", "resourcegroup", "sharename", "sharenameprefix", "folder", "foldername", "shareaccesstier"],
  ...["accountaccesstier", "server", "disabledeleteretentionpolicy", "allowblobpublicaccess", "requireinfraencryption"],
  ...["storageendpointsuffix", "tags", "matchtags", "selectrandommatchingaccount", "accountquota", "subscriptionid"],
  ...[
    "storeaccountkey",
    "getaccountkeyfromsecret",
    "secretname",
    "secretnamespace",
    "usedataplaneapi",
    "rootsquashtype",
  ],
  ...["mountpermissions", "fsgroupchangepolicy", "vnetresourcegroup", "vnetname", "subnetname", "vnetlinkname"],
  ...["publicnetworkaccess", "createaccount", "useragent", "allowsharedkeyaccess", "clientid", "encryptintransit"],
  ...["csi.storage.k8s.io/provisioner-secret-name", "csi.storage.k8s.io/provisioner-secret-namespace"],
]);

const fileSkus = [
  ...["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_RAGZRS", "Standard_GZRS"],
  ...["Premium_LRS", "Premium_ZRS", "StandardV2_LRS", "StandardV2_ZRS", "PremiumV2_LRS", "PremiumV2_ZRS"],
];

export const azureFile: Driver = {
  name: "file.csi.azure.com",
  attachLimit: () => undefined,
  refuse({ parameters, size }: VolumeRequest) {
    const unknown = Object.keys(parameters).find((key) => !fileParameters.has(key.toLowerCase()));
    const sku = find(parameters, "skuname") ?? find(parameters, "storageaccounttype") ?? "Standard_LRS";
    if (unknown) return `rpc error: code = InvalidArgument desc = invalid parameter "${unknown}" in storage class`;
    if (!fileSkus.includes(sku)) {
      return `rpc error: code = InvalidArgument desc = ${sku} is not supported sku/storageaccounttype. Supported values are [${fileSkus.join(" ")}]`;
    }
    // 100 TiB: https://learn.microsoft.com/azure/storage/files/storage-files-scale-targets
    return size > 100 * 1024 * GiB
      ? "rpc error: code = Internal desc = requested size is larger than a share can be"
      : undefined;
  },
  volumeId: (claimUid) => {
    const account = `f${createHash("sha256").update("account").digest("hex").slice(0, 22)}`;
    return `nodes#${account}#pvc-${claimUid}###default`;
  },
};
