/** S3 buckets, and the settings that are resources of their own. */
import { isIP } from "node:net";
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { documentOf, policyProblem } from "./policies";
import { first, s3 } from "./refusals";
import { bucketZone } from "./regions";
import { autoName, regional, type Resource, tagged } from "./resource";
import { inRegion, object, objects, text } from "./values";

/** Buckets of an account: https://docs.aws.amazon.com/general/latest/gr/s3.html */
const bucketsOfAccount = 10_000;

const bucket: Resource = {
  defaults(inputs, context) {
    const { bucket: name } = autoName(inputs, { ...context, name: context.name.toLowerCase() }, 63, "bucket");
    return { ...(name === undefined ? {} : { bucket: name }), forceDestroy: false };
  },
  uniqueName(inputs) {
    const message =
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
    return {
      scope: "global",
      name: text(inputs, "bucket"),
      taken: s3("CreateBucket", "BucketAlreadyExists", message, 409),
    };
  },
  refuse(inputs, context) {
    return first(
      !validName(text(inputs, "bucket")) &&
        s3("CreateBucket", "InvalidBucketName", "The specified bucket is not valid."),
      inRegion(context, "aws:s3/bucket:Bucket").length >= bucketsOfAccount &&
        s3("CreateBucket", "TooManyBuckets", "You have attempted to create more buckets than allowed"),
    );
  },
  create(inputs, context) {
    const name = text(inputs, "bucket");
    return {
      id: name,
      outputs: {
        accelerationStatus: inputs.accelerationStatus ?? "",
        acl: inputs.acl ?? "",
        arn: `arn:aws:s3:::${name}`,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketNamespace: inputs.bucketNamespace ?? "global",
        bucketPrefix: text(inputs, "bucketPrefix"),
        bucketRegion: context.region,
        bucketRegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
        corsRules: inputs.corsRules ?? [],
        grants: inputs.grants ?? [],
        hostedZoneId: bucketZone(context.region),
        lifecycleRules: inputs.lifecycleRules ?? [],
        logging: inputs.logging ?? {},
        objectLockConfiguration: inputs.objectLockConfiguration ?? {},
        objectLockEnabled: inputs.objectLockEnabled ?? false,
        policy: inputs.policy ?? "",
        replicationConfiguration: inputs.replicationConfiguration ?? {},
        requestPayer: inputs.requestPayer ?? "BucketOwner",
        // What every bucket has since 2023: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
        serverSideEncryptionConfiguration: inputs.serverSideEncryptionConfiguration ?? {
          rule: {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "" },
            bucketKeyEnabled: false,
          },
        },
        versioning: inputs.versioning ?? { enabled: false, mfaDelete: false },
        website: inputs.website ?? {},
        websiteDomain: "",
        websiteEndpoint: "",
      },
    };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    // What stands for objects: their count, written by whatever stores them there.
    const stored = inventory.get("aws:s3/bucketObjects:BucketObjects", id);
    return stored && outputs.forceDestroy !== true
      ? s3(
          "DeleteBucket",
          "BucketNotEmpty",
          "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
          409,
        )
      : undefined;
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function validName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    isIP(name) === 0 &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  );
}

/** A setting of a bucket: its id is the bucket's name, and there is one. */
function setting(
  operation: string,
  problem: (inputs: Properties, context: Context) => string | undefined = () => undefined,
): Resource {
  return {
    refuse(inputs, context) {
      const name = text(inputs, "bucket");
      return first(
        !context.inventory.get("aws:s3/bucket:Bucket", name) &&
          s3(operation, "NoSuchBucket", "The specified bucket does not exist", 404),
        problem(inputs, context),
      );
    },
    create: (inputs) => ({ id: text(inputs, "bucket"), outputs: {} }),
    update(_record, inputs, context) {
      const refusal = problem(inputs, context);
      if (refusal) throw new Error(refusal);
      return {};
    },
  };
}

/** What needs versions, and gets the provider's retries until they are there: here they are, or not. */
function versioned(operation: string, name: string, { inventory }: Context, message: string): string | undefined {
  const status = inventory.get("aws:s3/bucketVersioning:BucketVersioning", name)?.outputs.versioningConfiguration;
  return (status as Properties | undefined)?.status === "Enabled"
    ? undefined
    : s3(operation, "InvalidRequest", message);
}

const objectLock: Resource = {
  ...setting("PutObjectLockConfiguration", (inputs, context) => {
    const { days, years, mode } = object(object(inputs, "rule"), "defaultRetention");
    const malformed =
      inputs.rule !== undefined && (mode === undefined || (days === undefined) === (years === undefined));
    return first(
      malformed &&
        s3(
          "PutObjectLockConfiguration",
          "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published schema",
        ),
      versioned(
        "PutObjectLockConfiguration",
        text(inputs, "bucket"),
        context,
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      ),
    );
  }),
  defaults: () => ({ objectLockEnabled: "Enabled" }),
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html */
const replication: Resource = setting("PutBucketReplication", (inputs, context) => {
  const operation = "PutBucketReplication";
  const source = text(inputs, "bucket");
  const refused = (code: string, message: string) => s3(operation, code, message);
  const role = text(inputs, "role");
  const ruled = objects(inputs, "rules").map((rule) => {
    const arn = text(object(rule, "destination"), "bucket");
    const target = arn.replace("arn:aws:s3:::", "");
    const locked = (name: string) =>
      context.inventory.get("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", name);
    return first(
      rule.filter !== undefined &&
        rule.deleteMarkerReplication === undefined &&
        refused(
          "InvalidRequest",
          "DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.",
        ),
      !context.inventory.get("aws:s3/bucket:Bucket", target) &&
        refused("InvalidRequest", "Destination bucket must exist."),
      versioned(operation, target, context, "Destination bucket must have versioning enabled."),
      locked(source) &&
        !locked(target) &&
        refused("InvalidRequest", "Object Lock must be enabled on the destination bucket"),
    );
  });
  return first(
    versioned(
      operation,
      source,
      context,
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    ),
    !context.inventory.list("aws:iam/role:Role").some(({ outputs }) => outputs.arn === role) &&
      refused("InvalidRequest", "Invalid role: the role does not exist"),
    ...ruled,
  );
});

const lifecycle: Resource = {
  ...setting("PutBucketLifecycleConfiguration", (inputs) => {
    const ids = objects(inputs, "rules").map((rule) => text(rule, "id"));
    return new Set(ids).size < ids.length
      ? s3(
          "PutBucketLifecycleConfiguration",
          "InvalidArgument",
          "Rule ID must be unique. Found same ID for more than one rule",
        )
      : undefined;
  }),
  create: (inputs) => ({
    id: text(inputs, "bucket"),
    outputs: {
      expectedBucketOwner: text(inputs, "expectedBucketOwner"),
      transitionDefaultMinimumObjectSize: inputs.transitionDefaultMinimumObjectSize ?? "all_storage_classes_128K",
    },
  }),
};

const policySetting = setting("PutBucketPolicy", (inputs, { inventory }) => {
  const document = documentOf(inputs, "policy");
  const malformed = policyProblem(document, "resource");
  const name = text(inputs, "bucket");
  const blocked =
    inventory.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name)?.outputs.blockPublicPolicy === true;
  return first(
    malformed && s3("PutBucketPolicy", "MalformedPolicy", malformed),
    !document.includes(`arn:aws:s3:::${name}`) &&
      s3("PutBucketPolicy", "MalformedPolicy", "Policy has invalid resource"),
    document.length > 20_480 &&
      s3("PutBucketPolicy", "PolicyTooLarge", "The policy exceeds the maximum allowed size of 20480 bytes"),
    blocked &&
      opensToAll(document) &&
      s3(
        "PutBucketPolicy",
        "AccessDenied",
        "User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy block public access setting.",
        403,
      ),
  );
});

const policy: Resource = {
  ...policySetting,
  create: (inputs) => ({ id: text(inputs, "bucket"), outputs: { policy: documentOf(inputs, "policy") } }),
  async update(record, inputs, context, recorded) {
    await policySetting.update?.(record, inputs, context, recorded);
    return { policy: documentOf(inputs, "policy") };
  },
};

/** Whether a statement lets anybody in, without a condition. */
function opensToAll(document: string): boolean {
  try {
    const { Statement } = JSON.parse(document) as { Statement?: unknown };
    return [Statement].flat().some((statement) => {
      const { Effect, Principal, Condition } = statement as {
        Effect?: string;
        Principal?: unknown;
        Condition?: unknown;
      };
      const everybody = Principal === "*" || (Principal as { AWS?: unknown } | undefined)?.AWS === "*";
      return Effect === "Allow" && everybody && Condition === undefined;
    });
  } catch {
    return false;
  }
}

export const s3Behaviours: Record<string, Resource> = {
  "aws:s3/bucket:Bucket": regional(tagged(bucket)),
  "aws:s3/bucketVersioning:BucketVersioning": regional(setting("PutBucketVersioning")),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": regional(
    setting("PutBucketEncryption"),
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": regional(setting("PutPublicAccessBlock")),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": regional(lifecycle),
  "aws:s3/bucketPolicy:BucketPolicy": regional(policy),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": regional(objectLock),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": regional(replication),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": regional(setting("PutBucketOwnershipControls")),
};
