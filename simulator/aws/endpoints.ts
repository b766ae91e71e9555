/** VPC endpoints and flow logs. */
import type { Context } from "../cloud/behaviour";
import { trusts } from "./policies";
import { ec2, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { missingTable } from "./routes";
import { arn, ec2Id, findBy, text, texts } from "./values";
import { missingSecurityGroup, missingVpc } from "./vpc";

/** Services that have gateway endpoints: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const gatewayServices = ["s3", "dynamodb"];

const openPolicy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

const vpcEndpoint: Resource = {
  defaults: () => ({ vpcEndpointType: "Gateway" }),
  refuse(inputs, context) {
    const service = text(inputs, "serviceName");
    const prefix = `com.amazonaws.${context.region}.`;
    const gateway = inputs.vpcEndpointType === "Gateway";
    const known = service.startsWith(prefix) && (!gateway || gatewayServices.includes(service.slice(prefix.length)));
    const table = texts(inputs, "routeTableIds").map((id) => missingTable("CreateVpcEndpoint", id, context));
    return first(
      missingVpc("CreateVpcEndpoint", text(inputs, "vpcId"), context),
      !known && ec2("CreateVpcEndpoint", "InvalidServiceName", `The Vpc Endpoint Service '${service}' does not exist`),
      ...table,
      gateway && twice(text(inputs, "vpcId"), service, texts(inputs, "routeTableIds"), context),
      missingSecurityGroup("CreateVpcEndpoint", texts(inputs, "securityGroupIds"), context),
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "vpce");
    const gateway = inputs.vpcEndpointType === "Gateway";
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `vpc-endpoint/${id}`),
        // Two of S3's ranges in eu-west-1: https://ip-ranges.amazonaws.com/ip-ranges.json
        cidrBlocks: gateway ? ["3.5.64.0/21", "52.218.0.0/17"] : [],
        dnsEntries: [],
        dnsOptions: inputs.dnsOptions ?? {},
        ipAddressType: gateway ? "" : "ipv4",
        networkInterfaceIds: texts(inputs, "subnetIds").map(() => ec2Id(context, "eni")),
        ownerId: context.account,
        policy: inputs.policy ?? openPolicy,
        prefixListId: gateway ? `pl-${context.hex(8)}` : "",
        privateDnsEnabled: inputs.privateDnsEnabled ?? false,
        requesterManaged: false,
        routeTableIds: texts(inputs, "routeTableIds"),
        securityGroupIds: texts(inputs, "securityGroupIds"),
        serviceRegion: context.region,
        state: "available",
        subnetConfigurations: inputs.subnetConfigurations ?? [],
        subnetIds: texts(inputs, "subnetIds"),
      },
    };
  },
};

/** A route table holds one route to a service. */
function twice(vpcId: string, service: string, tables: string[], { inventory }: Context): string | undefined {
  const clash = inventory
    .list("aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ outputs }) => outputs.vpcId === vpcId && outputs.serviceName === service)
    .flatMap(({ outputs }) => texts(outputs, "routeTableIds"))
    .find((table) => tables.includes(table));
  return (
    clash &&
    ec2(
      "CreateVpcEndpoint",
      "RouteAlreadyExists",
      `route table ${clash} already has a route with destination-prefix-list-id for ${service}`,
    )
  );
}

const flowLog: Resource = {
  defaults: () => ({ logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 }),
  refuse(inputs, context) {
    const role = text(inputs, "iamRoleArn");
    const toLogs = inputs.logDestinationType === "cloud-watch-logs";
    const record = findBy(context, "aws:iam/role:Role", "arn", role);
    const destination = text(inputs, "logDestination").replace(/:\*$/, "");
    return first(
      text(inputs, "vpcId") !== "" && missingVpc("CreateFlowLogs", text(inputs, "vpcId"), context),
      toLogs &&
        !role &&
        ec2(
          "CreateFlowLogs",
          "InvalidParameter",
          "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
        ),
      toLogs &&
        !(record && trusts(record, "vpc-flow-logs.amazonaws.com")) &&
        ec2("CreateFlowLogs", "InvalidParameter", `Unable to assume given IAM role ${role}`),
      toLogs &&
        destination !== "" &&
        !findBy(context, "aws:cloudwatch/logGroup:LogGroup", "arn", destination) &&
        ec2("CreateFlowLogs", "InvalidParameter", `LogDestination: ${destination} does not exist.`),
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "fl");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `vpc-flow-log/${id}`),
        logDestination: text(inputs, "logDestination"),
        logFormat:
          inputs.logFormat ??
          "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
      },
    };
  },
};

export const endpointBehaviours: Record<string, Resource> = {
  "aws:ec2/vpcEndpoint:VpcEndpoint": regional(tagged(vpcEndpoint)),
  "aws:ec2/flowLog:FlowLog": regional(tagged(flowLog)),
};
