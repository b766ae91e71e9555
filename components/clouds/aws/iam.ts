/** Policy documents and the account they are written for. */
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";

export interface Account {
  /** Twelve digits. */
  id: pulumi.Output<string>;
  /** `aws`, `aws-cn` or `aws-us-gov`: the second part of every ARN. */
  partition: pulumi.Output<string>;
  region: string;
}

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, pulumi.Input<string>>;
  Action: string | string[];
  Resource?: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string> | string[]>>;
}

/** The account, partition and region that `parent`'s provider works in. */
export function currentAccount(region: string, parent: pulumi.Resource): Account {
  return {
    id: getCallerIdentityOutput({}, { parent }).accountId,
    partition: getPartitionOutput({}, { parent }).partition,
    region,
  };
}

/** A policy as the JSON that IAM takes. */
export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets an AWS service assume the role. */
export function trustService(service: string): pulumi.Output<string> {
  return policyDocument([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}

/** ARN of a policy that AWS maintains; `path` such as `service-role/AmazonEBSCSIDriverPolicy`. */
export function managedPolicy(account: Account, path: string): pulumi.Output<string> {
  return pulumi.interpolate`arn:${account.partition}:iam::aws:policy/${path}`;
}

/** ARN of an access policy of EKS, such as `AmazonEKSClusterAdminPolicy`. */
export function managedClusterPolicy(account: Account, policy: string): pulumi.Output<string> {
  return pulumi.interpolate`arn:${account.partition}:eks::aws:cluster-access-policy/${policy}`;
}
