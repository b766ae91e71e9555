/** A second copy of the backups, in another region: what is left when a region is. */
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { BucketReplicationConfig } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../../config/types";
import { BackupBucket } from "./backup";
import { policyDocument, trustService } from "./iam";
import { longest, withinLimit } from "./names";

/** The bucket of a stack's backups, and its copy where one is asked for. */
export function createBackups(
  prefix: string,
  { region, protect, backup }: PlatformConfig,
  parent: pulumi.Resource,
): { bucket: BackupBucket; copy?: BackupBucket } {
  const bucket = new BackupBucket(prefix, { region, protect, backup }, { parent });
  if (backup.copyRegion === undefined) {
    return { bucket };
  }
  const copy = new BackupBucket(prefix, { region: backup.copyRegion, protect, backup, copy: true }, { parent });
  new BackupCopy(prefix, { from: bucket, to: copy }, { parent });
  return { bucket, copy };
}

interface BackupCopyArgs {
  from: BackupBucket;
  /** In another region; versioned, as `from` is. */
  to: BackupBucket;
}

/**
 * S3 copies whatever is written from now on, within minutes, and deletions as markers: what Velero expires goes from the copy
 * too, and can be brought back there for as long as in the bucket itself. It ends with the stack; both buckets stay.
 *
 * Rights: https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html, those on locks:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-replication
 */
class BackupCopy extends pulumi.ComponentResource {
  constructor(prefix: string, { from, to }: BackupCopyArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:aws:BackupCopy", prefix, {}, opts);
    const name = `${prefix}-backup-copy`;
    const role = new Role(
      withinLimit(prefix, "backup-copy", longest.role),
      {
        description: `Copies the backups of ${prefix}`,
        assumeRolePolicy: trustService("s3.amazonaws.com"),
        tags: { Name: name },
      },
      { parent: this },
    );
    const policy = new RolePolicy(
      name,
      {
        role: role.name,
        policy: policyDocument([
          { Effect: "Allow", Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: from.arn },
          {
            Effect: "Allow",
            Action: [
              "s3:GetObjectVersionForReplication",
              "s3:GetObjectVersionAcl",
              "s3:GetObjectVersionTagging",
              "s3:GetObjectRetention",
              "s3:GetObjectLegalHold",
            ],
            Resource: pulumi.interpolate`${from.arn}/*`,
          },
          {
            Effect: "Allow",
            Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            Resource: pulumi.interpolate`${to.arn}/*`,
          },
        ]),
      },
      { parent: this },
    );
    new BucketReplicationConfig(
      name,
      {
        bucket: from.name,
        role: role.arn,
        rules: [
          {
            id: "everything",
            status: "Enabled",
            priority: 1,
            filter: { prefix: "" },
            deleteMarkerReplication: { status: "Enabled" },
            destination: { bucket: to.arn },
          },
        ],
      },
      // S3 asks for versions on both sides; what locks them has to be there before the first copy.
      { parent: this, dependsOn: [policy, ...from.ready, ...to.ready] },
    );
    this.registerOutputs();
  }
}
