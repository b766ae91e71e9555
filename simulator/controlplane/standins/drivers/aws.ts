/** EBS. */
import { createHash } from "node:crypto";
import type { Driver } from "../drivers";

const GiB = 2 ** 30;

/** Smallest and largest volume in GiB: docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html. */
const ebsSizes: Record<string, [smallest: number, largest: number]> = {
  gp2: [1, 16_384],
  gp3: [1, 65_536],
  io1: [4, 16_384],
  io2: [4, 65_536],
  st1: [125, 16_384],
  sc1: [125, 16_384],
  standard: [1, 1024],
};

/** In lower case, as the driver compares them: github.com/kubernetes-sigs/aws-ebs-csi-driver, docs/parameters.md. */
const ebsParameters = new Set([
  "csi.storage.k8s.io/fstype",
  "fstype",
  "type",
  "iopspergb",
  "allowautoiopspergbincrease",
  "iops",
  "throughput",
  "encrypted",
  "blockexpress",
  "kmskeyid",
  "blocksize",
  "inodesize",
  "bytesperinode",
  "numberofinodes",
  "ext4bigalloc",
  "ext4clustersize",
]);

export const ebs: Driver = {
  name: "ebs.csi.aws.com",
  replaces: "kubernetes.io/aws-ebs",
  topologyKey: "topology.ebs.csi.aws.com/zone",
  // 28 attachments of a Nitro instance, less the root volume, two network interfaces
  // (docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html).
  attachLimit: () => 25,
  refuse({ parameters, accessModes, size }) {
    const unknown = Object.keys(parameters).find(
      (key) => !ebsParameters.has(key.toLowerCase()) && !key.startsWith("tagSpecification"),
    );
    if (unknown) return `rpc error: code = InvalidArgument desc = Invalid parameter key ${unknown} for CreateVolume`;
    if (accessModes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany")) {
      return "rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce] supported.";
    }
    const value = (name: string): string | undefined =>
      Object.entries(parameters).find(([key]) => key.toLowerCase() === name)?.[1];
    const type = value("type") ?? "gp3";
    const range = ebsSizes[type];
    if (!range) {
      return `rpc error: code = Internal desc = Could not create volume: InvalidParameterValue: Volume type '${type}' is not valid.`;
    }
    const gib = Math.ceil(size / GiB);
    if (gib < range[0] || gib > range[1]) {
      return `rpc error: code = Internal desc = Could not create volume: InvalidParameterValue: Volume of ${gib}GiB is not between ${range[0]}GiB and ${range[1]}GiB for volume type ${type}.`;
    }
    if (value("throughput") !== undefined && type !== "gp3") {
      return "rpc error: code = Internal desc = Could not create volume: InvalidParameterCombination: The parameter Throughput is only supported for gp3 volumes.";
    }
    return undefined;
  },
  volumeId: (claimUid) => `vol-0${createHash("sha256").update(claimUid).digest("hex").slice(0, 16)}`,
};
