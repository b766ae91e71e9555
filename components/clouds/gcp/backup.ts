/** Where backups are kept. */
import { IAMCustomRole } from "@pulumi/gcp/projects";
import { IAMMember as AccountMember } from "@pulumi/gcp/serviceaccount";
import { Bucket, type BucketArgs, BucketIAMMember } from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type { BackupTrait } from "../../cluster";
import type { BackupConfig } from "../../config/types";
import { dualRegion, softDelete } from "./buckets";
import { named, roleId } from "./names";
import type { Project } from "./project";
import { grantProject, type PodIdentity } from "./serviceaccounts";

/** The version goes with Velero 1.18: https://github.com/vmware-tanzu/velero-plugin-for-gcp#compatibility */
export const plugin = { name: "velero-plugin-for-gcp", image: "velero/velero-plugin-for-gcp:v1.14.2" };

export interface BackupBucketArgs {
  region: string;
  backup: Pick<BackupConfig, "copyRegion" | "lock" | "retentionDays">;
  /** The stack refuses to be deleted, or to go without its bucket. */
  protect: boolean;
}

/** Days for which what is deleted or overwritten can be brought back. */
const days = 30;

/**
 * Rights on snapshots of volumes, by the plugin's own list without those on the bucket:
 * https://github.com/vmware-tanzu/velero-plugin-for-gcp#set-permissions-for-velero
 */
const snapshotPermissions = [
  "compute.disks.get",
  "compute.disks.create",
  "compute.disks.createSnapshot",
  "compute.projects.get",
  "compute.snapshots.get",
  "compute.snapshots.create",
  "compute.snapshots.useReadOnly",
  "compute.snapshots.delete",
  "compute.zones.get",
];

/**
 * A private bucket, encrypted by Google's own keys, which outlive the cluster's; versioned. Backups outlive their stack:
 * deleting it leaves the bucket in the project as it is.
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(
    private readonly prefix: string,
    private readonly args: BackupBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:BackupBucket", prefix, {}, opts);
    const bucket = new Bucket(
      named(prefix, "backup", "bucket"),
      {
        ...placement(args.region, args.backup.copyRegion),
        storageClass: "STANDARD",
        // Rights are the bucket's, never a single object's, and nobody can open it to the world.
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        softDeletePolicy: { retentionDurationSeconds: softDeleteDays(args.backup) * 24 * 3600 },
        lifecycleRules: [
          // Velero expires its own backups; this is what it cannot see.
          { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: days } },
          { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        ],
        // Of use only to whoever takes `retainOnDelete` away to delete the backups too.
        forceDestroy: true,
      },
      // Said here: engines of earlier versions do not pass `retainOnDelete` on from the component.
      { parent: this, protect: args.protect, retainOnDelete: true },
    );
    this.name = bucket.name;
    this.registerOutputs();
  }

  /**
   * What Velero may do: objects of this bucket, snapshots of volumes, and sign addresses for downloads in its own name.
   * https://github.com/vmware-tanzu/velero-plugin-for-gcp#option-2-using-workload-identity
   */
  grant(velero: PodIdentity, project: Project): pulumi.Resource[] {
    const { prefix } = this;
    // Not of this component, all of which outlives the stack.
    const parent = { parent: velero };
    const snapshots = new IAMCustomRole(
      `${prefix}-velero`,
      {
        roleId: velero.account.uniqueId.apply((unique) => roleId(prefix, "velero", unique)),
        title: `Velero of ${prefix}`,
        description: `Snapshots of the volumes of ${prefix}`,
        permissions: snapshotPermissions,
      },
      parent,
    );
    const member = velero.account.member;
    return [
      new BucketIAMMember(`${prefix}-velero`, { bucket: this.name, role: "roles/storage.objectAdmin", member }, parent),
      new AccountMember(
        `${prefix}-velero-signs`,
        { serviceAccountId: velero.account.name, role: "roles/iam.serviceAccountTokenCreator", member },
        parent,
      ),
      grantProject(`${prefix}-velero`, { project, role: snapshots.name, account: velero.account }, velero),
    ];
  }

  /** The bucket in Velero's words. */
  trait(velero: PodIdentity, project: Project): BackupTrait {
    return {
      provider: "gcp",
      bucket: this.name,
      location: pulumi.interpolate`gs://${this.name}`,
      config: { serviceAccount: velero.account.email },
      snapshotConfig: { project: project.id, snapshotLocation: this.args.region },
      plugin,
    };
  }
}

/**
 * As Google writes it back: https://cloud.google.com/storage/docs/locations. A bucket of two regions is the copy: what is
 * written in the one is in the other within the hour as a rule, and within twelve in any case, and the bucket's name
 * leads to whichever is well. https://cloud.google.com/storage/docs/availability-durability#cross-region-redundancy
 *
 * @throws where no bucket can be in both regions, which the configuration is asked about before
 */
function placement(
  region: string,
  copyRegion: string | undefined,
): Pick<BucketArgs, "location" | "customPlacementConfig"> {
  if (copyRegion === undefined) return { location: region.toUpperCase() };
  const pair = dualRegion(region, copyRegion);
  if (pair === undefined) throw new Error(`no bucket can be in ${region} and ${copyRegion}`);
  const { location, dataLocations } = pair;
  return { location, ...(dataLocations ? { customPlacementConfig: { dataLocations } } : {}) };
}

/**
 * Velero changes some of what it writes, so nothing is refused to it. A lock is that nothing is lost by it: whatever is
 * deleted stays for as long as a backup is kept, whoever has deleted it.
 */
function softDeleteDays({ lock, retentionDays }: BackupBucketArgs["backup"]): number {
  return lock === "none" ? softDelete.least : Math.max(softDelete.least, retentionDays);
}
