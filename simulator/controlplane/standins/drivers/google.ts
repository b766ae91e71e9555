/** Persistent Disk and Filestore. */
import type { Driver } from "../drivers";

const GiB = 2 ** 30;
const TiB = 2 ** 40;

/** Largest disk in GiB by type; a regional pd-standard has at least 200: https://cloud.google.com/compute/docs/disks */
const diskTypes: Record<string, number> = {
  "pd-standard": 65_536,
  "pd-balanced": 65_536,
  "pd-ssd": 65_536,
  "pd-extreme": 65_536,
  "hyperdisk-balanced": 65_536,
  "hyperdisk-extreme": 65_536,
  "hyperdisk-throughput": 32_768,
};
const smallestRegional = 200;

/** In lower case: kubernetes-sigs/gcp-compute-persistent-disk-csi-driver pkg/parameters/parameters.go */
const diskParameters = new Set([
  ...[
    "type",
    "replication-type",
    "disk-encryption-kms-key",
    "labels",
    "resource-tags",
    "storage-pools",
    "availability-class",
  ],
  ...["provisioned-iops-on-create", "provisioned-throughput-on-create", "enable-confidential-storage"],
  ...["use-allowed-disk-topology", "fstype", "csi.storage.k8s.io/fstype"],
]);

/** In lower case: kubernetes-sigs/gcp-filestore-csi-driver pkg/csi_driver/controller.go */
const fileParameters = new Set([
  ...["tier", "network", "reserved-ipv4-cidr", "reserved-ip-range", "connect-mode", "labels", "multishare", "protocol"],
  ...[
    "instance-encryption-kms-key",
    "instance-storageclass-label",
    "max-volume-size",
    "resource-tags",
    "file-protocol",
  ],
]);

/** Least size by tier: https://cloud.google.com/filestore/docs/service-tiers */
const tiers: Record<string, number> = {
  standard: TiB,
  basic_hdd: TiB,
  premium: 2.5 * TiB,
  basic_ssd: 2.5 * TiB,
  zonal: TiB,
  high_scale_ssd: 10 * TiB,
  regional: TiB,
  enterprise: TiB,
};

const invalidArgument = (message: string) => `rpc error: code = InvalidArgument desc = ${message}`;

export const persistentDisk: Driver = {
  name: "pd.csi.storage.gke.io",
  replaces: "kubernetes.io/gce-pd",
  topologyKey: "topology.gke.io/zone",
  placeLabel: "topology.gke.io/zone",
  isRegional: (parameters) => parameters["replication-type"] === "regional-pd",
  // 128 with the boot disk; machines that share their CPUs hold 16: https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes
  attachLimit: (instanceType) => (/^(e2-(micro|small|medium)|f1|g1)/.test(instanceType) ? 15 : 127),
  refuse({ parameters, accessModes, size }) {
    const unknown = Object.keys(parameters).find((key) => !diskParameters.has(key.toLowerCase()));
    const type = parameters["type"] ?? "pd-standard";
    const gib = Math.ceil(size / GiB);
    const most = diskTypes[type];
    if (unknown)
      return invalidArgument(`failed to extract parameters: parameters contains invalid option "${unknown}"`);
    if (accessModes.includes("ReadWriteMany")) {
      return invalidArgument("VolumeCapabilities is invalid: specified multi writer with mount access type");
    }
    if (most === undefined) {
      return `rpc error: code = Internal desc = googleapi: Error 400: Invalid value for field 'resource.type': '${type}'. The disk type does not exist., invalid`;
    }
    if (parameters["replication-type"] === "regional-pd" && type === "pd-standard" && gib < smallestRegional) {
      return `rpc error: code = Internal desc = googleapi: Error 400: Disk size cannot be smaller than ${smallestRegional} GB., badRequest`;
    }
    return gib > most
      ? `rpc error: code = Internal desc = googleapi: Error 400: Disk size: '${gib}' GB is too large. Maximum is ${most} GB., badRequest`
      : undefined;
  },
  volumeId: (claimUid) => `projects/UNSPECIFIED/zones/UNSPECIFIED/disks/pvc-${claimUid}`,
};

export const filestore: Driver = {
  name: "filestore.csi.storage.gke.io",
  attachLimit: () => undefined,
  // Whoever asks for less gets the least there is: `getRequestCapacity` of the driver.
  sizeOf: ({ parameters, size }) => Math.max(size, tiers[(parameters["tier"] ?? "standard").toLowerCase()] ?? TiB),
  refuse({ parameters }) {
    const unknown = Object.keys(parameters).find((key) => !fileParameters.has(key.toLowerCase()));
    const tier = (parameters["tier"] ?? "standard").toLowerCase();
    if (unknown) return invalidArgument(`invalid parameter "${unknown}"`);
    return tiers[tier] === undefined ? invalidArgument(`invalid tier: ${tier}`) : undefined;
  },
  volumeId: (claimUid) => `modeInstance/UNSPECIFIED/pvc-${claimUid}/vol1`,
};
