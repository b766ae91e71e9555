/** What of the cluster is in the account already, looked up before the program declares anything. */
import { getClusters } from "@pulumi/aws/eks/getClusters";
import { getNodeGroup } from "@pulumi/aws/eks/getNodeGroup";
import { getNodeGroups } from "@pulumi/aws/eks/getNodeGroups";
import type * as pulumi from "@pulumi/pulumi";

import type { Scaling } from "./scaling";

export interface LiveCluster {
  /** False before the first `up`: whoever runs it will be the cluster's creator. */
  exists: boolean;
  groups: LiveGroup[];
}

export interface LiveGroup {
  /** As EKS has it: the resource's name, a hyphen, and what Pulumi appends. */
  name: string;
  scaling: Scaling;
}

/**
 * The cluster of this name and its node groups, as they are now. Three calls in a row, the groups' side by side.
 *
 * @throws where the identity may not look, with the rights that it needs
 */
export async function liveCluster(clusterName: string, provider: pulumi.ProviderResource): Promise<LiveCluster> {
  try {
    const { names } = await getClusters({}, { provider });
    if (!names.includes(clusterName)) return { exists: false, groups: [] };
    const groups = await getNodeGroups({ clusterName }, { provider });
    const found = await Promise.all(
      groups.names.map((nodeGroupName) => getNodeGroup({ clusterName, nodeGroupName }, { provider })),
    );
    return {
      exists: true,
      groups: found.flatMap(({ nodeGroupName: name, scalingConfigs: [scaling], status }) =>
        scaling === undefined || status === "DELETING" ? [] : [{ name, scaling }],
      ),
    };
  } catch (error) {
    throw new Error(
      `the nodes of "${clusterName}" cannot be looked at, and without their number a change of nodes.min or nodes.max ` +
        `could take busy ones away: ${error instanceof Error ? error.message : String(error)} ` +
        `(needed: eks:ListClusters, eks:ListNodegroups, eks:DescribeNodegroup)`,
      { cause: error },
    );
  }
}

/** The scaling of the groups that stand for the resource `name`: one, or none, or two during a replacement. */
export function scalingOf(name: string, groups: LiveGroup[]): Scaling[] {
  return groups.filter((group) => group.name.startsWith(`${name}-`)).map(({ scaling }) => scaling);
}
