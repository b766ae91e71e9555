/** Storage classes: what the target has, and which of them stands for one of the source. */
import * as aws from "../../../../components/clouds/aws/traits";
import * as azure from "../../../../components/clouds/azure/traits";
import * as gcp from "../../../../components/clouds/gcp/traits";
import type { Cloud } from "../../../../components/config/types";
import { isRecord, type Manifest } from "../../../validate/model";

const GiB = 2 ** 30;
const TiB = 2 ** 40;

export interface TargetClass {
  name: string;
  default: boolean;
  accessModes: string[];
  /** Sizes that a volume may have, in bytes. A claim for less gets the least, a fraction of a GiB is rounded up. */
  least: number;
  most: number;
}

type ManagedCloud = Exclude<Cloud, "local">;

/**
 * Smallest and largest volume by driver.
 * - EBS (gp3): https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
 * - Azure (Standard and Premium SSD): https://learn.microsoft.com/azure/virtual-machines/disks-types#disk-type-comparison
 * - Persistent Disk: https://cloud.google.com/compute/docs/disks/persistent-disks#pdspecs
 * - EFS has no size; Azure Files: https://learn.microsoft.com/azure/storage/files/storage-files-scale-targets; Filestore
 *   (basic HDD): https://cloud.google.com/filestore/docs/service-tiers
 */
const sizes: Record<string, [least: number, most: number]> = {
  "ebs.csi.aws.com": [GiB, 64 * TiB],
  "kubernetes.io/aws-ebs": [GiB, 16 * TiB],
  "disk.csi.azure.com": [GiB, 32_767 * GiB],
  "pd.csi.storage.gke.io": [GiB, 64 * TiB],
  "kubernetes.io/gce-pd": [GiB, 64 * TiB],
  "efs.csi.aws.com": [1, Infinity],
  "file.csi.azure.com": [GiB, 100 * TiB],
  "filestore.csi.storage.gke.io": [TiB, 63.9 * TiB],
};

const sharedDriver: Record<ManagedCloud, string> = {
  aws: "efs.csi.aws.com",
  azure: "file.csi.azure.com",
  gcp: "filestore.csi.storage.gke.io",
};

/** @param shared whether the stack asks for `storage.shared`. */
export function targetClasses(cloud: ManagedCloud, shared: boolean): TargetClass[] {
  const disks = {
    aws: () => aws.storageClasses(),
    azure: () => azure.storageClasses({ storage: { shared: false } }),
    gcp: () => gcp.storageClasses(),
  }[cloud]();
  const of = (name: string, provisioner: string, accessModes: string[], isDefault: boolean): TargetClass => {
    const [least, most] = sizes[provisioner] ?? [GiB, Infinity];
    return { name, default: isDefault, accessModes, least, most };
  };
  return [
    // What a disk may be written by from one pod only is written from one node, too.
    ...disks.map(({ name, provisioner, accessModes, default: isDefault }) =>
      of(name, provisioner, [...accessModes, "ReadWriteOncePod"], isDefault),
    ),
    ...(shared
      ? [
          of(
            "shared",
            sharedDriver[cloud],
            ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"],
            false,
          ),
        ]
      : []),
  ];
}

export const sharedModes = ["ReadWriteMany", "ReadOnlyMany"];

/** What a class of the source is, whatever its name. */
type Kind = "standard" | "premium" | "shared";

/** Drivers of the clouds' disks, with the types that are faster than the default. */
const disks: [driver: RegExp, parameter: RegExp, fast: RegExp][] = [
  [/^(ebs\.csi\.aws\.com|kubernetes\.io\/aws-ebs|ebs\.csi\.eks\.amazonaws\.com)$/, /^type$/i, /^io[12]$/],
  [
    /^(disk\.csi\.azure\.com|kubernetes\.io\/azure-disk)$/,
    /^(skuname|storageaccounttype)$/i,
    /^(Premium|UltraSSD|PremiumV2)_/i,
  ],
  [
    /^(pd\.csi\.storage\.gke\.io|kubernetes\.io\/gce-pd)$/,
    /^type$/i,
    /^(pd-ssd|pd-extreme|hyperdisk-(extreme|balanced))$/,
  ],
];

const files =
  /^(efs\.csi\.aws\.com|fsx\.csi\.aws\.com|file\.csi\.azure\.com|kubernetes\.io\/azure-file|filestore\.csi\.storage\.gke\.io)$/;

/** Undefined for a driver that is no cloud's. */
export function kindOf({ metadata: { name }, ...object }: Manifest): Kind | undefined {
  const provisioner = String(object["provisioner"]);
  if (files.test(provisioner)) return "shared";
  const disk = disks.find(([driver]) => driver.test(provisioner));
  if (!disk) return undefined;
  // The platform's own names say what is meant; gp3 can be either.
  if (["premium", "premium-rwo", "managed-premium", "managed-csi-premium"].includes(name)) return "premium";
  const parameters = isRecord(object["parameters"]) ? object["parameters"] : {};
  const type = Object.entries(parameters).find(([key]) => disk[1].test(key))?.[1];
  return typeof type === "string" && disk[2].test(type) ? "premium" : "standard";
}

/**
 * The target's class for one of the source; undefined where it has none.
 * - `premium`, `shared` and the default are the platform's on every cloud; a class of the same name that is as good stays
 *   what it is, so that what Git says of it goes on being true.
 */
export function classFor(source: Manifest, targets: TargetClass[]): string | undefined {
  const kind = kindOf(source);
  if (kind === undefined) return undefined;
  const name = kind === "standard" ? targets.find((one) => one.default)?.name : kind;
  const found = targets.find((one) => one.name === name)?.name;
  const same = targets.find((one) => one.name === source.metadata.name);
  // Google's `standard` is of spinning disks; the target's default is what the word means elsewhere.
  const asGood = same && (same.default || same.name !== "standard") && (kind !== "shared" || same.name === "shared");
  return asGood ? same.name : found;
}
