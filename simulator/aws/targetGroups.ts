/** Target groups: what a load balancer's listeners forward to. */
import type { Properties } from "../provider";
import { targetGroupsOf } from "./listeners";
import { nameProblem } from "./loadBalancers";
import { elb, first } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { arn, inRegion, object, text } from "./values";
import { missingVpc } from "./vpc";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const targetGroupsInRegion = 3000;

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
      inRegion(context, "aws:lb/targetGroup:TargetGroup").length >= targetGroupsInRegion &&
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

export const targetGroupBehaviours: Record<string, Resource> = {
  "aws:lb/targetGroup:TargetGroup": regional(tagged(targetGroup)),
};
