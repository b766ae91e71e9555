/** Route tables, their routes, and the subnets that use them. */
import { crc32 } from "node:zlib";
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { ec2, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, ec2Id, text, texts } from "./values";
import { missingVpc } from "./vpc";

const routeTable: Resource = {
  refuse: (inputs, context) => missingVpc("CreateRouteTable", text(inputs, "vpcId"), context),
  create(inputs, context) {
    const id = ec2Id(context, "rtb");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `route-table/${id}`),
        ownerId: context.account,
        propagatingVgws: texts(inputs, "propagatingVgws"),
        routes: inputs.routes ?? [],
      },
    };
  },
};

/** Input, type, and EC2's error for a target that does not exist. */
const targets: [string, string, string, string][] = [
  ["gatewayId", "aws:ec2/internetGateway:InternetGateway", "InvalidGatewayID.NotFound", "gateway"],
  ["natGatewayId", "aws:ec2/natGateway:NatGateway", "InvalidNatGatewayID.NotFound", "natGateway"],
];

const route: Resource = {
  refuse(inputs, context) {
    const tableId = text(inputs, "routeTableId");
    const destination = destinationOf(inputs);
    const exists = context.inventory
      .list("aws:ec2/route:Route")
      .some(({ outputs }) => outputs.routeTableId === tableId && destinationOf(outputs) === destination);
    return first(
      missingTable("CreateRoute", tableId, context),
      exists && ec2("CreateRoute", "RouteAlreadyExists", `The route identified by ${destination} already exists.`),
      targetProblem(inputs, tableId, context),
    );
  },
  create(inputs) {
    return {
      // The same id that Terraform forms, from a hash of the destination.
      id: `r-${text(inputs, "routeTableId")}${crc32(destinationOf(inputs))}`,
      outputs: { instanceId: "", instanceOwnerId: "", networkInterfaceId: "", origin: "CreateRoute", state: "active" },
    };
  },
};

function targetProblem(inputs: Properties, tableId: string, context: Context): string | undefined {
  const table = context.inventory.get("aws:ec2/routeTable:RouteTable", tableId);
  for (const [input, type, code, word] of targets) {
    const id = text(inputs, input);
    if (!id) continue;
    const target = context.inventory.get(type, id);
    if (!target) return ec2("CreateRoute", code, `The ${word} ID '${id}' does not exist`);
    if (target.outputs.vpcId !== table?.outputs.vpcId) {
      return ec2(
        "CreateRoute",
        "InvalidParameterValue",
        `route table ${tableId} and network gateway ${id} belong to different networks`,
      );
    }
  }
  return undefined;
}

function destinationOf(properties: Properties): string {
  return (
    text(properties, "destinationCidrBlock") ||
    text(properties, "destinationIpv6CidrBlock") ||
    text(properties, "destinationPrefixListId")
  );
}

const routeTableAssociation: Resource = {
  refuse(inputs, context) {
    const subnetId = text(inputs, "subnetId");
    const tableId = text(inputs, "routeTableId");
    const taken = context.inventory
      .list("aws:ec2/routeTableAssociation:RouteTableAssociation")
      .some(({ outputs }) => subnetId && outputs.subnetId === subnetId);
    return first(
      missingTable("AssociateRouteTable", tableId, context),
      subnetId &&
        !context.inventory.get("aws:ec2/subnet:Subnet", subnetId) &&
        ec2("AssociateRouteTable", "InvalidSubnetID.NotFound", `The subnet ID '${subnetId}' does not exist`),
      taken &&
        ec2(
          "AssociateRouteTable",
          "Resource.AlreadyAssociated",
          `the specified association for route table ${tableId} conflicts with an existing association`,
        ),
    );
  },
  create: (_inputs, context) => ({ id: ec2Id(context, "rtbassoc"), outputs: {} }),
};

/** The refusal of an operation with a route table that does not exist; a VPC's main table does. */
export function missingTable(operation: string, id: string, { inventory }: Context): string | undefined {
  const main = inventory.list("aws:ec2/vpc:Vpc").some(({ outputs }) => outputs.mainRouteTableId === id);
  if (main || inventory.get("aws:ec2/routeTable:RouteTable", id)) return undefined;
  return ec2(operation, "InvalidRouteTableID.NotFound", `The routeTable ID '${id}' does not exist`);
}

export const routeBehaviours: Record<string, Resource> = {
  "aws:ec2/routeTable:RouteTable": regional(tagged(routeTable)),
  "aws:ec2/route:Route": regional(route),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": regional(routeTableAssociation),
};
