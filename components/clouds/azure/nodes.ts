/** The node pools beside the one that the cluster is born with. */
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import * as pulumi from "@pulumi/pulumi";

import type { Place } from "./place";
import type { Pool } from "./pools";

export interface NodesArgs {
  place: Place;
  clusterName: pulumi.Input<string>;
  pools: Pool[];
}

export class Nodes extends pulumi.ComponentResource {
  readonly pools: AgentPool[];

  constructor(prefix: string, { place, clusterName, pools }: NodesArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:azure:Nodes", prefix, {}, opts);
    this.pools = pools.map(
      ({ key, name, settings }) =>
        new AgentPool(
          `${prefix}-${key}`,
          {
            resourceGroupName: place.resourceGroupName,
            resourceName: clusterName,
            agentPoolName: name,
            ...settings,
          },
          { parent: this },
        ),
    );
    this.registerOutputs();
  }
}
