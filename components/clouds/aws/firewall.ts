/** WAF rules in front of the load balancer. */
import { LogGroup } from "@pulumi/aws/cloudwatch";
import type { input } from "@pulumi/aws/types";
import { WebAcl, WebAclAssociation, WebAclLoggingConfiguration } from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";

export interface FirewallArgs {
  /** ARN of the load balancer. */
  protects: pulumi.Input<string>;
  encryptionKeyArn: pulumi.Input<string>;
  retentionInDays: number;
}

/** Requests that one address may send in five minutes before it is turned away: some seven a second, all the time. */
const requestsInFiveMinutes = 2000;

/**
 * Rule groups that AWS maintains, in the order they are asked.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const managedGroups: { name: string; onlyCounted?: string }[] = [
  { name: "AWSManagedRulesAmazonIpReputationList" },
  { name: "AWSManagedRulesKnownBadInputsRuleSet" },
  // Bodies of more than 8 KiB are everyday work here: dashboards, manifests, uploads.
  { name: "AWSManagedRulesCommonRuleSet", onlyCounted: "SizeRestrictions_BODY" },
];

export class Firewall extends pulumi.ComponentResource {
  constructor(name: string, args: FirewallArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:aws:Firewall", name, {}, opts);
    const acl = new WebAcl(
      `${name}-firewall`,
      {
        description: `Requests to ${name}`,
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        rules: [rateRule(), ...managedGroups.map((group, index) => managed(group.name, index + 1, group.onlyCounted))],
        visibilityConfig: visible(`${name}-firewall`),
        tags: { Name: `${name}-firewall` },
      },
      { parent: this },
    );
    new WebAclAssociation(`${name}-firewall`, { resourceArn: args.protects, webAclArn: acl.arn }, { parent: this });
    const log = new LogGroup(
      `${name}-firewall`,
      {
        // WAF writes only to groups whose name begins so:
        // https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
        name: `aws-waf-logs-${name}`,
        kmsKeyId: args.encryptionKeyArn,
        retentionInDays: args.retentionInDays,
        tags: { Name: `${name}-firewall` },
      },
      { parent: this },
    );
    new WebAclLoggingConfiguration(
      `${name}-firewall`,
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [log.arn],
        // What was turned away is worth keeping; the rest is in the access log of the ingress controller.
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            { behavior: "KEEP", requirement: "MEETS_ANY", conditions: [{ actionCondition: { action: "BLOCK" } }] },
          ],
        },
        redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

type Rule = input.wafv2.WebAclRule;

function rateRule(): Rule {
  return {
    name: "rate",
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: { aggregateKeyType: "IP", limit: requestsInFiveMinutes, evaluationWindowSec: 300 },
    },
    visibilityConfig: visible("rate"),
  };
}

function managed(group: string, priority: number, onlyCounted?: string): Rule {
  return {
    name: group,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group,
        ruleActionOverrides: onlyCounted ? [{ name: onlyCounted, actionToUse: { count: {} } }] : undefined,
      },
    },
    visibilityConfig: visible(group),
  };
}

function visible(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
