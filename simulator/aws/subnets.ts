/** Subnets, and who is in them. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { contains, overlaps, parseRange } from "./cidr";
import { ec2, first } from "./refusals";
import { zoneId, zonesOf } from "./regions";
import { regional, type Resource, tagged } from "./resource";
import { arn, ec2Id, object, text, texts } from "./values";
import { missingVpc } from "./vpc";

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const subnetsInVpc = 200;

const subnet: Resource = {
  defaults: () => ({
    assignIpv6AddressOnCreation: false,
    enableDns64: false,
    enableResourceNameDnsARecordOnLaunch: false,
    enableResourceNameDnsAaaaRecordOnLaunch: false,
    ipv6Native: false,
    mapPublicIpOnLaunch: false,
  }),
  refuse(inputs, context) {
    const vpcId = text(inputs, "vpcId");
    return (
      missingVpc("CreateSubnet", vpcId, context) ??
      rangeProblem(text(inputs, "cidrBlock"), vpcId, context) ??
      zoneProblem(text(inputs, "availabilityZone"), context.region)
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "subnet");
    const zone = text(inputs, "availabilityZone") || (zonesOf(context.region)[0] ?? "");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `subnet/${id}`),
        availabilityZone: zone,
        availabilityZoneId: zoneId(context.region, zone),
        ipv6CidrBlock: "",
        ipv6CidrBlockAssociationId: "",
        ownerId: context.account,
        privateDnsHostnameTypeOnLaunch: inputs.privateDnsHostnameTypeOnLaunch ?? "ip-name",
      },
    };
  },
  refuseDelete({ id }, context) {
    return tenants(id, context).length > 0
      ? ec2("DeleteSubnet", "DependencyViolation", `The subnet '${id}' has dependencies and cannot be deleted.`)
      : undefined;
  },
};

/** The range must lie in the VPC's, /16 to /28, beside those of the other subnets. */
function rangeProblem(cidr: string, vpcId: string, context: Context): string | undefined {
  const range = parseRange(cidr);
  if (!range) {
    const message = `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`;
    return ec2("CreateSubnet", "InvalidParameterValue", message);
  }
  const vpc = context.inventory.get("aws:ec2/vpc:Vpc", vpcId);
  const vpcRange = parseRange(text(vpc?.outputs ?? {}, "cidrBlock"));
  const siblings = context.inventory.list("aws:ec2/subnet:Subnet").filter(({ outputs }) => outputs.vpcId === vpcId);
  const clash = siblings.some(({ outputs }) => {
    const other = parseRange(text(outputs, "cidrBlock"));
    return other && overlaps(range, other);
  });
  const outside = !vpcRange || !contains(vpcRange, range) || range.prefix < 16 || range.prefix > 28;
  return first(
    outside && ec2("CreateSubnet", "InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`),
    clash && ec2("CreateSubnet", "InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`),
    siblings.length >= subnetsInVpc &&
      ec2("CreateSubnet", "SubnetLimitExceeded", "The maximum number of subnets has been reached."),
  );
}

function zoneProblem(zone: string, region: string): string | undefined {
  const zones = zonesOf(region);
  if (!zone || zones.includes(zone)) return undefined;
  const message =
    `Value (${zone}) for parameter availabilityZone is invalid. ` +
    `Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`;
  return ec2("CreateSubnet", "InvalidParameterValue", message);
}

/** What has network interfaces in a subnet. */
function tenants(subnetId: string, { inventory }: Context): CloudRecord[] {
  const among = (type: string, uses: (outputs: CloudRecord["outputs"]) => boolean) =>
    inventory.list(type).filter(({ outputs }) => uses(outputs));
  return [
    ...among("aws:ec2/natGateway:NatGateway", (nat) => nat.subnetId === subnetId),
    ...among("aws:eks/cluster:Cluster", (cluster) =>
      texts(object(cluster, "vpcConfig"), "subnetIds").includes(subnetId),
    ),
    ...among("aws:eks/nodeGroup:NodeGroup", (group) => texts(group, "subnetIds").includes(subnetId)),
    ...among("aws:lb/loadBalancer:LoadBalancer", (balancer) => texts(balancer, "subnets").includes(subnetId)),
    ...among("aws:ec2/vpcEndpoint:VpcEndpoint", (endpoint) => texts(endpoint, "subnetIds").includes(subnetId)),
    ...among("aws:efs/mountTarget:MountTarget", (target) => target.subnetId === subnetId),
  ];
}

/** The subnets of these ids, or the refusal of an operation with one that does not exist. */
export function findSubnets(operation: string, ids: string[], context: Context): CloudRecord[] | string {
  const found: CloudRecord[] = [];
  for (const id of ids) {
    const record = context.inventory.get("aws:ec2/subnet:Subnet", id);
    if (!record) return ec2(operation, "InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
    found.push(record);
  }
  return found;
}

/** The different zones of subnets. */
export function zonesOfSubnets(subnets: CloudRecord[]): string[] {
  return [...new Set(subnets.map(({ outputs }) => text(outputs, "availabilityZone")))];
}

export const subnetBehaviours: Record<string, Resource> = {
  "aws:ec2/subnet:Subnet": regional(tagged(subnet)),
};
