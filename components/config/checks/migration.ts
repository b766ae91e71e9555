/** The stack that another one takes over from: what can be asked of its cloud, and by whom. */
import { cloudsWithRegion, findRegion, regionNames } from "../../regions";
import { suggestion } from "../problems";
import type { SourceConfig } from "../types";
import { type Check, check } from "./check";

type SourceKey = keyof SourceConfig;

/** One problem at most, of a key of the source; the source as it was written. */
function sourceCheck(
  key: SourceKey,
  more: SourceKey[],
  message: (source: SourceConfig, shown: string) => string | undefined,
): Check {
  const reads = [key, ...more].map((name) => `migration.source.${name}`);
  return check(reads, `migration.source.${key}`, ({ given, show }) => {
    const source = given.migration?.source;
    return source && message(source, show(["migration", "source", key], source[key]));
  });
}

/** A cloud takes a cluster's tokens when it finds the keys that they are signed with on the internet. */
const local = check(["cloud", "migration"], "migration", ({ given: { cloud, migration } }) =>
  migration !== undefined && cloud === "local"
    ? "is not possible on local: no cloud can check the tokens of such a cluster; leave it out"
    : undefined,
);

const velero = check(["migration", "backup.enabled"], "migration", ({ given: { cloud, migration }, config }) =>
  migration !== undefined && cloud !== "local" && !config.backup.enabled
    ? "needs backup.enabled: it is Velero that reads the backups; set it to true"
    : undefined,
);

const otherCloud = check(["cloud", "migration.source.cloud"], "migration.source.cloud", ({ given, show }) => {
  const cloud = given.migration?.source.cloud;
  return cloud === undefined || cloud !== given.cloud
    ? undefined
    : `${show(["migration", "source", "cloud"], cloud)} is the stack's own cloud; name the one that the other stack is in`;
});

const region = sourceCheck("region", ["cloud"], ({ cloud, region: name }, shown) => {
  if (findRegion(cloud, name)) return undefined;
  const [owner] = cloudsWithRegion(name);
  if (owner) return `${shown} is a region of ${owner}, and migration.source.cloud is ${cloud}`;
  const names = regionNames(cloud);
  return `${shown} is no region of ${cloud}${suggestion(name, names) || `; ${cloud} has ${names.join(", ")}`}`;
});

/**
 * Ids of accounts, and names of buckets and containers, as each cloud forms them:
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html,
 * https://cloud.google.com/resource-manager/docs/creating-managing-projects,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, https://cloud.google.com/storage/docs/buckets#naming,
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage
 */
const forms: Record<SourceConfig["cloud"], Record<"account" | "bucket", { pattern: RegExp; is: string }>> = {
  aws: {
    account: { pattern: /^\d{12}$/, is: 'account id of aws: twelve digits, in quotes, such as "111122223333"' },
    bucket: { pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, is: "bucket's name of aws; write it without s3://" },
  },
  azure: {
    account: {
      pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      is: "subscription id of azure, such as 11111111-2222-3333-4444-555555555555",
    },
    bucket: { pattern: /^[a-z0-9](-?[a-z0-9]){2,62}$/, is: "container's name of azure, such as velero" },
  },
  gcp: {
    account: { pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, is: "project id of gcp, such as example-prod" },
    bucket: { pattern: /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, is: "bucket's name of gcp; write it without gs://" },
  },
};

const formed = (["account", "bucket"] as const).map((key) =>
  sourceCheck(key, ["cloud"], (source, shown) => {
    const { pattern, is } = forms[source.cloud][key];
    return pattern.test(source[key]) ? undefined : `${shown} is no ${is}`;
  }),
);

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage */
const storageAccountName = /^[a-z0-9]{3,24}$/;

const ofAzure = (["storageAccount", "resourceGroup"] as const).map((key) =>
  sourceCheck(key, ["cloud"], (source, shown) => {
    if (source.cloud !== "azure") {
      return source[key] === undefined ? undefined : `${shown} has no effect on ${source.cloud}; leave it out`;
    }
    if (source[key] === undefined)
      return "missing; on azure a container is found by its storage account and resource group";
    return key === "storageAccount" && !storageAccountName.test(source[key])
      ? `${shown} is no storage account's name; it has 3 to 24 lower-case letters and digits`
      : undefined;
  }),
);

export const migrationChecks: Check[] = [local, velero, otherCloud, region, ...formed, ...ofAzure];
