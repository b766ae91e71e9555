/**
 * Functions that look clusters and node groups up. Source: terraform-provider-aws, internal/service/eks
 * (`clusters_data_source.go`, `node_groups_data_source.go`, `node_group_data_source.go`), whose errors these are.
 */
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { missingCluster } from "./eksNodeGroup";
import { eks } from "./refusals";
import { inRegion, object, objects, text } from "./values";

type Lookup = (args: Properties, context: Context) => Properties;

/** Never fails: an account without a cluster has an empty list. */
export const getClusters: Lookup = (args, context) => {
  const at = within(args, context);
  return { id: at.region, names: inRegion(at, "aws:eks/cluster:Cluster").map(({ id }) => id), region: at.region };
};

export const getNodeGroups: Lookup = (args, context) => {
  const at = within(args, context);
  const clusterName = text(args, "clusterName");
  const cluster = inRegion(at, "aws:eks/cluster:Cluster").find(({ id }) => id === clusterName);
  if (!cluster) throw new Error(`listing EKS Node Groups: ${missingCluster("ListNodegroups", clusterName)}`);
  const names = groupsOf(clusterName, at).map(({ outputs }) => text(outputs, "nodeGroupName"));
  return { clusterName, id: clusterName, names, region: at.region };
};

export const getNodeGroup: Lookup = (args, context) => {
  const at = within(args, context);
  const clusterName = text(args, "clusterName");
  const name = text(args, "nodeGroupName");
  const group = groupsOf(clusterName, at).find(({ outputs }) => outputs.nodeGroupName === name);
  if (!group) {
    const problem = eks(
      "DescribeNodegroup",
      "ResourceNotFoundException",
      `No node group found for name: ${name}.`,
      404,
    );
    throw new Error(`reading EKS Node Group (${clusterName}:${name}): ${problem}`);
  }
  const { outputs } = group;
  const { id, name: templateName, version } = object(outputs, "launchTemplate");
  return {
    amiType: outputs.amiType,
    arn: outputs.arn,
    capacityType: outputs.capacityType,
    clusterName,
    diskSize: outputs.diskSize,
    id: group.id,
    instanceTypes: outputs.instanceTypes,
    labels: object(outputs, "labels"),
    launchTemplates: outputs.launchTemplate === undefined ? [] : [{ id, name: templateName ?? "", version }],
    nodeGroupName: name,
    nodeRoleArn: outputs.nodeRoleArn,
    region: at.region,
    releaseVersion: outputs.releaseVersion,
    remoteAccesses: outputs.remoteAccess === undefined ? [] : [outputs.remoteAccess],
    resources: outputs.resources,
    scalingConfigs: [outputs.scalingConfig],
    status: outputs.status,
    subnetIds: outputs.subnetIds,
    tags: object(outputs, "tagsAll"),
    taints: objects(outputs, "taints"),
    updateConfigs: [outputs.updateConfig],
    version: outputs.version,
    warmPoolConfigs: [],
  };
};

function groupsOf(clusterName: string, context: Context) {
  return inRegion(context, "aws:eks/nodeGroup:NodeGroup").filter(({ outputs }) => outputs.clusterName === clusterName);
}

/** The region that the call asks in place of the provider's own. */
function within(args: Properties, context: Context): Context {
  return text(args, "region") ? { ...context, region: text(args, "region") } : context;
}
