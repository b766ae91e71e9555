/** Cloud Storage buckets. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, object, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { keyRefusal } from "./kms";
import { first, googleError } from "./refusals";
import { regionNames } from "./regions";
import { autoName, labelled, owned, projectNumber, projectOf, timestamp, type Resource } from "./resource";

/** Locations that are of two regions by themselves: https://cloud.google.com/storage/docs/locations#predefined */
const dualRegions = ["NAM4", "EUR4", "ASIA1", "EUR5", "EUR7", "EUR8"];

/**
 * Regions of which a bucket of each location can be in two: https://cloud.google.com/storage/docs/locations#configurable.
 * Pairs with a location of their own are that one's only.
 */
const configurable: Record<string, string> = {
  ASIA: "asia-east1 asia-southeast1",
  AU: "australia-southeast1 australia-southeast2",
  CA: "northamerica-northeast1 northamerica-northeast2",
  DE: "europe-west10 europe-west3",
  EU:
    "europe-central2 europe-north1 europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west3 " +
    "europe-west4 europe-west8 europe-west9",
  IN: "asia-south1 asia-south2",
  IT: "europe-west12 europe-west8",
  US: "us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4",
};

const elsewhere: Record<string, string[]> = {
  EU: ["europe-north1 europe-west4", "europe-west10 europe-west3", "europe-west12 europe-west8"],
  US: ["us-central1 us-east1"],
};

/** Those that a bucket can be in without a choice of regions. */
const multiRegions = ["US", "EU", "ASIA", ...dualRegions];

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
    const placed = texts(object(inputs, "customPlacementConfig"), "dataLocations");
    const known = [...multiRegions, ...regionNames().map((region) => region.toUpperCase())];
    const longest = Math.max(
      ...text(inputs, "name")
        .split(".")
        .map((part) => part.length),
    );
    return first(
      placed.length === 0 &&
        !known.includes(location) &&
        googleError(400, "The specified location constraint is not valid.", "invalid"),
      placed.length > 0 && placementProblem(location, placed, text(inputs, "storageClass")),
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
        rpo: rpoOf(inputs),
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
    return { ...settings(inputs), location: record.outputs.location, rpo: rpoOf(inputs), updated: timestamp() };
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

/** How fast the second region follows; the provider shows none where there is one region only. */
function rpoOf(inputs: Properties): unknown {
  const location = text(inputs, "location").toUpperCase();
  return inputs.rpo ?? (multiRegions.includes(location) || location in configurable ? "DEFAULT" : "");
}

/** Words: https://github.com/terraform-google-modules/terraform-google-cloud-storage/pull/231 */
function placementProblem(location: string, placed: string[], storageClass: string): string | undefined {
  const pair = [...new Set(placed.map((region) => region.toLowerCase()))].sort();
  const allowed =
    pair.length === 2 &&
    pair.every((region) => configurable[location]?.split(" ").includes(region)) &&
    !elsewhere[location]?.includes(pair.join(" "));
  return allowed
    ? undefined
    : googleError(
        400,
        `Project - may not create storageClass ${storageClass || "STANDARD"} buckets with locationConstraint ${location} and ${pair.map((region) => `data_location ${region}`).join(", ")}.`,
        "invalid",
      );
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
