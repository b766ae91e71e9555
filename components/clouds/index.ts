/** The one place that knows which clouds there are. Each is imported only when it is used: a cloud's SDK is large. */
import type * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../cluster";
import type { PlatformConfig } from "../config/types";

/**
 * Creates the cluster that the configuration asks for, or finds the existing one on `local`.
 *
 * @param name prefix of every resource's name, and the cluster's own name in the cloud
 * @throws where the name breaks the cloud's limits, or where the cloud lacks what the configuration names
 */
export async function createCluster(
  name: string,
  config: PlatformConfig,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Cluster> {
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

function unknownCloud(cloud: never): never {
  throw new Error(`cloud: "${String(cloud)}" is unknown; allowed: aws, azure, gcp, local`);
}
