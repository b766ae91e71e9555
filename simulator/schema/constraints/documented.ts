/**
 * Bounds that AWS tells in words only, or that the provider puts on an input before AWS sees it. Each names its source;
 * `provider` is github.com/hashicorp/terraform-provider-aws, at the revisions that `data/aws.rules.json` has.
 */
import type { Constraint } from "../model";
import type { Bounds } from "./write";

const port: Constraint = { source: "provider vpc_security_group_ingress_rule.go", integer: true, min: -1, max: 65535 };
const protocol: Constraint = {
  source: "provider vpc_security_group_rule.go: tcp, udp, icmp, icmpv6, all or a number",
  pattern: "^(?:tcp|udp|icmp|icmpv6|all|-1|\\d{1,3})$",
};
const words = "[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]";
const ruleDescription: Constraint = {
  source: "ec2 IpRange.Description (documentation)",
  pattern: `^${words}*$`,
  maxLength: 255,
};
const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const address = `${octet}(?:\\.${octet}){3}`;
const range = (source: string, lengths: string): Constraint => ({ source, pattern: `^${address}/(?:${lengths})$` });
const anyRange = range("provider verify.ValidIPv4CIDRNetworkAddress", "[0-9]|[12]\\d|3[0-2]");
const upTo28 = "1[6-9]|2[0-8]";
const securityGroupRule: Bounds = {
  cidrIpv4: anyRange,
  description: ruleDescription,
  fromPort: port,
  ipProtocol: protocol,
  toPort: port,
};
const inlineRule: Bounds = {
  cidrBlocks: { source: anyRange.source, items: anyRange },
  description: ruleDescription,
  fromPort: port,
  protocol,
  toPort: port,
};
const between = (source: string, min: number, max: number): Constraint => ({ source, integer: true, min, max });

/** Of an account, wherever one is named by its number. */
export const accountId: Constraint = { source: "AWS account identifiers: 12 digits", pattern: "^\\d{12}$" };

/** Of types whose request has no tags of its own. */
export const tags: Constraint = {
  source: "AWS General Reference, tag naming limits and requirements",
  maxLength: 50,
  keys: { source: "AWS General Reference, tag keys", pattern: "^(?!aws:)", minLength: 1, maxLength: 128 },
  items: { source: "AWS General Reference, tag values", maxLength: 256 },
};

export const documented: { resources: Record<string, Bounds>; objects: Record<string, Bounds> } = {
  resources: {
    "aws:cloudwatch/logGroup:LogGroup": {
      retentionInDays: {
        source: "logs Days (documentation); 0 is the provider's own for never",
        values: [
          0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
        ],
      },
    },
    "aws:ec2/flowLog:FlowLog": {
      maxAggregationInterval: {
        source: "ec2 CreateFlowLogsRequest.MaxAggregationInterval (documentation)",
        values: [60, 600],
      },
    },
    "aws:ec2/route:Route": { destinationCidrBlock: anyRange },
    "aws:ec2/securityGroup:SecurityGroup": {
      description: {
        source: "ec2 CreateSecurityGroupRequest.Description (documentation)",
        pattern: `^${words}*$`,
        maxLength: 255,
      },
      name: {
        source: "ec2 CreateSecurityGroupRequest.GroupName (documentation)",
        pattern: `^(?!sg-)${words}+$`,
        maxLength: 255,
      },
    },
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
      ...inlineRule,
      type: { source: "provider vpc_security_group_rule.go", values: ["ingress", "egress"] },
    },
    "aws:ec2/subnet:Subnet": {
      cidrBlock: range("Amazon VPC User Guide, subnet sizing: /16 to /28", upTo28),
      ipv4NetmaskLength: between("provider vpc_subnet.go", 16, 28),
    },
    "aws:ec2/vpc:Vpc": {
      cidrBlock: range("provider vpc_.go: /16 to /28", upTo28),
      instanceTenancy: { source: "provider vpc_.go", values: ["default", "dedicated"] },
      ipv4NetmaskLength: between("provider vpc_.go", 16, 28),
    },
    "aws:eks/accessEntry:AccessEntry": {
      type: {
        source: "eks CreateAccessEntryRequest.type (documentation)",
        values: ["STANDARD", "FARGATE_LINUX", "EC2_LINUX", "EC2_WINDOWS", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX"],
      },
    },
    "aws:eks/addon:Addon": {
      addonVersion: {
        source: "provider addon.go: semantic version",
        pattern: "^v\\d+\\.\\d+\\.\\d+(?:[-+][0-9A-Za-z.+-]+)?$",
      },
      resolveConflictsOnCreate: { source: "provider addon.go", values: ["NONE", "OVERWRITE"] },
    },
    "aws:eks/nodeGroup:NodeGroup": {
      nodeGroupName: { source: "provider node_group.go", maxLength: 63 },
      taints: { source: "provider node_group.go", maxLength: 50 },
    },
    "aws:kms/key:Key": {
      deletionWindowInDays: between("kms ScheduleKeyDeletionRequest.PendingWindowInDays (documentation)", 7, 30),
    },
    "aws:lb/loadBalancer:LoadBalancer": {
      name: {
        source: "elbv2 CreateLoadBalancerInput.Name (documentation)",
        pattern: "^(?!internal-)(?!-)[A-Za-z0-9-]+(?<!-)$",
        maxLength: 32,
      },
    },
    "aws:lb/targetGroup:TargetGroup": {
      deregistrationDelay: between("provider target_group.go", 0, 3600),
      name: {
        source: "elbv2 CreateTargetGroupInput.Name (documentation)",
        pattern: "^(?!-)[A-Za-z0-9-]+(?<!-)$",
        maxLength: 32,
      },
      protocolVersion: {
        source: "elbv2 CreateTargetGroupInput.ProtocolVersion (documentation)",
        values: ["HTTP1", "HTTP2", "GRPC"],
      },
    },
    "aws:s3/bucket:Bucket": {
      bucket: {
        source: "Amazon S3 User Guide, general purpose bucket naming rules",
        pattern: `^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\\.\\.)(?!${address}$)[a-z0-9][a-z0-9.-]*[a-z0-9]$`,
        minLength: 3,
        maxLength: 63,
      },
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
  },
  objects: {
    "ec2.DefaultSecurityGroupEgress": inlineRule,
    "ec2.DefaultSecurityGroupIngress": inlineRule,
    "ec2.LaunchTemplateBlockDeviceMappingEbs": {
      throughput: between("ec2 LaunchTemplateEbsBlockDeviceRequest.Throughput (documentation)", 125, 2000),
      volumeSize: between("ec2 LaunchTemplateEbsBlockDeviceRequest.VolumeSize (documentation)", 1, 65536),
    },
    "ec2.LaunchTemplateMetadataOptions": {
      httpPutResponseHopLimit: between(
        "ec2 LaunchTemplateInstanceMetadataOptionsRequest.HttpPutResponseHopLimit (documentation)",
        1,
        64,
      ),
    },
    "ec2.SecurityGroupEgress": inlineRule,
    "ec2.SecurityGroupIngress": inlineRule,
    "eks.ClusterKubernetesNetworkConfig": {
      serviceIpv4Cidr: {
        source: "eks KubernetesNetworkConfigRequest.serviceIpv4Cidr (documentation): private, /12 to /24",
        pattern: "^(?:10\\.|172\\.(?:1[6-9]|2\\d|3[01])\\.|192\\.168\\.)[0-9.]+/(?:1[2-9]|2[0-4])$",
      },
    },
    "lb.TargetGroupHealthCheck": {
      healthyThreshold: between("elbv2 HealthCheckThresholdCount", 2, 10),
      interval: between("elbv2 HealthCheckIntervalSeconds", 5, 300),
      path: { source: "elbv2 Path; provider target_group.go", pattern: "^/", maxLength: 1024 },
      timeout: between("elbv2 HealthCheckTimeoutSeconds", 2, 120),
      unhealthyThreshold: between("elbv2 HealthCheckThresholdCount", 2, 10),
    },
  },
};
