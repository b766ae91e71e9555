/** Where backups are kept. */
import {
  Bucket,
  BucketLifecycleConfiguration,
  BucketOwnershipControls,
  BucketPolicy,
  BucketPublicAccessBlock,
  BucketServerSideEncryptionConfiguration,
  BucketVersioning,
} from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

import type { BackupTrait } from "../../cluster";
import { policyDocument } from "./iam";
import { longest, withinLimit } from "./names";

export interface BackupBucketArgs {
  region: string;
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

  constructor(
    prefix: string,
    private readonly args: BackupBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:BackupBucket", prefix, {}, opts);
    // On each resource: engines of earlier versions do not pass it on from the component.
    const kept = { parent: this, retainOnDelete: true };
    const name = withinLimit(prefix, "backup", longest.bucket);
    const bucket = new Bucket(
      name,
      // Of use only to whoever takes `retainOnDelete` away to delete the backups too.
      { forceDestroy: true, tags: { Name: `${prefix}-backup` } },
      { ...kept, protect: args.protect },
    );
    this.arn = bucket.arn;
    this.name = bucket.bucket;
    const versioning = new BucketVersioning(
      name,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    new BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: bucket.id,
        // S3's own KMS key, which lives as long as the account: a backup outlives its cluster, and the cluster's keys.
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }],
      },
      kept,
    );
    new BucketLifecycleConfiguration(
      name,
      {
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
    this.keepPrivate(name, bucket, kept);
    this.registerOutputs();
  }

  /** One after the other: S3 refuses concurrent changes of a bucket's access with OperationAborted. */
  private keepPrivate(name: string, bucket: Bucket, kept: pulumi.CustomResourceOptions): void {
    const ownership = new BucketOwnershipControls(
      name,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      kept,
    );
    const block = new BucketPublicAccessBlock(
      name,
      {
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

  /**
   * The bucket in Velero's words. The plugin's version goes with Velero 1.18:
   * https://github.com/vmware-tanzu/velero-plugin-for-aws#compatibility
   */
  trait(): BackupTrait {
    const { region } = this.args;
    return {
      provider: "aws",
      bucket: this.name,
      location: pulumi.interpolate`s3://${this.name}`,
      config: { region },
      snapshotConfig: { region },
      plugin: { name: "velero-plugin-for-aws", image: "velero/velero-plugin-for-aws:v1.14.3" },
    };
  }
}
