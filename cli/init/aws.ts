/** The state's bucket and the secrets' key in an AWS account, one of each for all its stacks. */
import { keptDays, type StateHome } from "./home";
import type { Piece } from "./piece";
import { aws, CommandFailed, InitError } from "./run";

const alias = "alias/kubernetes-platform-state";
/** Finds a key again whose alias was never made. */
const tag = { key: "kubernetes-platform", value: "state" };

/**
 * @param region where bucket and key are made; a bucket that is there already keeps its own
 * @throws InitError where nobody is logged in, or the bucket's name is somebody else's
 */
export async function awsHome(region: string): Promise<StateHome> {
  const caller = await aws.identity<{ Account: string; Arn: string }>(
    ["sts", "get-caller-identity", "--output", "json"],
    "aws configure sso, then aws sso login; or set AWS_PROFILE",
  );
  const account = caller.Account;
  // `aws`; China and GovCloud have their own.
  const partition = caller.Arn.split(":")[1] ?? "aws";
  const bucket = `kubernetes-platform-state-${account}`;
  const place = (await bucketRegion(bucket, account)) ?? region;
  // SDK v2 knows the sign-ins that the command line knows, single sign-on included; Pulumi's default is v1.
  const query = `region=${place}&awssdk=v2`;
  return {
    identity: `AWS account ${account}, as ${caller.Arn}`,
    bucket: { url: `s3://${bucket}?${query}`, pieces: bucketPieces({ bucket, account, partition, region: place }) },
    key: { url: `awskms://${alias}?${query}`, pieces: keyPieces(place) },
  };
}

interface Bucket {
  bucket: string;
  account: string;
  partition: string;
  region: string;
}

/** Undefined where there is no such bucket. */
async function bucketRegion(bucket: string, account: string): Promise<string | undefined> {
  const args = ["s3api", "get-bucket-location", "--bucket", bucket, "--expected-bucket-owner", account];
  try {
    const found = await aws.find<{ LocationConstraint: string | null }>([...args, "--output", "json"], /NoSuchBucket/);
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: us-east-1 has none, EU is eu-west-1.
    const constraint = found?.LocationConstraint;
    return found && (constraint === "EU" ? "eu-west-1" : (constraint ?? "us-east-1"));
  } catch (error) {
    if (!(error instanceof CommandFailed) || !/AccessDenied|403/.test(error.output)) throw error;
    throw new InitError(
      `The bucket ${bucket} cannot be looked at: it belongs to another account, or your identity lacks ` +
        `s3:GetBucketLocation. Take a bucket of yours in its place: --backend s3://<bucket>?region=<region>&awssdk=v2`,
    );
  }
}

function bucketPieces({ bucket, account, partition, region }: Bucket): Piece[] {
  const ours = ["--bucket", bucket, "--expected-bucket-owner", account, "--region", region];
  const get = <Answer>(operation: string, absent = /^$/) =>
    aws.find<Answer>(["s3api", `get-${operation}`, ...ours, "--output", "json"], absent);
  const put = (operation: string, option: string, value: string) => async () =>
    void (await aws.run(["s3api", `put-${operation}`, ...ours, option, value]));

  const itself: Piece = {
    what: "bucket",
    name: bucket,
    action: `create in ${region}`,
    find: async () => (await bucketRegion(bucket, account)) !== undefined,
    make: async () => {
      // us-east-1 is the one region that must not be named: API_CreateBucket.
      const where = region === "us-east-1" ? [] : ["--create-bucket-configuration", `LocationConstraint=${region}`];
      const owner = ["--object-ownership", "BucketOwnerEnforced"];
      await aws.run(["s3api", "create-bucket", "--bucket", bucket, "--region", region, ...where, ...owner]);
    },
  };
  const setting = (name: string, find: Piece["find"], make: Piece["make"]): Piece => ({
    what: "of the bucket",
    name,
    action: "turn on",
    needs: itself,
    find,
    make,
  });
  return [
    itself,
    setting(
      "no public access",
      async () => {
        const found = await get<{ PublicAccessBlockConfiguration: Record<string, boolean> }>(
          "public-access-block",
          /NoSuchPublicAccessBlockConfiguration/,
        );
        return publicAccess.every((key) => found?.PublicAccessBlockConfiguration[key] === true);
      },
      put(
        "public-access-block",
        "--public-access-block-configuration",
        publicAccess.map((key) => `${key}=true`).join(","),
      ),
    ),
    setting(
      "versions",
      async () => (await get<{ Status?: string }>("bucket-versioning"))?.Status === "Enabled",
      put("bucket-versioning", "--versioning-configuration", "Status=Enabled"),
    ),
    setting(
      "encryption",
      async () => (await get("bucket-encryption", /ServerSideEncryptionConfigurationNotFoundError/)) !== undefined,
      put("bucket-encryption", "--server-side-encryption-configuration", JSON.stringify(encryption)),
    ),
    setting(
      `old versions go after ${keptDays} days`,
      async () => (await get("bucket-lifecycle-configuration", /NoSuchLifecycleConfiguration/)) !== undefined,
      put("bucket-lifecycle-configuration", "--lifecycle-configuration", JSON.stringify(lifecycle)),
    ),
    setting(
      "TLS only",
      async () => (await get("bucket-policy", /NoSuchBucketPolicy/)) !== undefined,
      put("bucket-policy", "--policy", JSON.stringify(tlsOnly(`arn:${partition}:s3:::${bucket}`))),
    ),
  ];
}

const publicAccess = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

const encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] };

const lifecycle = {
  Rules: [
    {
      ID: "old-versions",
      Status: "Enabled",
      Filter: {},
      NoncurrentVersionExpiration: { NoncurrentDays: keptDays },
      Expiration: { ExpiredObjectDeleteMarker: true },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    },
  ],
};

function tlsOnly(arn: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}

function keyPieces(region: string): Piece[] {
  const here = ["--region", region];
  const described = async () => {
    const args = ["kms", "describe-key", "--key-id", alias, ...here, "--output", "json"];
    return (await aws.find<{ KeyMetadata: { KeyId: string; KeyState: string } }>(args, /NotFoundException/))
      ?.KeyMetadata;
  };
  const itself: Piece = {
    what: "key",
    name: alias,
    action: `create in ${region}`,
    find: async () => {
      const found = await described();
      if (found && found.KeyState !== "Enabled") {
        const cure = { PendingDeletion: "cancel-key-deletion", Disabled: "enable-key" }[found.KeyState];
        throw new InitError(
          `The key ${alias} is ${found.KeyState}, and what it has encrypted cannot be read without it` +
            (cure ? `: aws kms ${cure} --key-id ${found.KeyId} --region ${region}` : ""),
        );
      }
      return found !== undefined;
    },
    make: async () => {
      const id = (await keyWithoutAlias(region)) ?? (await createKey(region));
      await aws.run(["kms", "create-alias", "--alias-name", alias, "--target-key-id", id, ...here]);
    },
  };
  const rotation: Piece = {
    what: "of the key",
    name: "a new version every year",
    action: "turn on",
    needs: itself,
    find: async () => {
      const id = (await described())?.KeyId ?? alias;
      const args = ["kms", "get-key-rotation-status", "--key-id", id, ...here, "--output", "json"];
      return (await aws.json<{ KeyRotationEnabled: boolean }>(args)).KeyRotationEnabled;
    },
    make: async () => {
      const id = (await described())?.KeyId ?? alias;
      await aws.run(["kms", "enable-key-rotation", "--key-id", id, ...here]);
    },
  };
  return [itself, rotation];
}

/** A key of an earlier run that ended before the alias was made. */
async function keyWithoutAlias(region: string): Promise<string | undefined> {
  const filter = ["--tag-filters", `Key=${tag.key},Values=${tag.value}`, "--resource-type-filters", "kms:key"];
  const args = ["resourcegroupstaggingapi", "get-resources", ...filter, "--region", region, "--output", "json"];
  const { ResourceTagMappingList } = await aws.json<{ ResourceTagMappingList: { ResourceARN: string }[] }>(args);
  for (const { ResourceARN } of ResourceTagMappingList) {
    const describe = ["kms", "describe-key", "--key-id", ResourceARN, "--region", region, "--output", "json"];
    const { KeyMetadata } = await aws.json<{ KeyMetadata: { KeyId: string; KeyState: string } }>(describe);
    if (KeyMetadata.KeyState === "Enabled") return KeyMetadata.KeyId;
  }
  return undefined;
}

async function createKey(region: string): Promise<string> {
  const description = ["--description", "Secrets of Pulumi stacks"];
  const tags = ["--tags", `TagKey=${tag.key},TagValue=${tag.value}`];
  const args = ["kms", "create-key", ...description, ...tags, "--region", region, "--output", "json"];
  return (await aws.json<{ KeyMetadata: { KeyId: string } }>(args)).KeyMetadata.KeyId;
}
