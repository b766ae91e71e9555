/** Elastic IP addresses and NAT gateways. */
import type { Context } from "../cloud/behaviour";
import { address, parseRange } from "./cidr";
import { ec2, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, ec2Id, inRegion, text, texts } from "./values";

/** Elastic IP addresses in a region, and NAT gateways in a zone: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const addressesInRegion = 5;
const gatewaysInZone = 5;

const eip: Resource = {
  refuse(_inputs, context) {
    return inRegion(context, "aws:ec2/eip:Eip").length >= addressesInRegion
      ? ec2("AllocateAddress", "AddressLimitExceeded", "The maximum number of addresses has been reached.")
      : undefined;
  },
  create(inputs, context) {
    const id = ec2Id(context, "eipalloc");
    // Benchmarking range of RFC 2544: it belongs to nobody.
    const publicIp = `198.18.${parseInt(context.hex(2), 16)}.${parseInt(context.hex(2), 16)}`;
    return {
      id,
      outputs: {
        allocationId: id,
        arn: arn(context, "ec2", `elastic-ip/${id}`),
        associationId: "",
        carrierIp: "",
        customerOwnedIp: "",
        domain: inputs.domain ?? "vpc",
        instance: inputs.instance ?? "",
        ipamPoolId: "",
        networkBorderGroup: context.region,
        networkInterface: inputs.networkInterface ?? "",
        privateDns: "",
        privateIp: "",
        ptrRecord: "",
        publicDns: `ec2-${publicIp.replace(/\./g, "-")}.${hostDomain(context.region, "compute")}.amazonaws.com`,
        publicIp,
        publicIpv4Pool: "amazon",
      },
    };
  },
  refuseDelete({ id }, context) {
    const used = context.inventory
      .list("aws:ec2/natGateway:NatGateway")
      .some(({ outputs }) => outputs.allocationId === id);
    return used
      ? ec2("ReleaseAddress", "InvalidIPAddress.InUse", `The address with allocation id '${id}' is in use.`)
      : undefined;
  },
};

const natGateway: Resource = {
  defaults: () => ({ connectivityType: "public" }),
  refuse(inputs, context) {
    const subnetId = text(inputs, "subnetId");
    const subnet = context.inventory.get("aws:ec2/subnet:Subnet", subnetId);
    const allocationId = text(inputs, "allocationId");
    const gateways = context.inventory.list("aws:ec2/natGateway:NatGateway");
    const inZone = gateways.filter(({ outputs }) => {
      const home = context.inventory.get("aws:ec2/subnet:Subnet", text(outputs, "subnetId"));
      return subnet && home?.outputs.availabilityZone === subnet.outputs.availabilityZone;
    });
    const isPublic = inputs.connectivityType !== "private";
    return first(
      !subnet && ec2("CreateNatGateway", "InvalidSubnetID.NotFound", `The subnet ID '${subnetId}' does not exist`),
      isPublic &&
        !allocationId &&
        ec2("CreateNatGateway", "MissingParameter", "The request must contain the parameter AllocationId"),
      isPublic &&
        !context.inventory.get("aws:ec2/eip:Eip", allocationId) &&
        ec2("CreateNatGateway", "InvalidAllocationID.NotFound", `The allocation ID '${allocationId}' does not exist`),
      isPublic &&
        gateways.some(({ outputs }) => outputs.allocationId === allocationId) &&
        failed("Resource.AlreadyAssociated", `Elastic IP address [${allocationId}] is already associated`),
      isPublic &&
        subnet &&
        !hasInternetGateway(text(subnet.outputs, "vpcId"), context) &&
        failed("Gateway.NotAttached", `Network ${text(subnet.outputs, "vpcId")} has no Internet gateway attached`),
      inZone.length >= gatewaysInZone &&
        ec2("CreateNatGateway", "NatGatewayLimitExceeded", "The maximum number of NAT Gateways has been reached."),
    );
  },
  create(inputs, context) {
    const subnet = context.inventory.get("aws:ec2/subnet:Subnet", text(inputs, "subnetId"));
    const range = parseRange(text(subnet?.outputs ?? {}, "cidrBlock"));
    const eipRecord = context.inventory.get("aws:ec2/eip:Eip", text(inputs, "allocationId"));
    return {
      id: ec2Id(context, "nat"),
      outputs: {
        associationId: eipRecord ? ec2Id(context, "eipassoc") : "",
        autoProvisionZones: "",
        autoScalingIps: "",
        availabilityMode: inputs.availabilityMode ?? "zonal",
        networkInterfaceId: ec2Id(context, "eni"),
        privateIp: inputs.privateIp ?? (range ? address(range, 5 + (parseInt(context.hex(2), 16) % 8)) : ""),
        publicIp: text(eipRecord?.outputs ?? {}, "publicIp"),
        regionalNatGatewayAddresses: [],
        regionalNatGatewayAutoMode: "",
        routeTableId: "",
        secondaryAllocationIds: texts(inputs, "secondaryAllocationIds"),
        secondaryPrivateIpAddressCount: inputs.secondaryPrivateIpAddressCount ?? 0,
        secondaryPrivateIpAddresses: texts(inputs, "secondaryPrivateIpAddresses"),
        vpcId: text(subnet?.outputs ?? {}, "vpcId"),
      },
    };
  },
};

/** A NAT gateway is accepted at first, and fails a minute later. */
function failed(code: string, message: string): string {
  return `waiting for EC2 NAT Gateway create: unexpected state 'failed', wanted target 'available'. last error: ${code}: ${message}`;
}

function hasInternetGateway(vpcId: string, context: Context): boolean {
  return context.inventory
    .list("aws:ec2/internetGateway:InternetGateway")
    .some(({ outputs }) => outputs.vpcId === vpcId);
}

/** `eu-west-1.compute` or, in the oldest region, `compute-1`; inside a VPC `eu-west-1.compute` or `ec2`. */
export function hostDomain(region: string, kind: "compute" | "internal"): string {
  if (region !== "us-east-1") return `${region}.compute`;
  return kind === "compute" ? "compute-1" : "ec2";
}

export const natBehaviours: Record<string, Resource> = {
  "aws:ec2/eip:Eip": regional(tagged(eip)),
  "aws:ec2/natGateway:NatGateway": regional(tagged(natGateway)),
};
