/**
 * How long AWS takes, in seconds, as the provider waits for it. From logs that users of Terraform's AWS provider, on
 * which Pulumi's is built, have published; found by the lines quoted here.
 */
import type { Behaviour } from "../cloud/behaviour";

type Seconds = Behaviour["seconds"];

const apiCall: Seconds = {
  create: 1,
  update: 1,
  delete: 1,
  source:
    "a call or two: 'Creation complete after 0s' to '1s' for eips, subnets, route tables and gateways in https://github.com/DevopsArtFactory/terraform-provisioning/pull/7",
};

const fewCalls: Seconds = {
  create: 2,
  update: 2,
  delete: 2,
  source:
    "'aws_security_group.node_group_sg: Creation complete after 2s', 'aws_security_group_rule…: Creation complete after 2s' in https://github.com/hashicorp-education/learn-terraform-variables/pull/6",
};

/** What takes longer than a call or two. */
const slow: Record<string, Seconds> = {
  "aws:ec2/vpc:Vpc": {
    create: 22,
    update: 11,
    delete: 1,
    source:
      "'aws_vpc.default: Creation complete after 22s' (DNS host names on), https://github.com/DevopsArtFactory/terraform-provisioning/pull/7; 'aws_vpc.this[0]: Destruction complete after 1s'",
  },
  "aws:ec2/natGateway:NatGateway": {
    create: 107,
    update: 1,
    delete: 60,
    source:
      "'module.vpc.aws_nat_gateway.this[0]: Creation complete after 1m47s' (1m25s to 2m5s in eight logs), 'Destruction complete after 1m0s' (37s to 1m34s)",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    create: 6,
    update: 6,
    delete: 6,
    source: "an estimate: no log with this figure was found",
  },
  "aws:kms/key:Key": {
    create: 28,
    update: 2,
    delete: 1,
    source: "'module.eks.module.kms.aws_kms_key.this[0]: Creation complete after 28s' (12s to 29s in three logs)",
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    create: 7,
    update: 7,
    delete: 2,
    source: "an estimate: no log with this figure was found; the provider waits until the profile is seen everywhere",
  },
  "aws:eks/cluster:Cluster": {
    create: 566,
    update: 540,
    delete: 150,
    source:
      "'module.eks.aws_eks_cluster.this[0]: Creation complete after 9m24s' (8m21s to 11m3s in nine logs; 10m6s in https://github.com/terraform-aws-modules/terraform-aws-eks/pull/3218), 'Destruction complete after 2m30s' (1m9s to 3m48s)",
  },
  "aws:eks/nodeGroup:NodeGroup": {
    create: 110,
    update: 180,
    delete: 252,
    source:
      "'aws_eks_node_group…: Creation complete after 1m48s' and '1m59s', https://github.com/DevopsArtFactory/terraform-provisioning/pull/46; 'Destruction complete after 4m12s'",
  },
  "aws:eks/addon:Addon": {
    create: 35,
    update: 35,
    delete: 9,
    source:
      "'aws_eks_addon.before_compute[\"vpc-cni\"]: Creation complete after 35s'; 'aws_eks_addon.this[\"aws-ebs-csi-driver\"]: Destruction complete after 9s'",
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    create: 142,
    update: 2,
    delete: 12,
    source:
      "'module.autoscaling.module.alb.aws_lb.this[0]: Creation complete after 2m22s' (2m19s to 2m52s in three logs)",
  },
  "aws:efs/fileSystem:FileSystem": {
    create: 12,
    update: 2,
    delete: 11,
    source:
      "'aws_efs_file_system.my_fileSystem: Creation complete after 12s', https://github.com/turbot/steampipe-plugin-aws/pull/426; of the deletion an estimate: the provider looks every ten seconds",
  },
  "aws:efs/mountTarget:MountTarget": {
    create: 82,
    update: 2,
    delete: 11,
    source:
      "'aws_efs_mount_target.named_test_resource: Still creating... [1m0s elapsed]' and some twenty seconds more, https://github.com/turbot/steampipe-plugin-aws/pull/426; of the deletion an estimate",
  },
  "aws:acm/certificate:Certificate": {
    create: 11,
    update: 2,
    delete: 2,
    source:
      "'aws_acm_certificate.primary_domain_cdn[0]: Creation complete after 11s', https://github.com/hashicorp/terraform/issues/33507",
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    create: 60,
    update: 0,
    delete: 0,
    source:
      "ACM validates 'within a few minutes' of finding the record: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
  },
  "aws:route53/record:Record": {
    create: 37,
    update: 37,
    delete: 37,
    source:
      "'aws_route53_record.cert_validation…: Creation complete after 37s', https://github.com/hashicorp/terraform-provider-aws/pull/11300",
  },
};

const twoCalls = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:s3/bucket:Bucket",
  "aws:wafv2/webAcl:WebAcl",
];

/** The durations of a type. */
export function secondsOf(type: string): Seconds {
  return slow[type] ?? (twoCalls.includes(type) ? fewCalls : apiCall);
}
