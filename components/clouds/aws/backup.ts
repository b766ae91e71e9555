/** Where backups are kept. */
import {
  Bucket,
  BucketLifecycleConfiguration,
  BucketObjectLockConfiguration,
  BucketOwnershipControls,
  BucketPolicy,
  BucketPublicAccessBlock,
  BucketServerSideEncryptionConfiguration,
  BucketVersioning,
} from "@pulumi/aws/s3";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

import type { BackupTrait } from "../../cluster";
import type { BackupConfig } from "../../config/types";
import { policyDocument } from "./iam";
import { longest, withinLimit } from "./names";

/** The version goes with Velero 1.18: https://github.com/vmware-tanzu/velero-plugin-for-aws#compatibility */
export const plugin = { name: "velero-plugin-for-aws", image: "velero/velero-plugin-for-aws:v1.14.3" };

export interface BackupBucketArgs {
  region: string;
  backup: BackupConfig;
  /** The copy of another bucket, in this region, which is not the provider's. */
  copy?: true;
  /** The stack refuses to be deleted, or to go without its bucket. */
  protect: boolean;
}

/**
 * A private, encrypted, versioned bucket. What is deleted or overwritten in it can be brought back for 30 days. Backups
 * outlive their stack: deleting it leaves the bucket in the account as it is, with all that makes it private.
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** What has to be there before anything is copied from the bucket or into it. */
  readonly ready: pulumi.Resource[];

  constructor(
    prefix: string,
    private readonly args: BackupBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const purpose = args.copy ? "backup-copy" : "backup";
    super("platform:aws:BackupBucket", args.copy ? `${prefix}-copy` : prefix, {}, opts);
    // On each resource: engines of earlier versions do not pass it on from the component.
    const kept = { parent: this, retainOnDelete: true };
    const name = withinLimit(prefix, purpose, longest.bucket);
    const place = args.copy ? { region: args.region } : {};
    const bucket = new Bucket(
      name,
      // Of use only to whoever takes `retainOnDelete` away to delete the backups too.
      { ...place, forceDestroy: true, tags: { Name: `${prefix}-${purpose}` } },
      { ...kept, protect: args.protect },
    );
    this.arn = bucket.arn;
    this.name = bucket.bucket;
    const versioning = new BucketVersioning(
      name,
      { ...place, bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    new BucketServerSideEncryptionConfiguration(
      name,
      {
        ...place,
        bucket: bucket.id,
        rules: [encryption(args.backup)],
      },
      kept,
    );
    new BucketLifecycleConfiguration(
      name,
      {
        ...place,
        bucket: bucket.id,
        rules: [
          {
            id: "leftovers",
            status: "Enabled",
            // Velero expires its own backups; this is what it cannot see.
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: 30 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      { ...kept, dependsOn: [versioning] },
    );
    this.keepPrivate(name, bucket, place, kept);
    this.ready = [versioning, ...this.lock(name, bucket, place, { ...kept, dependsOn: [versioning] })];
    this.registerOutputs();
  }

  /**
   * Nothing that is written can be deleted or changed for as long as a backup is kept. S3 knows no way back: a bucket that
   * had a lock once keeps what it needs for it, and turning the key off leaves the rule. It can come later than the bucket:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
   */
  private lock(name: string, bucket: Bucket, place: Place, kept: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const { lock, retentionDays } = this.args.backup;
    if (lock === "none") {
      return [];
    }
    const defaultRetention = { mode: lock.toUpperCase(), days: retentionDays };
    return [new BucketObjectLockConfiguration(name, { ...place, bucket: bucket.id, rule: { defaultRetention } }, kept)];
  }

  /** One after the other: S3 refuses concurrent changes of a bucket's access with OperationAborted. */
  private keepPrivate(name: string, bucket: Bucket, place: Place, kept: pulumi.CustomResourceOptions): void {
    const ownership = new BucketOwnershipControls(
      name,
      { ...place, bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      kept,
    );
    const block = new BucketPublicAccessBlock(
      name,
      {
        ...place,
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { ...kept, dependsOn: [ownership] },
    );
    new BucketPolicy(
      name,
      {
        ...place,
        bucket: bucket.id,
        policy: policyDocument([
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      { ...kept, dependsOn: [block] },
    );
  }

  /** The bucket in Velero's words. */
  trait(copy?: BackupBucket): BackupTrait {
    const { region } = this.args;
    return {
      provider: "aws",
      bucket: this.name,
      location: pulumi.interpolate`s3://${this.name}`,
      ...(copy ? { copyLocation: pulumi.interpolate`s3://${copy.name}` } : {}),
      config: { region },
      snapshotConfig: { region },
      plugin,
    };
  }
}

/** Where the copy's resources are; empty for the bucket itself. */
interface Place {
  region?: string;
}

/**
 * With keys of S3's own, which live as long as the account: a backup outlives its cluster, and the cluster's keys. By KMS
 * where there is no copy, so that every use of a key is logged; S3 copies what is encrypted so only to a key of ours.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
function encryption({ copyRegion }: BackupConfig): input.s3.BucketServerSideEncryptionConfigurationRule {
  return copyRegion === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }
    : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
}
