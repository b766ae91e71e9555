/** The node pools beside the one that the cluster is born with. */
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import * as pulumi from "@pulumi/pulumi";

import type { Place } from "./place";
import type { Pool } from "./pools";

export interface NodesArgs {
  place: Place;
  clusterName: pulumi.Input<string>;
  pools: Pool[];
  /** What else is done to the cluster before. */
  dependsOn: pulumi.Resource[];
}

/**
 * One after the other: AKS refuses to work on a pool while it works on another of the same cluster
 * (https://github.com/Azure/terraform-azurerm-avm-res-containerservice-managedcluster/pull/160).
 */
export class Nodes extends pulumi.ComponentResource {
  readonly pools: AgentPool[];

  constructor(
    prefix: string,
    { place, clusterName, pools, dependsOn }: NodesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:Nodes", prefix, {}, opts);
    this.pools = [];
    for (const { key, name, settings } of pools) {
      const before = this.pools.at(-1);
      const pool = new AgentPool(
        `${prefix}-${key}`,
        { resourceGroupName: place.resourceGroupName, resourceName: clusterName, agentPoolName: name, ...settings },
        { parent: this, dependsOn: before ? [before] : dependsOn },
      );
      this.pools.push(pool);
    }
    this.registerOutputs();
  }
}
