/** Stacks that take over from one in another cloud: brought up against the answers of both. */
import * as pulumi from "@pulumi/pulumi";

import { createCluster } from "../../../components/clouds";
import type { PlatformConfig, SourceConfig } from "../../../components/config/types";
import * as aws from "./aws";
import * as azure from "./azure";
import * as google from "./gcp/google";
import { type Computed, type Invoke, record } from "./record";

export type Managed = SourceConfig["cloud"];

export const sources: Record<Managed, SourceConfig> = {
  aws: { cloud: "aws", region: "eu-west-1", account: "111122223333", bucket: "platform-prod-backup-0a1b2c3" },
  azure: {
    cloud: "azure",
    region: "westeurope",
    account: azure.subscription,
    bucket: "velero",
    storageAccount: "platformprod0a1b2c3d",
    resourceGroup: "platform-prod-backup0a1b2c3d",
  },
  gcp: { cloud: "gcp", region: "europe-west1", account: "example-former", bucket: "platform-prod-backup-0a1b2c3" },
};

/** Who the tokens of each cloud's clusters say that they are from. */
export const issuers: Record<Managed, string> = {
  aws: aws.issuer,
  azure: `https://westeurope.oic.prod-aks.azure.com/${azure.tenant}/0123/`,
  gcp: "https://container.googleapis.com/v1/platform-test-id",
};

const clouds: Record<
  Managed,
  { dev: (change?: Partial<PlatformConfig>) => PlatformConfig; computed: Computed; invoke: Invoke }
> = { aws, azure, gcp: google };

/** Every ordered pair: the new cloud, then the former one. */
export const pairs = (Object.keys(clouds) as Managed[]).flatMap((target) =>
  (Object.keys(clouds) as Managed[]).filter((source) => source !== target).map((source) => [target, source] as const),
);

/** A stack of dev in the cloud, which takes over from one in `source`; from none where that is left out. */
export function successor(target: Managed, source?: Managed): PlatformConfig {
  const tags = { environment: "dev", stack: "test", "managed-by": "pulumi", "Cost Center": "4711/a" };
  return clouds[target].dev(source === undefined ? { tags } : { tags, migration: { source: sources[source] } });
}

const ownerOf = (token: string): Managed =>
  token.startsWith("gcp:") ? "gcp" : token.startsWith("azure-native:") ? "azure" : "aws";

const pools = "projects/123456789012/locations/global/workloadIdentityPools";

/** What any of the clouds answers, by whose type it is. */
export const computed: Computed = (type, name, inputs) => {
  switch (type) {
    case "random:index/randomId:RandomId":
      return { hex: "0a1b2c3d" };
    case "gcp:iam/workloadIdentityPool:WorkloadIdentityPool":
      return { name: `${pools}/${String(inputs.workloadIdentityPoolId)}` };
    case "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider":
      return { name: `${pools}/${String(inputs.workloadIdentityPoolId)}/providers/cluster` };
    case "azure-native:managedidentity:UserAssignedIdentity":
      return { ...azure.computed(type, name, inputs), tenantId: azure.tenant };
    default:
      return clouds[ownerOf(type)].computed(type, name, inputs);
  }
};

export const invoke: Invoke = (token, inputs, provider) => clouds[ownerOf(token)].invoke(token, inputs, provider);

export function up(config: PlatformConfig, name = "platform-test") {
  return record(
    () => {
      pulumi.runtime.setConfig("gcp:project", google.project);
      return createCluster(name, config);
    },
    computed,
    invoke,
  );
}
