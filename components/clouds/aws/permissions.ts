/** What each controller may do in the account: its project's own published policy, narrowed where that is possible. */
import * as pulumi from "@pulumi/pulumi";

import type { Account, Statement } from "./iam";

/**
 * Sets the size of this cluster's node groups. EKS puts both tags on the scaling groups of managed node groups.
 * Actions: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
export function clusterAutoscaler(clusterName: string): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
          [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: "owned",
        },
      },
    },
  ];
}

/**
 * Objects of the backup bucket, and snapshots of volumes.
 * Actions: https://github.com/vmware-tanzu/velero-plugin-for-aws#set-permissions-for-velero
 */
export function velero(bucketArn: pulumi.Input<string>): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "ec2:DescribeVolumes",
        "ec2:DescribeSnapshots",
        "ec2:CreateTags",
        "ec2:CreateVolume",
        "ec2:CreateSnapshot",
        "ec2:DeleteSnapshot",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:DeleteObject",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
      Resource: pulumi.interpolate`${bucketArn}/*`,
    },
    { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: bucketArn },
  ];
}

/**
 * Records of the platform's zone, no other's.
 * Actions: https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/#iam-policy
 */
export function externalDns(account: Account, zoneId: pulumi.Input<string>): Statement[] {
  return [
    { Effect: "Allow", Action: "route53:ChangeResourceRecordSets", Resource: zoneArn(account, zoneId) },
    {
      Effect: "Allow",
      Action: ["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResources"],
      Resource: "*",
    },
  ];
}

/**
 * Answers DNS-01 challenges in the platform's zone.
 * Actions: https://cert-manager.io/docs/configuration/acme/dns01/route53/#set-up-an-iam-policy
 */
export function certManager(account: Account, zoneId: pulumi.Input<string>): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: "route53:GetChange",
      Resource: pulumi.interpolate`arn:${account.partition}:route53:::change/*`,
    },
    {
      Effect: "Allow",
      Action: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
      Resource: zoneArn(account, zoneId),
    },
    { Effect: "Allow", Action: "route53:ListHostedZonesByName", Resource: "*" },
  ];
}

function zoneArn(account: Account, zoneId: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${account.partition}:route53:::hostedzone/${zoneId}`;
}
