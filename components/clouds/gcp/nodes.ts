/** The nodes: a general pool, and one of spot capacity where asked for. */
import { type Cluster as GkeCluster, NodePool } from "@pulumi/gcp/container";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../../config/types";
import { named } from "./names";
import type { NodeIdentity } from "./nodeidentity";

export interface NodesArgs {
  config: PlatformConfig;
  cluster: GkeCluster;
  identity: NodeIdentity;
  /** Google's name of the machines. */
  machineType: string;
  /** The nodes' way to the registries. */
  dependsOn: pulumi.Resource[];
}

interface PoolSpec {
  min: number;
  max: number;
  spot: boolean;
}

/**
 * Pools over all of the cluster's zones. GKE has a group of machines in each zone and its autoscaler knows them one by
 * one, so a pod whose volume is in a zone gets a node there.
 */
export class Nodes extends pulumi.ComponentResource {
  readonly pools: NodePool[];

  constructor(
    private readonly prefix: string,
    private readonly args: NodesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:Nodes", prefix, {}, opts);
    const { min, max, spot } = args.config.nodes;
    const general = this.pool("general", { min, max, spot: false });
    this.pools = spot ? [general, this.pool("spot", { min: 0, max, spot: true })] : [general];
    this.registerOutputs();
  }

  private pool(purpose: string, spec: PoolSpec): NodePool {
    const { config, cluster, identity, dependsOn } = this.args;
    const { zones, perZone } = firstNodes(spec, config.nodes.zones);
    return new NodePool(
      named(this.prefix, purpose, "nodePool"),
      {
        cluster: cluster.name,
        location: config.region,
        // Left to the cluster unless there are fewer nodes than zones.
        nodeLocations: zones.length < config.nodes.zones.length ? zones : undefined,
        initialNodeCount: perZone,
        autoscaling: {
          totalMinNodeCount: spec.min,
          totalMaxNodeCount: spec.max,
          // Spot capacity is taken from wherever it is least likely to be taken back.
          locationPolicy: spec.spot ? "ANY" : "BALANCED",
        },
        // The version is the release channel's: it follows the control plane's, in the maintenance window.
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
        nodeConfig: this.nodeConfig(spec.spot),
      },
      {
        parent: this,
        // The number of nodes that a pool began with never changes: a new one would replace the pool
        // (https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/container/resource_container_node_pool.go,
        // `initial_node_count`). Raised or lowered bounds reach the autoscaler by `autoscaling` alone, in place.
        ignoreChanges: ["initialNodeCount"],
        dependsOn: [...dependsOn, ...identity.grants],
      },
    );
  }

  private nodeConfig(spot: boolean): input.container.NodePoolNodeConfig {
    const { config, identity, machineType } = this.args;
    return {
      machineType,
      spot,
      imageType: "COS_CONTAINERD",
      diskType: "pd-balanced",
      diskSizeGb: 50,
      ...hardened(identity),
      labels: { "platform/pool": spot ? "spot" : "general" },
      taints: spot ? [{ key: "platform/spot", value: "true", effect: "PREFER_NO_SCHEDULE" }] : undefined,
      // The provider's default labels reach clusters, disks and buckets, not machines.
      resourceLabels: config.tags,
    };
  }
}

/**
 * What every node has: a verified boot, an identity that can do next to nothing, and a metadata server that gives pods
 * their own identity in place of the node's. https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
 */
export function hardened(
  identity: NodeIdentity,
): Pick<
  input.container.NodePoolNodeConfig,
  "serviceAccount" | "oauthScopes" | "shieldedInstanceConfig" | "workloadMetadataConfig" | "metadata"
> {
  return {
    serviceAccount: identity.email,
    // What the machines may do is said by the roles of their account, not by scopes.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    metadata: { "disable-legacy-endpoints": "true" },
  };
}

/**
 * How a pool begins: GKE takes a number for each zone, and bounds for all of them. As many as reach the minimum, as long
 * as they stay within the maximum; in fewer zones where the maximum has no node for each.
 *
 * `{ min: 4, max: 9 }` in three zones → two in each; `{ min: 4, max: 5 }` → one in each, and the autoscaler adds one
 */
export function firstNodes(
  { min, max }: Pick<PoolSpec, "min" | "max">,
  zones: string[],
): { zones: string[]; perZone: number } {
  const used = zones.slice(0, Math.min(zones.length, max));
  const enough = Math.ceil(min / used.length);
  return { zones: used, perZone: enough * used.length <= max ? enough : Math.floor(max / used.length) };
}
