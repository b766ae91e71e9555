#!/usr/bin/env node
/**
 * gcloud as far as `platform init` needs it. Options: https://cloud.google.com/sdk/gcloud/reference (storage buckets, kms,
 * services, auth); what `storage buckets list` names: the same reference's examples with --format=json.
 */
import { readFileSync } from "node:fs";
import { main, Refused } from "./cli.mjs";

const shared = { "--project": /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "--format": /^json$/ };
const url = /^gs:\/\/(?!goog)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
const place = { "--location": /^[a-z]+-[a-z]+\d$/ };
const name = /^[a-zA-Z0-9_-]{1,63}$/;
const notFound = (what) => new Refused(`ERROR: (gcloud.kms) NOT_FOUND: ${what} not found.`);

function enabled(cloud, api) {
  if (!cloud.services?.includes(api)) throw new Refused(`ERROR: (gcloud) PERMISSION_DENIED: SERVICE_DISABLED ${api}`);
}

main("gcloud", {
  "auth list": {
    options: { "--filter": /^status:ACTIVE$/, ...shared },
    run: (_, cloud) => (cloud.loggedOut ? [] : [{ account: "ada@example.com", status: "ACTIVE" }]),
  },
  "auth application-default print-access-token": {
    run: (_, cloud) => {
      if (cloud.noDefault) throw new Refused("ERROR: Your default credentials were not found.");
      return "ya29.token-of-ada";
    },
  },
  "config get-value": { positional: /^project$/, run: () => "example-prod\n" },
  "services list": {
    options: { "--enabled": true, "--filter": /^config\.name=[a-z.]+$/, ...shared },
    run: (options, cloud) =>
      (cloud.services ?? [])
        .filter((api) => api === options["--filter"].split("=")[1])
        .map((api) => ({ config: { name: api } })),
  },
  "services enable": {
    positional: /^[a-z]+\.googleapis\.com$/,
    options: shared,
    changes: true,
    run: (_, cloud, [api]) => void (cloud.services = [...(cloud.services ?? []), api]),
  },
  "storage buckets list": {
    options: { "--filter": /^name=[a-z0-9._-]+$/, ...shared },
    run: (options, cloud) => {
      enabled(cloud, "storage.googleapis.com");
      return cloud.bucket ? [cloud.bucket] : [];
    },
  },
  "storage buckets create": {
    positional: url,
    options: { ...place, "--uniform-bucket-level-access": true, "--public-access-prevention": true, ...shared },
    changes: true,
    run: (options, cloud, [bucket]) => {
      if (cloud.nameTaken)
        throw new Refused(
          "ERROR: (gcloud.storage.buckets.create) HTTPError 409: The requested bucket name is not available.",
        );
      if (cloud.bucket)
        throw new Refused(
          "HTTPError 409: Your previous request to create the named bucket succeeded and you already own it.",
        );
      cloud.bucket = {
        name: bucket.slice("gs://".length),
        location: options["--location"].toUpperCase(),
        public_access_prevention: options["--public-access-prevention"] ? "enforced" : "inherited",
        uniform_bucket_level_access: options["--uniform-bucket-level-access"] === true,
        soft_delete_policy: { retentionDurationSeconds: "604800" },
      };
    },
  },
  "storage buckets update": {
    positional: url,
    options: {
      "--public-access-prevention": true,
      "--uniform-bucket-level-access": true,
      "--versioning": true,
      "--soft-delete-duration": /^\d+d$/,
      "--lifecycle-file": /^\/.+$/,
      ...shared,
    },
    changes: true,
    run: (options, { bucket }) => {
      if (options["--versioning"]) bucket.versioning_enabled = true;
      if (options["--public-access-prevention"]) bucket.public_access_prevention = "enforced";
      if (options["--lifecycle-file"])
        bucket.lifecycle_config = JSON.parse(readFileSync(options["--lifecycle-file"], "utf8"));
    },
  },
  "kms keyrings describe": {
    positional: name,
    options: { ...place, ...shared },
    run: (_, cloud) => {
      enabled(cloud, "cloudkms.googleapis.com");
      if (!cloud.ring) throw notFound("KeyRing");
      return cloud.ring;
    },
  },
  "kms keyrings create": {
    positional: name,
    options: { ...place, ...shared },
    changes: true,
    run: (options, cloud, [ring]) => void (cloud.ring = { name: ring, location: options["--location"] }),
  },
  "kms keys describe": {
    positional: name,
    options: { "--keyring": name, ...place, ...shared },
    run: (options, cloud) => {
      if (!cloud.ring?.key || cloud.ring.location !== options["--location"]) throw notFound("CryptoKey");
      return cloud.ring.key;
    },
  },
  "kms keys create": {
    positional: name,
    options: {
      "--keyring": name,
      "--purpose": /^(encryption|asymmetric-signing|asymmetric-encryption|mac)$/,
      "--rotation-period": /^\d+[dhms]$/,
      "--next-rotation-time": /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
      ...place,
      ...shared,
    },
    required: ["--keyring", "--location", "--purpose"],
    changes: true,
    run: (options, cloud) => void (cloud.ring.key = { primary: { state: "ENABLED", name: "1" } }),
  },
});
