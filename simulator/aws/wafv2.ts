/** Web ACLs, what they protect, and where they log to. */
import { randomUUID } from "node:crypto";
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { first, wafv2 } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { arn, findBy, object, objects, text, texts } from "./values";

/** https://docs.aws.amazon.com/waf/latest/developerguide/limits.html */
const unitsInAcl = 5000;

/** Capacity of AWS' rule groups, in WCU: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const managedGroups: Record<string, number> = {
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
};

const webAcl: Resource = {
  defaults: (inputs, context) => autoName(inputs, context),
  uniqueName(inputs, context) {
    const message =
      "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.";
    const scope = `${context.region} ${text(inputs, "scope")}`;
    return { scope, name: text(inputs, "name"), taken: wafv2("CreateWebACL", "WAFDuplicateItemException", message) };
  },
  refuse(inputs, context) {
    const name = text(inputs, "name");
    const scope = text(inputs, "scope");
    return (
      first(
        !/^[\w-]{1,128}$/.test(name) &&
          wafv2(
            "CreateWebACL",
            "WAFInvalidParameterException",
            `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\w\\-]+$`,
          ),
        scope === "CLOUDFRONT" &&
          context.region !== "us-east-1" &&
          wafv2(
            "CreateWebACL",
            "WAFInvalidParameterException",
            "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT",
          ),
      ) ?? rulesProblem("CreateWebACL", inputs)
    );
  },
  create(inputs, context) {
    const id = randomUUID();
    const place = text(inputs, "scope") === "CLOUDFRONT" ? "global" : "regional";
    return {
      id,
      outputs: {
        applicationIntegrationUrl: "",
        arn: arn(context, "wafv2", `${place}/webacl/${text(inputs, "name")}/${id}`),
        capacity: capacity(inputs),
        lockToken: randomUUID(),
        namePrefix: text(inputs, "namePrefix"),
      },
    };
  },
  update(_record, inputs) {
    const problem = rulesProblem("UpdateWebACL", inputs);
    if (problem) throw new Error(problem);
    return { capacity: capacity(inputs), lockToken: randomUUID() };
  },
  refuseDelete({ outputs }, { inventory }) {
    const used = inventory
      .list("aws:wafv2/webAclAssociation:WebAclAssociation")
      .some((association) => association.outputs.webAclArn === outputs.arn);
    const message =
      "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.";
    return used ? wafv2("DeleteWebACL", "WAFAssociatedItemException", message) : undefined;
  },
};

function rulesProblem(operation: string, inputs: Properties): string | undefined {
  const rules = objects(inputs, "rules");
  const priorities = rules.map(({ priority }) => priority);
  const names = rules.map((rule) => text(rule, "name"));
  const groups = rules.map((rule) => object(object(rule, "statement"), "managedRuleGroupStatement"));
  const unknown = groups.find(
    (group) => text(group, "name") !== "" && managedGroups[text(group, "name")] === undefined,
  );
  const invalid = (reason: string, field: string, parameter: string) =>
    wafv2(
      operation,
      "WAFInvalidParameterException",
      `Error reason: ${reason}, field: ${field}, parameter: ${parameter}`,
    );
  const wrongAction = rules.find((rule) => {
    const isGroup = Object.keys(object(rule, "statement")).some((kind) => /RuleGroup/.test(kind));
    return isGroup ? rule.overrideAction === undefined : rule.action === undefined;
  });
  return first(
    new Set(priorities).size < priorities.length && invalid("You have used duplicate priorities", "RULE", "priority"),
    new Set(names).size < names.length && invalid("You have used duplicate rule names", "RULE", "name"),
    wrongAction !== undefined &&
      invalid(
        "A reference in your rule statement is not valid",
        "RULE",
        `${text(wrongAction, "name")}: a rule group takes an override action, any other rule an action`,
      ),
    unknown !== undefined &&
      wafv2(
        operation,
        "WAFNonexistentItemException",
        `AWS WAF couldn’t perform the operation because your resource doesn’t exist: ${text(unknown, "name")}`,
      ),
    capacity(inputs) > unitsInAcl &&
      wafv2(
        operation,
        "WAFLimitsExceededException",
        `AWS WAF couldn’t perform the operation because you exceeded your resource limit: ${unitsInAcl} WCU`,
      ),
  );
}

/** Units: a managed group's own, two for a rate rule, one for any other statement. */
function capacity(inputs: Properties): number {
  return objects(inputs, "rules").reduce((sum, rule) => {
    const statement = object(rule, "statement");
    const group = managedGroups[text(object(statement, "managedRuleGroupStatement"), "name")];
    return sum + (group ?? (statement.rateBasedStatement === undefined ? 1 : 2));
  }, 0);
}

const webAclAssociation: Resource = {
  refuse(inputs, context) {
    const resource = text(inputs, "resourceArn");
    const taken = context.inventory
      .list("aws:wafv2/webAclAssociation:WebAclAssociation")
      .some(({ outputs }) => outputs.resourceArn === resource);
    return first(
      missingAcl("AssociateWebACL", text(inputs, "webAclArn"), context),
      !context.inventory.get("aws:lb/loadBalancer:LoadBalancer", resource) &&
        wafv2(
          "AssociateWebACL",
          "WAFNonexistentItemException",
          "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
        ),
      /:loadbalancer\/net\//.test(resource) &&
        wafv2(
          "AssociateWebACL",
          "WAFInvalidParameterException",
          `Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN, parameter: ${resource}`,
        ),
      taken &&
        wafv2("AssociateWebACL", "WAFInvalidOperationException", `${resource} is already associated with a web ACL`),
    );
  },
  create: (inputs) => ({ id: `${text(inputs, "webAclArn")},${text(inputs, "resourceArn")}`, outputs: {} }),
};

const webAclLoggingConfiguration: Resource = {
  refuse(inputs, context) {
    const destinations = texts(inputs, "logDestinationConfigs");
    // https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html
    const wrong = destinations.find(
      (destination) => !/:(log-group:|deliverystream\/|:)aws-waf-logs-/.test(destination),
    );
    const group = destinations.find((destination) => destination.includes(":log-group:"));
    const parameter = (destination: string) =>
      wafv2(
        "PutLoggingConfiguration",
        "WAFInvalidParameterException",
        `Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: LOG_DESTINATION, parameter: ${destination}`,
      );
    return first(
      missingAcl("PutLoggingConfiguration", text(inputs, "resourceArn"), context),
      wrong !== undefined && parameter(wrong),
      group !== undefined &&
        !findBy(context, "aws:cloudwatch/logGroup:LogGroup", "arn", group.replace(/:\*$/, "")) &&
        wafv2(
          "PutLoggingConfiguration",
          "WAFLogDestinationPermissionIssueException",
          "Unable to deliver logs to the configured destination. The log group does not exist.",
        ),
    );
  },
  create: (inputs) => ({ id: text(inputs, "resourceArn"), outputs: {} }),
};

function missingAcl(operation: string, aclArn: string, context: Context): string | undefined {
  return findBy(context, "aws:wafv2/webAcl:WebAcl", "arn", aclArn)
    ? undefined
    : wafv2(
        operation,
        "WAFNonexistentItemException",
        "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
      );
}

export const wafBehaviours: Record<string, Resource> = {
  "aws:wafv2/webAcl:WebAcl": regional(tagged(webAcl)),
  "aws:wafv2/webAclAssociation:WebAclAssociation": regional(webAclAssociation),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": regional(webAclLoggingConfiguration),
};
