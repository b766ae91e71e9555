/** The one place that knows which clouds there are. Each is imported only when it is used: a cloud's SDK is large. */
import type * as pulumi from "@pulumi/pulumi";

import { tokenFile } from "../backup/source";
import type { Cluster, SourceReader, SourceTrait } from "../cluster";
import { ownTags } from "../config/effective";
import type { PlatformConfig, SourceConfig } from "../config/types";

/**
 * Creates the cluster that the configuration asks for, or finds the existing one on `local`; where it takes over from a
 * stack in another cloud, lets it read that one's backups.
 *
 * @param name prefix of every resource's name, and the cluster's own name in the cloud
 * @throws where the name breaks the cloud's limits, or where the cloud lacks what the configuration names
 */
export async function createCluster(
  name: string,
  config: PlatformConfig,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Cluster> {
  const cluster = await ofCloud(name, config, opts);
  const { issuer, traits } = cluster;
  const velero = traits.identities.velero;
  if (config.migration === undefined || issuer === undefined || velero === undefined) {
    return cluster;
  }
  const { namespace, serviceAccount } = velero;
  const reader = { issuer, namespace, serviceAccount, tokenFile };
  const source = await sourceOf(name, config, config.migration.source, reader, opts);
  return { ...cluster, traits: { ...traits, source } };
}

async function ofCloud(name: string, config: PlatformConfig, opts?: pulumi.ComponentResourceOptions): Promise<Cluster> {
  switch (config.cloud) {
    case "aws":
      return (await import("./eks")).createEksCluster(name, config, opts);
    case "local":
      return (await import("./local")).createLocalCluster(name, config, opts);
    case "azure":
      return (await import("./aks")).createAksCluster(name, config, opts);
    case "gcp":
      return (await import("./gke")).createGkeCluster(name, config, opts);
    default:
      return unknownCloud(config.cloud);
  }
}

/** Makes in the other cloud what lets the reader in. */
async function sourceOf(
  name: string,
  { tags }: PlatformConfig,
  source: SourceConfig,
  reader: SourceReader,
  opts?: pulumi.ComponentResourceOptions,
): Promise<SourceTrait> {
  // The user's own are within the limits of the stack's cloud, not of this one.
  const args = {
    source,
    reader,
    tags: Object.fromEntries(Object.entries(tags).filter(([tag]) => ownTags.includes(tag))),
  };
  switch (source.cloud) {
    case "aws":
      return (await import("./aws/source")).readSource(name, args, opts);
    case "azure":
      return (await import("./azure/source")).readSource(name, args, opts);
    case "gcp":
      return (await import("./gcp/source")).readSource(name, args, opts);
    default:
      return unknownCloud(source.cloud);
  }
}

function unknownCloud(cloud: never): never {
  throw new Error(`cloud: "${String(cloud)}" is unknown; allowed: aws, azure, gcp, local`);
}
