/** VPCs, their internet gateways and their default security groups. */
import type { Context } from "../cloud/behaviour";
import { parseRange } from "./cidr";
import { ec2, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, ec2Id, findBy, inRegion, objects, text } from "./values";

/** VPCs and internet gateways in a region: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const vpcsInRegion = 5;

/** What lives in a VPC and keeps it from being deleted. Its own default group and main table go with it. */
const residents = [
  "aws:ec2/subnet:Subnet",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/natGateway:NatGateway",
  "aws:lb/loadBalancer:LoadBalancer",
];

const vpc: Resource = {
  defaults: () => ({ instanceTenancy: "default", enableDnsSupport: true }),
  refuse(inputs, context) {
    const cidr = text(inputs, "cidrBlock");
    const range = parseRange(cidr);
    return first(
      inRegion(context, "aws:ec2/vpc:Vpc").length >= vpcsInRegion &&
        ec2("CreateVpc", "VpcLimitExceeded", "The maximum number of VPCs has been reached."),
      !range &&
        ec2(
          "CreateVpc",
          "InvalidParameterValue",
          `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
        ),
      range &&
        (range.prefix < 16 || range.prefix > 28) &&
        ec2("CreateVpc", "InvalidVpc.Range", `The CIDR '${cidr}' is invalid.`),
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "vpc");
    const mainTable = ec2Id(context, "rtb");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `vpc/${id}`),
        defaultNetworkAclId: ec2Id(context, "acl"),
        defaultRouteTableId: mainTable,
        defaultSecurityGroupId: ec2Id(context, "sg"),
        dhcpOptionsId: ec2Id(context, "dopt"),
        enableDnsHostnames: inputs.enableDnsHostnames ?? false,
        enableNetworkAddressUsageMetrics: inputs.enableNetworkAddressUsageMetrics ?? false,
        ipv6AssociationId: "",
        ipv6CidrBlock: "",
        ipv6CidrBlockNetworkBorderGroup: "",
        mainRouteTableId: mainTable,
        ownerId: context.account,
      },
    };
  },
  refuseDelete({ id }, context) {
    const blocked = residents.some((type) => context.inventory.list(type).some(({ outputs }) => outputs.vpcId === id));
    return blocked
      ? ec2("DeleteVpc", "DependencyViolation", `The vpc '${id}' has dependencies and cannot be deleted.`)
      : undefined;
  },
};

const internetGateway: Resource = {
  refuse(inputs, context) {
    const vpcId = text(inputs, "vpcId");
    if (!vpcId) return undefined;
    const attached = context.inventory
      .list("aws:ec2/internetGateway:InternetGateway")
      .some(({ outputs }) => outputs.vpcId === vpcId);
    return first(
      missingVpc("AttachInternetGateway", vpcId, context),
      attached &&
        ec2(
          "AttachInternetGateway",
          "InvalidParameterValue",
          `Network ${vpcId} already has an internet gateway attached`,
        ),
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "igw");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `internet-gateway/${id}`),
        ownerId: context.account,
        vpcId: text(inputs, "vpcId"),
      },
    };
  },
  refuseDelete({ outputs }, context) {
    const vpcId = text(outputs, "vpcId");
    const nats = context.inventory.list("aws:ec2/natGateway:NatGateway");
    const balancers = context.inventory.list("aws:lb/loadBalancer:LoadBalancer");
    const mapped =
      nats.some((nat) => nat.outputs.vpcId === vpcId) ||
      balancers.some((balancer) => balancer.outputs.vpcId === vpcId && balancer.outputs.internal !== true);
    return vpcId && mapped
      ? ec2(
          "DetachInternetGateway",
          "DependencyViolation",
          `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        )
      : undefined;
  },
};

/** It is never created or deleted, only taken over: its rules are replaced by those of the inputs. */
const defaultSecurityGroup: Resource = {
  refuse: (inputs, context) => missingVpc("DescribeSecurityGroups", text(inputs, "vpcId"), context),
  create(inputs, context) {
    const owner = context.inventory.get("aws:ec2/vpc:Vpc", text(inputs, "vpcId"));
    const id = text(owner?.outputs ?? {}, "defaultSecurityGroupId");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `security-group/${id}`),
        description: "default VPC security group",
        name: "default",
        namePrefix: "",
        ownerId: context.account,
        ingress: objects(inputs, "ingress"),
        egress: objects(inputs, "egress"),
      },
    };
  },
};

/** A tag on a resource that this stack does not own. */
const tag: Resource = {
  create: (inputs) => ({ id: `${text(inputs, "resourceId")},${text(inputs, "key")}`, outputs: {} }),
};

/** The refusal of an operation in a VPC that does not exist. */
export function missingVpc(operation: string, vpcId: string, context: Context): string | undefined {
  return context.inventory.get("aws:ec2/vpc:Vpc", vpcId)
    ? undefined
    : ec2(operation, "InvalidVpcID.NotFound", `The vpc ID '${vpcId}' does not exist`);
}

/** Whether a security group exists: one of its own, a VPC's default one, or a cluster's. */
export function securityGroupVpc(id: string, context: Context): string | undefined {
  const own = context.inventory.get("aws:ec2/securityGroup:SecurityGroup", id);
  if (own) return text(own.outputs, "vpcId");
  const byDefault = findBy(context, "aws:ec2/vpc:Vpc", "defaultSecurityGroupId", id);
  if (byDefault) return byDefault.id;
  for (const { outputs } of context.inventory.list("aws:eks/cluster:Cluster")) {
    const { clusterSecurityGroupId, vpcId } = outputs.vpcConfig as { clusterSecurityGroupId: string; vpcId: string };
    if (clusterSecurityGroupId === id) return vpcId;
  }
  return undefined;
}

/** The refusal of an operation with security groups that do not exist. */
export function missingSecurityGroup(operation: string, ids: string[], context: Context): string | undefined {
  const missing = ids.find((id) => securityGroupVpc(id, context) === undefined);
  return missing && ec2(operation, "InvalidGroup.NotFound", `The security group '${missing}' does not exist`);
}

export const vpcBehaviours: Record<string, Resource> = {
  "aws:ec2/vpc:Vpc": regional(tagged(vpc)),
  "aws:ec2/internetGateway:InternetGateway": regional(tagged(internetGateway)),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": regional(tagged(defaultSecurityGroup)),
  "aws:ec2/tag:Tag": regional(tag),
};
