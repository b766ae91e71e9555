/** Cloud Storage buckets. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, object, text } from "../cloud/values";
import type { Properties } from "../provider";
import { keyRefusal } from "./kms";
import { first, googleError } from "./refusals";
import { regionNames } from "./regions";
import { autoName, labelled, owned, projectNumber, projectOf, timestamp, type Resource } from "./resource";

/** https://cloud.google.com/storage/docs/locations */
const multiRegions = ["US", "EU", "ASIA", "NAM4", "EUR4", "ASIA1", "EUR5", "EUR7", "EUR8"];

const bucket: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, { longest: 222 }),
    forceDestroy: false,
    storageClass: "STANDARD",
  }),
  uniqueName(inputs) {
    const message =
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
    return { scope: "global", name: text(inputs, "name"), taken: googleError(409, message, "conflict") };
  },
  refuse(inputs, context) {
    const location = text(inputs, "location").toUpperCase();
    const known = [...multiRegions, ...regionNames().map((region) => region.toUpperCase())];
    const longest = Math.max(
      ...text(inputs, "name")
        .split(".")
        .map((part) => part.length),
    );
    return first(
      !known.includes(location) && googleError(400, "The specified location constraint is not valid.", "invalid"),
      longest > 63 && googleError(400, `Invalid bucket name: '${text(inputs, "name")}'`, "invalid"),
      settingsProblem(inputs, context),
    );
  },
  create(inputs, context) {
    const name = text(inputs, "name");
    const now = timestamp();
    return {
      id: name,
      outputs: {
        ...settings(inputs),
        location: text(inputs, "location").toUpperCase(),
        projectNumber: Number(projectNumber(projectOf(inputs, context))),
        selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
        timeCreated: now,
        updated: now,
        url: `gs://${name}`,
      },
    };
  },
  update(record, inputs, context) {
    const problem = settingsProblem(inputs, context);
    if (problem) throw new Error(problem);
    return { ...settings(inputs), location: record.outputs.location, updated: timestamp() };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    // What stands for objects: their count, written by whatever stores them there.
    const stored = inventory.get("gcp:storage/bucketObjects:BucketObjects", id);
    return stored && outputs.forceDestroy !== true
      ? `Error trying to delete bucket ${id} containing objects without \`force_destroy\` set to true`
      : undefined;
  },
};

/** Outputs that an update may change, with Google's defaults: soft delete keeps seven days. */
function settings(inputs: Properties): Properties {
  return {
    publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
    rpo: inputs.rpo ?? "",
    softDeletePolicy: {
      retentionDurationSeconds: 7 * 24 * 3600,
      effectiveTime: "",
      ...object(inputs, "softDeletePolicy"),
    },
    uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
    versioning: inputs.versioning ?? { enabled: false },
    website: inputs.website ?? {},
  };
}

function settingsProblem(inputs: Properties, context: Context): string | undefined {
  const kept = count(object(inputs, "softDeletePolicy"), "retentionDurationSeconds");
  const day = 24 * 3600;
  const versioned = object(inputs, "versioning").enabled === true;
  return first(
    kept !== undefined &&
      kept !== 0 &&
      (kept < 7 * day || kept > 90 * day) &&
      googleError(400, "Soft delete policy's retention duration must be 0, or between 7 and 90 days.", "invalid"),
    versioned &&
      inputs.retentionPolicy !== undefined &&
      googleError(400, "Object Versioning can't be enabled together with a retention policy.", "invalid"),
    keyProblem(text(object(inputs, "encryption"), "defaultKmsKeyName"), inputs, context),
  );
}

/** Words: https://github.com/ollionorg/gcp-landing-zone/pull/59 */
function keyProblem(key: string, inputs: Properties, context: Context): string | undefined {
  if (!key) return undefined;
  const record: CloudRecord | undefined = context.inventory.get("gcp:kms/cryptoKey:CryptoKey", key);
  const agent = `service-${projectNumber(projectOf(inputs, context))}@gs-project-accounts.iam.gserviceaccount.com`;
  if (record && keyRefusal(record, agent, context) === undefined) return undefined;
  return googleError(
    403,
    "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.",
    "forbidden",
  );
}

export const bucketBehaviours: Record<string, Resource> = { "gcp:storage/bucket:Bucket": owned(labelled(bucket)) };
