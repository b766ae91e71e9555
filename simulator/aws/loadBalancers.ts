/** Application and network load balancers. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { elb, first } from "./refusals";
import { loadBalancerZone } from "./regions";
import { autoName, regional, type Resource, tagged } from "./resource";
import { findSubnets, zonesOfSubnets } from "./subnets";
import { arn, inRegion, objects, text, texts } from "./values";
import { securityGroupVpc } from "./vpc";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const balancersInRegion = 50;

/** Names: letters, digits and hyphens, up to 32: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
export function nameProblem(operation: string, what: string, name: string): string | undefined {
  const invalid = (message: string) => elb(operation, "ValidationError", message);
  return first(
    name.length > 32 && invalid(`${what} name '${name}' cannot be longer than '32' characters`),
    !/^[a-zA-Z0-9-]*$/.test(name) &&
      invalid(`${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`),
    /^-|-$/.test(name) && invalid(`${what} name '${name}' cannot begin or end with a hyphen(-)`),
    name.startsWith("internal-") && invalid(`${what} name '${name}' cannot begin with 'internal-'`),
  );
}

const loadBalancer: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, 32),
    clientKeepAlive: 3600,
    desyncMitigationMode: "defensive",
    enableDeletionProtection: false,
    enableHttp2: true,
    idleTimeout: 60,
    loadBalancerType: "application",
    xffHeaderProcessingMode: "append",
  }),
  uniqueName(inputs, context) {
    const name = text(inputs, "name");
    const message = `A load balancer with the same name '${name}' exists, but with different settings`;
    return { scope: context.region, name, taken: elb("CreateLoadBalancer", "DuplicateLoadBalancerName", message) };
  },
  refuse(inputs, context) {
    const subnets = findSubnets("DescribeSubnets", subnetsOf(inputs), context);
    const application = inputs.loadBalancerType !== "network";
    if (typeof subnets === "string") return subnets;
    const vpcId = text(subnets[0]?.outputs ?? {}, "vpcId");
    const foreign = texts(inputs, "securityGroups").find((id) => securityGroupVpc(id, context) !== vpcId);
    const isPublic = inputs.internal !== true;
    return first(
      nameProblem("CreateLoadBalancer", "Load balancer", text(inputs, "name")),
      application &&
        zonesOfSubnets(subnets).length < 2 &&
        elb(
          "CreateLoadBalancer",
          "ValidationError",
          "At least two subnets in two different Availability Zones must be specified",
        ),
      zonesOfSubnets(subnets).length < subnets.length &&
        elb(
          "CreateLoadBalancer",
          "InvalidConfigurationRequest",
          "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        ),
      foreign !== undefined &&
        elb("CreateLoadBalancer", "InvalidConfigurationRequest", `One or more security groups are invalid: ${foreign}`),
      isPublic &&
        subnets.some(({ urn }) => urn !== "") &&
        !hasInternetGateway(vpcId, context) &&
        elb("CreateLoadBalancer", "InvalidSubnet", `VPC ${vpcId} has no internet gateway`),
      inRegion(context, "aws:lb/loadBalancer:LoadBalancer").length >= balancersInRegion &&
        elb("CreateLoadBalancer", "TooManyLoadBalancers", "The maximum number of load balancers has been reached"),
    );
  },
  create(inputs, context) {
    const name = text(inputs, "name");
    const kind = inputs.loadBalancerType === "network" ? "net" : "app";
    const suffix = `${kind}/${name}/${context.hex(16)}`;
    const id = arn(context, "elasticloadbalancing", `loadbalancer/${suffix}`);
    const subnets = findSubnets("DescribeSubnets", subnetsOf(inputs), context);
    const found: CloudRecord[] = typeof subnets === "string" ? [] : subnets;
    const number = parseInt(context.hex(8), 16) % 2_000_000_000;
    const internal = inputs.internal === true;
    return {
      id,
      outputs: {
        arn: id,
        arnSuffix: suffix,
        dnsName: `${internal ? "internal-" : ""}${name}-${number}.${context.region}.elb.amazonaws.com`,
        enablePrefixForIpv6SourceNat: inputs.enablePrefixForIpv6SourceNat ?? "",
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
          inputs.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic ?? "",
        internal,
        ipAddressType: inputs.ipAddressType ?? "ipv4",
        namePrefix: text(inputs, "namePrefix"),
        secondaryIpsAutoAssignedPerSubnet: 0,
        securityGroups: texts(inputs, "securityGroups"),
        subnetMappings: found.map((subnet) => ({ subnetId: subnet.id, outpostId: "" })),
        subnets: subnetsOf(inputs),
        vpcId: text(found[0]?.outputs ?? {}, "vpcId"),
        zoneId: loadBalancerZone(context.region),
      },
    };
  },
  refuseDelete({ id, outputs }) {
    return outputs.enableDeletionProtection === true
      ? elb(
          "DeleteLoadBalancer",
          "OperationNotPermitted",
          `Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
        )
      : undefined;
  },
};

function subnetsOf(inputs: Properties): string[] {
  const mapped = objects(inputs, "subnetMappings").map((mapping) => text(mapping, "subnetId"));
  return mapped.length > 0 ? mapped : texts(inputs, "subnets");
}

function hasInternetGateway(vpcId: string, { inventory }: Context): boolean {
  return inventory.list("aws:ec2/internetGateway:InternetGateway").some(({ outputs }) => outputs.vpcId === vpcId);
}

export const loadBalancerBehaviours: Record<string, Resource> = {
  "aws:lb/loadBalancer:LoadBalancer": regional(tagged(loadBalancer)),
};
