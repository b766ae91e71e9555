/** Application and network load balancers, their listeners and target groups. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { elb, first } from "./refusals";
import { loadBalancerZone } from "./regions";
import { autoName, regional, type Resource, tagged } from "./resource";
import { findSubnets, zonesOfSubnets } from "./subnets";
import { arn, findBy, inRegion, object, objects, text, texts } from "./values";
import { missingVpc, securityGroupVpc } from "./vpc";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const limits = { balancersInRegion: 50, targetGroupsInRegion: 3000, listeners: 50 };

/** Names: letters, digits and hyphens, up to 32: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
function nameProblem(operation: string, what: string, name: string): string | undefined {
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
      inRegion(context, "aws:lb/loadBalancer:LoadBalancer").length >= limits.balancersInRegion &&
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

const targetGroup: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, 32),
    deregistrationDelay: 300,
    lambdaMultiValueHeadersEnabled: false,
    proxyProtocolV2: false,
    slowStart: 0,
    targetType: "instance",
  }),
  uniqueName(inputs, context) {
    const name = text(inputs, "name");
    const message = `A target group with the same name '${name}' exists, but with different settings`;
    return { scope: context.region, name, taken: elb("CreateTargetGroup", "DuplicateTargetGroupName", message) };
  },
  refuse(inputs, context) {
    const lambda = inputs.targetType === "lambda";
    const health = object(inputs, "healthCheck");
    const { interval = 30, timeout = 5 } = health as { interval?: number; timeout?: number };
    return first(
      nameProblem("CreateTargetGroup", "Target group", text(inputs, "name")),
      !lambda && missingVpc("DescribeVpcs", text(inputs, "vpcId"), context),
      !lambda &&
        (inputs.port === undefined || inputs.protocol === undefined) &&
        elb("CreateTargetGroup", "ValidationError", "A port and a protocol must be specified"),
      timeout >= interval &&
        elb(
          "CreateTargetGroup",
          "ValidationError",
          `Health check timeout '${timeout}' must be smaller than or equal to the interval '${interval}'`,
        ),
      inRegion(context, "aws:lb/targetGroup:TargetGroup").length >= limits.targetGroupsInRegion &&
        elb("CreateTargetGroup", "TooManyTargetGroups", "The maximum number of target groups has been reached"),
    );
  },
  create(inputs, context) {
    const arnSuffix = `targetgroup/${text(inputs, "name")}/${context.hex(16)}`;
    const id = arn(context, "elasticloadbalancing", arnSuffix);
    return {
      id,
      outputs: {
        arn: id,
        arnSuffix,
        connectionTermination: inputs.connectionTermination ?? false,
        healthCheck: healthCheck(inputs),
        ipAddressType: inputs.ipAddressType ?? "ipv4",
        loadBalancerArns: [],
        loadBalancingAlgorithmType: inputs.loadBalancingAlgorithmType ?? "round_robin",
        loadBalancingAnomalyMitigation: inputs.loadBalancingAnomalyMitigation ?? "off",
        loadBalancingCrossZoneEnabled: inputs.loadBalancingCrossZoneEnabled ?? "use_load_balancer_configuration",
        namePrefix: text(inputs, "namePrefix"),
        preserveClientIp: inputs.preserveClientIp ?? "",
        protocolVersion: inputs.protocolVersion ?? "HTTP1",
        stickiness: inputs.stickiness ?? { type: "lb_cookie", enabled: false, cookieDuration: 86_400, cookieName: "" },
        targetFailovers: inputs.targetFailovers ?? [],
        targetGroupHealth: inputs.targetGroupHealth ?? {
          dnsFailover: { minimumHealthyTargetsCount: "1", minimumHealthyTargetsPercentage: "off" },
          unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: "off" },
        },
        targetHealthStates: inputs.targetHealthStates ?? [],
      },
    };
  },
  update: (_record, inputs) => ({ healthCheck: healthCheck(inputs) }),
  refuseDelete({ id }, { inventory }) {
    const used = inventory.list("aws:lb/listener:Listener").some(({ outputs }) => targetGroupsOf(outputs).includes(id));
    return used
      ? elb("DeleteTargetGroup", "ResourceInUse", `Target group '${id}' is currently in use by a listener or a rule`)
      : undefined;
  },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
function healthCheck(inputs: Properties): Properties {
  return {
    enabled: true,
    healthyThreshold: 5,
    interval: 30,
    matcher: "200",
    path: "/",
    port: "traffic-port",
    protocol: "HTTP",
    timeout: 5,
    unhealthyThreshold: 2,
    ...object(inputs, "healthCheck"),
  };
}

function targetGroupsOf(properties: Properties): string[] {
  return objects(properties, "defaultActions")
    .flatMap((action) => [
      text(action, "targetGroupArn"),
      ...objects(object(action, "forward"), "targetGroups").map((group) => text(group, "arn")),
    ])
    .filter((group) => group !== "");
}

const listener: Resource = {
  refuse(inputs, context) {
    const balancer = text(inputs, "loadBalancerArn");
    const listeners = context.inventory
      .list("aws:lb/listener:Listener")
      .filter(({ outputs }) => outputs.loadBalancerArn === balancer);
    const missing = targetGroupsOf(inputs).find(
      (group) => !context.inventory.get("aws:lb/targetGroup:TargetGroup", group),
    );
    return first(
      !context.inventory.get("aws:lb/loadBalancer:LoadBalancer", balancer) &&
        elb("CreateListener", "LoadBalancerNotFound", `One or more load balancers not found: ${balancer}`),
      missing !== undefined &&
        elb("CreateListener", "TargetGroupNotFound", `One or more target groups not found: ${missing}`),
      listeners.some(({ outputs }) => outputs.port === inputs.port) &&
        elb(
          "CreateListener",
          "DuplicateListener",
          `A listener already exists on this port for this load balancer '${balancer}'`,
        ),
      listeners.length >= limits.listeners &&
        elb("CreateListener", "TooManyListeners", "The maximum number of listeners has been reached"),
      certificateProblem(inputs, context),
    );
  },
  create(inputs, context) {
    const balancer = text(inputs, "loadBalancerArn");
    const id = `${balancer.replace(":loadbalancer/", ":listener/")}/${context.hex(16)}`;
    const header = (name: string) => [name, text(inputs, name)] as const;
    return {
      id,
      outputs: {
        ...Object.fromEntries(headers.map(header)),
        ...computed(inputs),
        arn: id,
      },
    };
  },
  update(_record, inputs, context) {
    const problem = certificateProblem(inputs, context);
    if (problem) throw new Error(problem);
    return computed(inputs);
  },
};

function computed(inputs: Properties): Properties {
  const secure = inputs.protocol === "HTTPS" || inputs.protocol === "TLS";
  return {
    mutualAuthentication: inputs.mutualAuthentication ?? { mode: secure ? "off" : "", advertiseTrustStoreCaNames: "" },
    protocol: inputs.protocol ?? "HTTP",
    routingHttpResponseServerEnabled: inputs.routingHttpResponseServerEnabled ?? true,
    sslPolicy: inputs.sslPolicy ?? (secure ? "ELBSecurityPolicy-2016-08" : ""),
    tcpIdleTimeoutSeconds: inputs.tcpIdleTimeoutSeconds ?? 0,
  };
}

/** HTTPS needs a certificate of the same region that has been issued. */
function certificateProblem(inputs: Properties, context: Context): string | undefined {
  if (inputs.protocol !== "HTTPS") return undefined;
  const certificate = text(inputs, "certificateArn");
  if (!certificate)
    return elb("CreateListener", "ValidationError", "A certificate must be specified for HTTPS listeners");
  const record = findBy(context, "aws:acm/certificate:Certificate", "arn", certificate);
  // A certificate that the stack does not own is taken to exist: its owner's account is not simulated.
  const problem =
    record !== undefined &&
    !context.inventory
      .list("aws:acm/certificateValidation:CertificateValidation")
      .some(({ outputs }) => outputs.certificateArn === certificate);
  return first(
    !new RegExp(`^arn:aws:(acm:${context.region}|iam:):\\d{12}:`).test(certificate) &&
      elb("CreateListener", "CertificateNotFound", `Certificate '${certificate}' not found`),
    problem &&
      elb(
        "CreateListener",
        "UnsupportedCertificate",
        `The certificate '${certificate}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
      ),
  );
}

const headers = [
  ...["MtlsClientcertHeaderName", "MtlsClientcertIssuerHeaderName", "MtlsClientcertLeafHeaderName"],
  ...["MtlsClientcertSerialNumberHeaderName", "MtlsClientcertSubjectHeaderName", "MtlsClientcertValidityHeaderName"],
  ...["TlsCipherSuiteHeaderName", "TlsVersionHeaderName"],
]
  .map((name) => `routingHttpRequestXAmzn${name}`)
  .concat(
    [
      ...["AccessControlAllowCredentials", "AccessControlAllowHeaders", "AccessControlAllowMethods"],
      ...["AccessControlAllowOrigin", "AccessControlExposeHeaders", "AccessControlMaxAge", "ContentSecurityPolicy"],
      ...["StrictTransportSecurity", "XContentTypeOptions", "XFrameOptions"],
    ].map((name) => `routingHttpResponse${name}HeaderValue`),
  );

export const loadBalancerBehaviours: Record<string, Resource> = {
  "aws:lb/loadBalancer:LoadBalancer": regional(tagged(loadBalancer)),
  "aws:lb/targetGroup:TargetGroup": regional(tagged(targetGroup)),
  "aws:lb/listener:Listener": regional(tagged(listener)),
};
