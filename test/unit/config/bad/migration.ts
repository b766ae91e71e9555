/** Stacks that take over from another one. */
import { regionNames } from "../../../../components/regions";
import type { Bad } from "./bad";

const gcp = { cloud: "gcp", region: "europe-west1", account: "example-former", bucket: "platform-prod-backup-0a1b2c3" };
const azure = {
  cloud: "azure",
  region: "westeurope",
  account: "11111111-2222-3333-4444-555555555555",
  bucket: "velero",
  storageAccount: "platformprod0a1b2c3d",
  resourceGroup: "platform-prod-backup0a1b2c3d",
};
const from = (source: Record<string, unknown>) => ({ migration: { source } });
const found = "on azure a container is found by its storage account and resource group";

export const migration: Bad[] = [
  {
    name: "a bootstrap of another kind",
    values: { bootstrap: "manual" },
    messages: ['bootstrap: "manual" is not allowed; one of automatic, paused'],
  },
  {
    name: "a migration from nowhere in particular",
    values: from({ cloud: "gcp", region: "europe-west1", account: "example-former" }),
    messages: [
      "migration.source.bucket: missing; a bucket's name; on azure the container's, for example \"platform-prod-backup-0a1b2c3\"",
    ],
  },
  {
    name: "a migration from a cluster of one's own",
    values: from({ ...gcp, cloud: "local" }),
    messages: ['migration.source.cloud: "local" is not allowed; one of aws, azure, gcp'],
  },
  {
    name: "a migration within a cloud",
    values: from({ cloud: "aws", region: "eu-central-1", account: "111122223333", bucket: "backups" }),
    messages: ['migration.source.cloud: "aws" is the stack\'s own cloud; name the one that the other stack is in'],
  },
  {
    name: "a migration to a cluster of one's own",
    values: { cloud: "local", region: "k3s", ...from(gcp) },
    messages: ["migration: is not possible on local: no cloud can check the tokens of such a cluster; leave it out"],
  },
  {
    name: "a migration without Velero",
    values: { backup: { enabled: false }, ...from(gcp) },
    messages: ["migration: needs backup.enabled: it is Velero that reads the backups; set it to true"],
  },
  {
    name: "a source in another cloud's region",
    values: from({ ...gcp, region: "westeurope" }),
    messages: ['migration.source.region: "westeurope" is a region of azure, and migration.source.cloud is gcp'],
  },
  {
    name: "a source in a region that is written wrong",
    values: from({ ...gcp, region: "europe-wst1" }),
    messages: ['migration.source.region: "europe-wst1" is no region of gcp; did you mean europe-west1?'],
  },
  {
    name: "a source in no region",
    values: from({ ...gcp, region: "mars" }),
    messages: [`migration.source.region: "mars" is no region of gcp; gcp has ${regionNames("gcp").join(", ")}`],
  },
  {
    name: "a project's number, and an address for a bucket",
    values: from({ ...gcp, account: "123456789012", bucket: "gs://backups" }),
    messages: [
      'migration.source.account: "123456789012" is no project id of gcp, such as example-prod',
      'migration.source.bucket: "gs://backups" is no bucket\'s name of gcp; write it without gs://',
    ],
  },
  {
    name: "an account id of AWS as a number",
    values: {
      cloud: "gcp",
      region: "europe-west1",
      ...from({ cloud: "aws", region: "eu-west-1", account: 111122223333, bucket: "backups" }),
    },
    messages: ["migration.source.account: 111122223333 is no text; put it in quotes"],
  },
  {
    name: "an account and a bucket of AWS that are none",
    values: {
      cloud: "gcp",
      region: "europe-west1",
      ...from({ cloud: "aws", region: "eu-west-1", account: "1111", bucket: "s3://backups" }),
    },
    messages: [
      'migration.source.account: "1111" is no account id of aws: twelve digits, in quotes, such as "111122223333"',
      'migration.source.bucket: "s3://backups" is no bucket\'s name of aws; write it without s3://',
    ],
  },
  {
    name: "a container without its account",
    values: from({ cloud: "azure", region: "westeurope", account: azure.account, bucket: "velero" }),
    messages: [
      `migration.source.storageAccount: missing; ${found}`,
      `migration.source.resourceGroup: missing; ${found}`,
    ],
  },
  {
    name: "names that Azure would not take",
    values: from({ ...azure, account: "Production", bucket: "Velero", storageAccount: "platform-prod" }),
    messages: [
      'migration.source.account: "Production" is no subscription id of azure, such as 11111111-2222-3333-4444-555555555555',
      'migration.source.bucket: "Velero" is no container\'s name of azure, such as velero',
      'migration.source.storageAccount: "platform-prod" is no storage account\'s name; it has 3 to 24 lower-case letters and digits',
    ],
  },
  {
    name: "a storage account of Google's",
    values: from({ ...gcp, storageAccount: "backups", resourceGroup: "backups" }),
    messages: [
      'migration.source.storageAccount: "backups" has no effect on gcp; leave it out',
      'migration.source.resourceGroup: "backups" has no effect on gcp; leave it out',
    ],
  },
];
