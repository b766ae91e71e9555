#!/usr/bin/env node
/**
 * The AWS CLI as far as `platform init` needs it. Options: https://docs.aws.amazon.com/cli/latest/reference/ (s3api, kms,
 * sts, resourcegroupstaggingapi); errors: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
 */
import { main, Refused } from "./cli.mjs";

const account = "111122223333";
const any = /^.+$/s;
const json = /^\{.*\}$/s;
const shared = { "--region": /^[a-z]{2}-[a-z]+-\d$/, "--output": /^json$/ };
const bucket = { "--bucket": /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "--expected-bucket-owner": /^\d{12}$/, ...shared };

function error(code, operation, status = 254) {
  return new Refused(`An error occurred (${code}) when calling the ${operation} operation: ${code}`, status);
}

function find(cloud, { "--bucket": name, "--expected-bucket-owner": owner }, operation) {
  const found = cloud.buckets?.[name];
  if (!found) throw error("NoSuchBucket", operation);
  if (found.owner !== owner) throw error("AccessDenied", operation);
  return found;
}

/** A get and a put of one setting of a bucket. */
function setting(name, option, pattern, missing, answer) {
  const operation = name.replaceAll("-", "");
  return {
    [`s3api get-${name}`]: {
      options: bucket,
      run: (options, cloud) => {
        const value = find(cloud, options, `Get${operation}`)[name];
        if (value === undefined && missing) throw error(missing, `Get${operation}`);
        return value === undefined ? "" : answer(value);
      },
    },
    [`s3api put-${name}`]: {
      options: { ...bucket, [option]: pattern },
      required: [option],
      changes: true,
      run: (options, cloud) => void (find(cloud, options, `Put${operation}`)[name] = options[option]),
    },
  };
}

const keyOf = (cloud, id) => {
  const keys = cloud.keys ?? [];
  const target = cloud.aliases?.[id] ?? id.split("/").at(-1);
  const key = keys.find(({ KeyId }) => KeyId === target);
  if (!key) throw error("NotFoundException", "DescribeKey");
  return key;
};

main("aws", {
  "sts get-caller-identity": {
    options: shared,
    run: (_, cloud) => {
      if (cloud.loggedOut) throw new Refused("Unable to locate credentials.", 253);
      return { UserId: "AROA", Account: account, Arn: `arn:aws:sts::${account}:assumed-role/admin/ada` };
    },
  },
  "s3api get-bucket-location": {
    options: bucket,
    run: (options, cloud) => {
      const { region } = find(cloud, options, "GetBucketLocation");
      return { LocationConstraint: region === "us-east-1" ? null : region };
    },
  },
  "s3api create-bucket": {
    options: {
      "--bucket": bucket["--bucket"],
      "--create-bucket-configuration": /^LocationConstraint=(?!us-east-1)[a-z0-9-]+$/,
      "--object-ownership": /^(BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter)$/,
      ...shared,
    },
    changes: true,
    run: (options, cloud) => {
      const constraint = options["--create-bucket-configuration"]?.split("=")[1];
      if ((constraint ?? "us-east-1") !== options["--region"])
        throw error("IllegalLocationConstraintException", "CreateBucket");
      if (cloud.buckets?.[options["--bucket"]]) throw error("BucketAlreadyOwnedByYou", "CreateBucket");
      cloud.buckets = { ...cloud.buckets, [options["--bucket"]]: { owner: account, region: options["--region"] } };
    },
  },
  ...setting(
    "public-access-block",
    "--public-access-block-configuration",
    /^((BlockPublicAcls|IgnorePublicAcls|BlockPublicPolicy|RestrictPublicBuckets)=(true|false),?){1,4}$/,
    "NoSuchPublicAccessBlockConfiguration",
    (text) => ({
      PublicAccessBlockConfiguration: Object.fromEntries(
        text.split(",").map((pair) => [pair.split("=")[0], pair.endsWith("=true")]),
      ),
    }),
  ),
  ...setting("bucket-versioning", "--versioning-configuration", /^Status=(Enabled|Suspended)$/, undefined, (text) => ({
    Status: text.split("=")[1],
  })),
  ...setting(
    "bucket-encryption",
    "--server-side-encryption-configuration",
    json,
    "ServerSideEncryptionConfigurationNotFoundError",
    (text) => ({ ServerSideEncryptionConfiguration: JSON.parse(text) }),
  ),
  ...setting(
    "bucket-lifecycle-configuration",
    "--lifecycle-configuration",
    json,
    "NoSuchLifecycleConfiguration",
    JSON.parse,
  ),
  ...setting("bucket-policy", "--policy", json, "NoSuchBucketPolicy", (text) => ({ Policy: text })),
  "kms describe-key": {
    options: { "--key-id": any, ...shared },
    run: (options, cloud) => ({ KeyMetadata: keyOf(cloud, options["--key-id"]) }),
  },
  "kms create-key": {
    options: { "--description": any, "--tags": /^TagKey=[^,]+,TagValue=.+$/, ...shared },
    changes: true,
    run: (options, cloud) => {
      const key = { KeyId: `key-${(cloud.keys ?? []).length + 1}`, KeyState: "Enabled" };
      cloud.keys = [...(cloud.keys ?? []), key];
      return { KeyMetadata: key };
    },
  },
  "kms create-alias": {
    options: { "--alias-name": /^alias\/(?!aws\/)[\w/-]+$/, "--target-key-id": any, ...shared },
    changes: true,
    run: (options, cloud) => {
      keyOf(cloud, options["--target-key-id"]);
      cloud.aliases = { ...cloud.aliases, [options["--alias-name"]]: options["--target-key-id"] };
    },
  },
  "kms get-key-rotation-status": {
    // An alias does not do: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
    options: { "--key-id": /^(?!alias\/).+$/, ...shared },
    run: (options, cloud) => ({ KeyRotationEnabled: keyOf(cloud, options["--key-id"]).rotated === true }),
  },
  "kms enable-key-rotation": {
    options: { "--key-id": /^(?!alias\/).+$/, ...shared },
    changes: true,
    run: (options, cloud) => void (keyOf(cloud, options["--key-id"]).rotated = true),
  },
  "resourcegroupstaggingapi get-resources": {
    options: {
      "--tag-filters": /^Key=[^,]+,Values=.+$/,
      "--resource-type-filters": /^[a-z0-9]+(:[a-z-]+)?$/,
      ...shared,
    },
    run: (_, cloud) => ({
      ResourceTagMappingList: (cloud.keys ?? []).map(({ KeyId }) => ({
        ResourceARN: `arn:aws:kms:eu-west-1:${account}:key/${KeyId}`,
      })),
    }),
  },
});
