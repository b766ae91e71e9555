/** Security groups and their rules. */
import { crc32 } from "node:zlib";
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { ec2, first } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { arn, ec2Id, objects, object, text, texts } from "./values";
import { missingSecurityGroup, missingVpc } from "./vpc";

/** Rules in each direction: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const rulesInGroup = 60;

const ruleTypes = [
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];

const securityGroup: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context),
    description: "Managed by Pulumi",
    revokeRulesOnDelete: false,
  }),
  uniqueName(inputs) {
    const name = text(inputs, "name");
    const scope = text(inputs, "vpcId");
    const message = `The security group '${name}' already exists for VPC '${scope}'`;
    return { scope, name, taken: ec2("CreateSecurityGroup", "InvalidGroup.Duplicate", message) };
  },
  refuse(inputs, context) {
    const name = text(inputs, "name");
    return first(
      missingVpc("CreateSecurityGroup", text(inputs, "vpcId"), context),
      /^sg-/i.test(name) &&
        ec2(
          "CreateSecurityGroup",
          "InvalidParameterValue",
          `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*`,
        ),
      !/^[\w .:/()#,@[\]+=&;{}!$*-]{0,255}$/.test(text(inputs, "description")) &&
        ec2(
          "CreateSecurityGroup",
          "InvalidParameterValue",
          `Value (${text(inputs, "description")}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
        ),
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "sg");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `security-group/${id}`),
        ownerId: context.account,
        ingress: objects(inputs, "ingress"),
        egress: objects(inputs, "egress"),
        namePrefix: text(inputs, "namePrefix"),
      },
    };
  },
  refuseDelete({ id }, context) {
    return usesOf(id, context)
      ? ec2("DeleteSecurityGroup", "DependencyViolation", `resource ${id} has a dependent object`)
      : undefined;
  },
};

/** Whether something has the group on its network interfaces, or another group's rule names it. */
function usesOf(id: string, { inventory }: Context): boolean {
  const cluster = inventory
    .list("aws:eks/cluster:Cluster")
    .some(({ outputs }) => texts(object(outputs, "vpcConfig"), "securityGroupIds").includes(id));
  const balancer = inventory
    .list("aws:lb/loadBalancer:LoadBalancer")
    .some(({ outputs }) => texts(outputs, "securityGroups").includes(id));
  const endpoint = inventory
    .list("aws:ec2/vpcEndpoint:VpcEndpoint")
    .some(({ outputs }) => texts(outputs, "securityGroupIds").includes(id));
  const mountTarget = inventory
    .list("aws:efs/mountTarget:MountTarget")
    .some(({ outputs }) => texts(outputs, "securityGroups").includes(id));
  const rule = ruleTypes.some((type) =>
    inventory.list(type).some(({ outputs }) => outputs.securityGroupId !== id && peerOf(outputs) === id),
  );
  return cluster || balancer || endpoint || mountTarget || rule;
}

/** A rule as the group's list of it shows it, the same for the three types that make one. */
function rule(
  direction: (inputs: Properties) => string,
  id: (inputs: Properties, context: Context) => string,
): Resource {
  const operation = (inputs: Properties) =>
    direction(inputs) === "egress" ? "AuthorizeSecurityGroupEgress" : "AuthorizeSecurityGroupIngress";
  return {
    refuse(inputs, context) {
      const group = text(inputs, "securityGroupId");
      const siblings = ruleTypes.flatMap((type) =>
        context.inventory
          .list(type)
          .filter(
            ({ outputs }) => outputs.securityGroupId === group && directionOf(type, outputs) === direction(inputs),
          ),
      );
      const peer = peerOf(inputs);
      return first(
        missingSecurityGroup(operation(inputs), [group, ...(peer.startsWith("sg-") ? [peer] : [])], context),
        siblings.some(({ outputs }) => describe(outputs) === describe(inputs)) &&
          ec2(
            operation(inputs),
            "InvalidPermission.Duplicate",
            `the specified rule "${describe(inputs)}" already exists`,
          ),
        siblings.length >= rulesInGroup &&
          ec2(
            operation(inputs),
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached.",
          ),
      );
    },
    create(inputs, context) {
      const securityGroupRuleId = ec2Id(context, "sgr");
      return {
        id: id(inputs, context) || securityGroupRuleId,
        outputs: {
          arn: arn(context, "ec2", `security-group-rule/${securityGroupRuleId}`),
          securityGroupRuleId,
        },
      };
    },
  };
}

function directionOf(type: string, properties: Properties): string {
  if (type.includes("Ingress")) return "ingress";
  return type.includes("Egress") ? "egress" : text(properties, "type");
}

/** The other side of a rule: a range, a prefix list or a group. */
function peerOf(properties: Properties): string {
  const { cidrBlocks, ipv6CidrBlocks } = properties;
  if (properties.self === true) return text(properties, "securityGroupId");
  return (
    text(properties, "sourceSecurityGroupId") ||
    text(properties, "referencedSecurityGroupId") ||
    text(properties, "cidrIpv4") ||
    text(properties, "cidrIpv6") ||
    text(properties, "prefixListId") ||
    [cidrBlocks, ipv6CidrBlocks].flat().filter(Boolean).join(",")
  );
}

function describe(properties: Properties): string {
  const protocol = text(properties, "protocol") || text(properties, "ipProtocol");
  if (protocol === "-1") return `peer: ${peerOf(properties)}, ALL, ALLOW`;
  const { fromPort, toPort } = properties;
  return `peer: ${peerOf(properties)}, ${protocol.toUpperCase()}, from port: ${String(fromPort)}, to port: ${String(toPort)}, ALLOW`;
}

const legacyRule = rule(
  (inputs) => text(inputs, "type"),
  (inputs) => `sgrule-${crc32(`${text(inputs, "securityGroupId")}-${text(inputs, "type")}-${describe(inputs)}`)}`,
);
const withSource: Resource = {
  ...legacyRule,
  async create(inputs, context) {
    const { id, outputs } = await legacyRule.create(inputs, context);
    return {
      id,
      outputs: {
        securityGroupRuleId: outputs.securityGroupRuleId,
        sourceSecurityGroupId: text(inputs, "sourceSecurityGroupId"),
        self: inputs.self ?? false,
      },
    };
  },
};

export const securityGroupBehaviours: Record<string, Resource> = {
  "aws:ec2/securityGroup:SecurityGroup": regional(tagged(securityGroup)),
  "aws:ec2/securityGroupRule:SecurityGroupRule": regional(withSource),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": regional(
    tagged(
      rule(
        () => "ingress",
        () => "",
      ),
    ),
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": regional(
    tagged(
      rule(
        () => "egress",
        () => "",
      ),
    ),
  ),
};
