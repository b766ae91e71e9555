/** Who talked to whom in the network, kept in CloudWatch. */
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { FlowLog } from "@pulumi/aws/ec2";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument, trustService } from "./iam";
import { longest, withinLimit } from "./names";

export interface FlowLogsArgs {
  vpcId: pulumi.Input<string>;
  encryptionKeyArn: pulumi.Input<string>;
  retentionInDays: number;
}

/** Flow logs of a VPC: accepted and rejected traffic, in ten-minute records (the cheaper of AWS' two intervals). */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:aws:FlowLogs", name, {}, opts);
    const group = new LogGroup(
      `${name}-flow-logs`,
      {
        name: `/platform/${name}/flow-logs`,
        kmsKeyId: args.encryptionKeyArn,
        retentionInDays: args.retentionInDays,
        tags: { Name: `${name}-flow-logs` },
      },
      { parent: this },
    );
    const role = new Role(
      withinLimit(name, "flow-logs", longest.role),
      {
        description: `Writes the flow logs of ${name}`,
        assumeRolePolicy: trustService("vpc-flow-logs.amazonaws.com"),
        tags: { Name: `${name}-flow-logs` },
      },
      { parent: this },
    );
    const policy = new RolePolicy(
      `${name}-flow-logs`,
      {
        role: role.name,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
            Resource: pulumi.interpolate`${group.arn}:*`,
          },
        ]),
      },
      { parent: this },
    );
    new FlowLog(
      `${name}-flow-logs`,
      {
        vpcId: args.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 600,
        tags: { Name: `${name}-flow-logs` },
      },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs();
  }
}
