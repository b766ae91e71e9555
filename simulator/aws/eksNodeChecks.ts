/** What EKS refuses of a node group, and what makes one fail after its instances have started. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { minor } from "./eksVersions";
import { attachedTo } from "./iam";
import { instance } from "./instances";
import { trusts } from "./policies";
import { eks, first } from "./refusals";
import { findSubnets } from "./subnets";
import { count, findBy, object, objects, text, texts } from "./values";

/** https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const nodesInGroup = 450;

const invalid = (message: string) => eks("CreateNodegroup", "InvalidParameterException", message);

/** A node may be three minor versions older than the control plane, never newer. */
export function versionProblem(operation: string, version: string, clusterVersion: string): string | undefined {
  const behind = minor(clusterVersion) - minor(version || clusterVersion);
  return behind < 0 || behind > 3
    ? eks(
        operation,
        "InvalidParameterException",
        `Requested Kubernetes version ${version} is not supported on a cluster of version ${clusterVersion}`,
      )
    : undefined;
}

/**
 * The bounds and the number between them. A minimum above the maximum fails one of the last two checks. Words: of creation
 * https://github.com/sassoftware/viya4-iac-aws/issues/298 and
 * https://github.com/ministryofjustice/cloud-platform-infrastructure/pull/4595, of updates
 * https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3306 and what users of `eksctl scale nodegroup` quote
 * ("desired capacity 2 can't be greater than max size 1").
 */
export function scalingProblem(operation: ScalingOperation, scaling: Properties): string | undefined {
  const [min = 0, max = 0, desired = 0] = ["minSize", "maxSize", "desiredSize"].map((key) => count(scaling, key));
  const refuse = (message: string) => eks(operation, "InvalidParameterException", message);
  const words = {
    CreateNodegroup: ["minSize can't be greater than desiredSize", "desiredSize can't be greater than maxSize"],
    UpdateNodegroupConfig: [
      `Minimum capacity ${min} can't be greater than desired size ${desired}`,
      `desired capacity ${desired} can't be greater than max size ${max}`,
    ],
  }[operation];
  return first(
    max < 1 && refuse("maxSize must be at least 1"),
    max > nodesInGroup &&
      eks(operation, "ResourceLimitExceededException", `Maximum number of nodes per nodegroup is ${nodesInGroup}`),
    min > desired && refuse(words[0] ?? ""),
    desired > max && refuse(words[1] ?? ""),
  );
}

type ScalingOperation = "CreateNodegroup" | "UpdateNodegroupConfig";

export function instanceProblem(inputs: Properties, context: Context): string | undefined {
  const types = texts(inputs, "instanceTypes");
  const unknown = types.filter((type) => !instance(type));
  const amiType = text(inputs, "amiType") || "AL2023_x86_64_STANDARD";
  const architecture = /ARM_64/i.test(amiType) ? "arm64" : "amd64";
  const wrong = types.filter((type) => instance(type)?.architecture !== architecture);
  const version =
    text(inputs, "version") ||
    text(context.inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"))?.outputs ?? {}, "version");
  return first(
    unknown.length > 0 && invalid(`The following supplied instance types do not exist: [${unknown.join(", ")}]`),
    wrong.length > 0 && invalid(`[${wrong.join(", ")}] is not a valid instance type for requested amiType ${amiType}`),
    /^AL2_/.test(amiType) &&
      minor(version) > 32 &&
      invalid(`AMI Type ${amiType} is only supported for kubernetes versions 1.32 or earlier`),
  );
}

export function templateProblem(inputs: Properties, { inventory }: Context): string | undefined {
  const { id, name } = object(inputs, "launchTemplate") as { id?: string; name?: string };
  if (id === undefined && name === undefined) return undefined;
  const template = inventory
    .list("aws:ec2/launchTemplate:LaunchTemplate")
    .find((record) => record.id === id || record.outputs.name === name);
  return first(
    !template &&
      eks(
        "CreateNodegroup",
        "InvalidRequestException",
        `The specified launch template, with template ID ${id ?? name ?? ""}, does not exist.`,
      ),
    inputs.diskSize !== undefined && invalid("Disk size must be specified within the launch template."),
  );
}

export function roleProblem(roleArn: string, context: Context): string | undefined {
  const role = findBy(context, "aws:iam/role:Role", "arn", roleArn);
  if (!role) return invalid(`The specified nodeRole ${roleArn} does not exist`);
  return trusts(role, "ec2.amazonaws.com")
    ? undefined
    : invalid(
        `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${roleArn}`,
      );
}

/** Subnets of the cluster's VPC, and public ones only where they hand out public addresses. */
export function subnetProblem(inputs: Properties, cluster: CloudRecord, context: Context): string | undefined {
  const subnets = findSubnets("CreateNodegroup", texts(inputs, "subnetIds"), context);
  if (typeof subnets === "string") return subnets;
  const vpcId = object(cluster.outputs, "vpcConfig").vpcId;
  const foreign = subnets.find(({ outputs }) => outputs.vpcId !== vpcId);
  if (foreign) return invalid(`Subnet ${foreign.id} is not in the VPC ${String(vpcId)} of the cluster`);
  const closed = subnets.filter(
    ({ id, outputs }) => outputs.mapPublicIpOnLaunch !== true && wayOut(id, context) === "internet",
  );
  const ids = closed.map(({ id }) => id).join(", ");
  return closed.length > 0
    ? failed(
        `Ec2SubnetInvalidConfiguration: One or more Amazon EC2 Subnets of [${ids}] for node group ${text(inputs, "nodeGroupName")} ` +
          "does not automatically assign public IP addresses to instances launched into it. If you want your instances to be " +
          "assigned a public IP address, then you need to enable auto-assign public IP address for the subnet.",
        inputs,
      )
    : undefined;
}

/**
 * Why started nodes would not become nodes of the cluster: no way out to AWS, no right to join or to pull images, no
 * network add-on or no rights for it. EKS finds out by waiting, and its message names neither cause.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html#worker-node-fail
 */
export function joinProblem(inputs: Properties, cluster: CloudRecord, context: Context): string | undefined {
  if ((count(object(inputs, "scalingConfig"), "desiredSize") ?? 0) === 0) return undefined;
  const role = findBy(context, "aws:iam/role:Role", "arn", text(inputs, "nodeRoleArn"));
  const policies = attachedTo(role?.id ?? "", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", context).map(
    ({ outputs }) => text(outputs, "policyArn").split("/").pop() ?? "",
  );
  const has = (...names: string[]) => names.some((name) => policies.includes(name));
  const cutOff = texts(inputs, "subnetIds").some((id) => wayOut(id, context) === "none");
  const { inventory } = context;
  const addons = inventory.list("aws:eks/addon:Addon").filter(({ outputs }) => outputs.clusterName === cluster.id);
  const addon = (name: string) => addons.find(({ outputs }) => outputs.addonName === name);
  const cni = addon("vpc-cni");
  const network = cni !== undefined || cluster.outputs.bootstrapSelfManagedAddons !== false;
  const association = inventory
    .list("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    .some(({ outputs }) => outputs.clusterName === cluster.id && outputs.serviceAccount === "aws-node");
  const networkRights =
    has("AmazonEKS_CNI_Policy") ||
    text(cni?.outputs ?? {}, "serviceAccountRoleArn") !== "" ||
    (association && addon("eks-pod-identity-agent") !== undefined);
  const mayJoin =
    has("AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy") &&
    has("AmazonEC2ContainerRegistryReadOnly", "AmazonEC2ContainerRegistryPullOnly");
  return first(
    (cutOff || !mayJoin) && failed("NodeCreationFailure: Instances failed to join the kubernetes cluster", inputs),
    (!network || !networkRights) && failed("NodeCreationFailure: Unhealthy nodes in the kubernetes cluster", inputs),
  );
}

function failed(reason: string, inputs: Properties): string {
  return (
    `waiting for EKS Node Group (${text(inputs, "clusterName")}:${text(inputs, "nodeGroupName")}) create: ` +
    `unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: ${reason}`
  );
}

/** Where a subnet's default route leads. A subnet that was there before any stack is taken to have one. */
function wayOut(subnetId: string, { inventory }: Context): "internet" | "nat" | "none" | "unknown" {
  const subnet = inventory.get("aws:ec2/subnet:Subnet", subnetId);
  if (!subnet || subnet.urn === "") return "unknown";
  const vpc = inventory.get("aws:ec2/vpc:Vpc", text(subnet.outputs, "vpcId"));
  const association = inventory
    .list("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .find(({ outputs }) => outputs.subnetId === subnetId);
  const table = text(association?.outputs ?? {}, "routeTableId") || text(vpc?.outputs ?? {}, "mainRouteTableId");
  const inline = objects(inventory.get("aws:ec2/routeTable:RouteTable", table)?.outputs ?? {}, "routes").find(
    (route) => route.cidrBlock === "0.0.0.0/0",
  );
  const route =
    inline ??
    inventory
      .list("aws:ec2/route:Route")
      .find(({ outputs }) => outputs.routeTableId === table && outputs.destinationCidrBlock === "0.0.0.0/0")?.outputs;
  if (!route) return "none";
  return text(route, "gatewayId") ? "internet" : "nat";
}
