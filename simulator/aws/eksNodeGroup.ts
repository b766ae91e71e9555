/** Managed node groups: their nodes appear on the cluster as soon as the group is there. */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import {
  instanceProblem,
  joinProblem,
  roleProblem,
  scalingProblem,
  subnetProblem,
  templateProblem,
  versionProblem,
} from "./eksNodeChecks";
import { nodesOf } from "./nodes";
import { eks, first } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { arn, object, objects, text } from "./values";

/** https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const groupsInCluster = 30;

const invalid = (message: string) => eks("CreateNodegroup", "InvalidParameterException", message);

const nodeGroup: Resource = {
  defaults: (inputs, context) => autoName(inputs, context, 255, "nodeGroupName"),
  uniqueName(inputs) {
    const name = text(inputs, "nodeGroupName");
    const scope = text(inputs, "clusterName");
    const message = `NodeGroup already exists with name ${name} and cluster name ${scope}`;
    return { scope, name, taken: eks("CreateNodegroup", "ResourceInUseException", message, 409) };
  },
  refuse(inputs, context) {
    const clusterName = text(inputs, "clusterName");
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", clusterName);
    const siblings = context.inventory
      .list("aws:eks/nodeGroup:NodeGroup")
      .filter(({ outputs }) => outputs.clusterName === clusterName);
    if (!cluster) return missingCluster("CreateNodegroup", clusterName);
    return (
      first(
        !/^[0-9A-Za-z][\w-]{0,62}$/.test(text(inputs, "nodeGroupName")) &&
          invalid(
            `nodegroupName can't be longer than 63 characters and must match ^[0-9A-Za-z][A-Za-z0-9-_]*: ${text(inputs, "nodeGroupName")}`,
          ),
        siblings.length >= groupsInCluster &&
          eks("CreateNodegroup", "ResourceLimitExceededException", "Nodegroup limit exceeded for cluster"),
        versionProblem("CreateNodegroup", text(inputs, "version"), text(cluster.outputs, "version")),
        scalingProblem("CreateNodegroup", object(inputs, "scalingConfig")),
        instanceProblem(inputs, context),
        templateProblem(inputs, context),
      ) ??
      roleProblem(text(inputs, "nodeRoleArn"), context) ??
      subnetProblem(inputs, cluster, context) ??
      joinProblem(inputs, cluster, context)
    );
  },
  async create(inputs, context) {
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"));
    const name = text(inputs, "nodeGroupName");
    const fixed = { ...inputs, ...settings(inputs, text(cluster?.outputs ?? {}, "version")) };
    const uuid = freeSeed(name, fixed, context);
    const outputs: Properties = {
      ...fixed,
      arn: arn(context, "eks", `nodegroup/${text(inputs, "clusterName")}/${name}/${uuid}`),
      nodeGroupNamePrefix: text(inputs, "nodeGroupNamePrefix"),
      resources: [{ autoscalingGroups: [{ name: `eks-${name}-${uuid}` }], remoteAccessSecurityGroupId: "" }],
      status: "ACTIVE",
    };
    await setNodes(outputs, context);
    return { id: `${text(inputs, "clusterName")}:${name}`, outputs };
  },
  async update(record, inputs, context, recorded) {
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"));
    const clusterVersion = text(cluster?.outputs ?? {}, "version");
    const scalingConfig = scalingAfter(record, inputs, recorded);
    const problem =
      versionProblem("UpdateNodegroupVersion", text(inputs, "version"), clusterVersion) ??
      scalingProblem("UpdateNodegroupConfig", scalingConfig);
    if (problem) throw new Error(problem);
    const version = text(record.outputs, "version");
    const outputs = { ...settings({ version, ...inputs }, clusterVersion), scalingConfig };
    await setNodes({ ...record.outputs, ...inputs, ...outputs }, context);
    return outputs;
  },
  async delete({ outputs }, context) {
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(outputs, "clusterName"));
    if (cluster) await context.clusters.setNodes(text(cluster.outputs, "arn"), text(outputs, "nodeGroupName"), []);
  },
};

/**
 * The provider sends the scaling as a whole where it differs from what was asked for last, whatever the group has by now,
 * and leaves it alone where it does not (terraform-provider-aws internal/service/eks/node_group.go,
 * `resourceNodeGroupUpdate`: `if d.HasChange("scaling_config")`).
 */
function scalingAfter({ outputs }: CloudRecord, inputs: Properties, recorded: Properties): Properties {
  const wanted = object(inputs, "scalingConfig");
  return isDeepStrictEqual(wanted, object(recorded, "scalingConfig")) ? object(outputs, "scalingConfig") : wanted;
}

/** Outputs that an update may change. */
function settings(inputs: Properties, clusterVersion: string): Properties {
  const version = text(inputs, "version") || clusterVersion;
  const hasTemplate = text(object(inputs, "launchTemplate"), "id") !== "";
  return {
    amiType: inputs.amiType ?? "AL2023_x86_64_STANDARD",
    capacityType: inputs.capacityType ?? "ON_DEMAND",
    diskSize: inputs.diskSize ?? (hasTemplate ? 0 : 20),
    instanceTypes: inputs.instanceTypes ?? ["t3.medium"],
    nodeRepairConfig: inputs.nodeRepairConfig ?? { enabled: false },
    // AMI releases are dated; the day is the one that the versions' table was made on.
    releaseVersion: inputs.releaseVersion ?? `${version}.0-20261121`,
    updateConfig: inputs.updateConfig ?? { maxUnavailable: 1 },
    version,
  };
}

/** A node group's auto-scaling group, from whose name its nodes' addresses follow. */
function scalingGroup(outputs: Properties): string {
  return text(objects(objects(outputs, "resources")[0] ?? {}, "autoscalingGroups")[0] ?? {}, "name");
}

/** An id for the auto-scaling group under which no node, now or when the group is at its largest, has another's address. */
function freeSeed(name: string, outputs: Properties, context: Context): string {
  const largest = (group: Properties, seed: string) => {
    const scaling = object(group, "scalingConfig");
    return nodesOf({ ...group, scalingConfig: { ...scaling, desiredSize: scaling.maxSize } }, seed, context);
  };
  const taken = new Set(
    context.inventory
      .list("aws:eks/nodeGroup:NodeGroup")
      .flatMap((group) => largest(group.outputs, scalingGroup(group.outputs)).map((node) => node.name)),
  );
  for (;;) {
    const uuid = randomUUID();
    if (!largest(outputs, `eks-${name}-${uuid}`).some((node) => taken.has(node.name))) return uuid;
  }
}

async function setNodes(outputs: Properties, context: Context): Promise<void> {
  const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(outputs, "clusterName"));
  const nodes = nodesOf(outputs, scalingGroup(outputs), context);
  await context.clusters.setNodes(text(cluster?.outputs ?? {}, "arn"), text(outputs, "nodeGroupName"), nodes);
}

export function missingCluster(operation: string, name: string): string {
  return eks(operation, "ResourceNotFoundException", `No cluster found for name: ${name}.`, 404);
}

export const eksNodeGroupBehaviours: Record<string, Resource> = {
  "aws:eks/nodeGroup:NodeGroup": regional(tagged(nodeGroup)),
};
