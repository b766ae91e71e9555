/** Cloud Armor policies, and policies of TLS. */
import { object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { forwardingRule } from "./balancers";
import { exists, first, invalid, inUse, quotaExceeded } from "./refusals";
import { autoName, labelled, owned, projectOf, selfLink, timestamp, type Resource } from "./resource";

/** https://cloud.google.com/armor/quotas */
const policiesOfProject = 10;
const advancedRules = 20;

/** The rule that every policy ends with: https://cloud.google.com/armor/docs/configure-security-policies */
const lastPriority = 2147483647;

/** https://cloud.google.com/armor/docs/waf-rules */
const ruleSets = [
  ...["sqli", "xss", "lfi", "rfi", "rce", "methodenforcement", "scannerdetection", "protocolattack", "php"].flatMap(
    versions,
  ),
  ...["sessionfixation", "java", "nodejs"].flatMap(versions),
  "cve-canary",
  "json-sqli-canary",
];

function versions(set: string): string[] {
  return ["v33-stable", "v33-canary", "v422-stable", "v422-canary"].map((version) => `${set}-${version}`);
}

const securityPolicy: Resource = {
  defaults: (inputs, context) => autoName(inputs, context, { longest: 63, lower: true }),
  uniqueName(inputs, context) {
    const id = policyId(inputs.name, projectOf(inputs, context));
    return { scope: "project", name: id, taken: exists("SecurityPolicy", id) };
  },
  refuse(inputs, { inventory }) {
    const all = inventory.list("gcp:compute/securityPolicy:SecurityPolicy");
    return first(
      all.length >= policiesOfProject &&
        quotaExceeded("SecurityPolicy", "SECURITY_POLICIES", policiesOfProject, "globally"),
      rulesProblem("Error creating SecurityPolicy", inputs),
    );
  },
  create(inputs, context) {
    const id = policyId(inputs.name, projectOf(inputs, context));
    return {
      id,
      outputs: {
        ...settings(inputs),
        fingerprint: context.hex(12),
        labelFingerprint: context.hex(12),
        selfLink: selfLink(id),
        type: inputs.type ?? "CLOUD_ARMOR",
      },
    };
  },
  update(_record, inputs, context) {
    const problem = rulesProblem("Error updating SecurityPolicy", inputs);
    if (problem) throw new Error(problem);
    return { ...settings(inputs), fingerprint: context.hex(12) };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    const rule = forwardingRule(inventory, "securityPolicy", text(outputs, "name"));
    return rule && inUse("SecurityPolicy", "security_policy", id, rule.id);
  },
};

/** Outputs that an update may change; without rules, everything is let in. */
function settings(inputs: Properties): Properties {
  const everything = {
    action: "allow",
    description: "default rule",
    match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    preview: false,
    priority: lastPriority,
  };
  const rules = objects(inputs, "rules");
  const ended = rules.some((rule) => rule.priority === lastPriority);
  return {
    advancedOptionsConfig: inputs.advancedOptionsConfig ?? {},
    rules: ended ? rules : [...rules, everything],
  };
}

/** Words: https://github.com/hashicorp/terraform-provider-google/issues/12065 (priorities); rules of the rules: Cloud Armor's pages. */
function rulesProblem(operation: string, inputs: Properties): string | undefined {
  const rules = objects(inputs, "rules");
  const priorities = rules.map((rule) => rule.priority);
  const expressions = rules.flatMap((rule) => text(object(object(rule, "match"), "expr"), "expression") || []);
  const used = expressions.flatMap((expression) =>
    [...expression.matchAll(/evaluatePreconfigured(?:Waf|Expr)\('([^']+)'/g)].map(([, set = ""]) => set),
  );
  const unknown = used.find((set) => !ruleSets.includes(set));
  const refuse = (message: string) => `${operation}: ${invalid(message)}`;
  return first(
    new Set(priorities).size < priorities.length &&
      "Two rules have the same priority, please update one of the priorities to be different.",
    expressions.length > advancedRules &&
      refuse(`Quota 'SECURITY_POLICY_CEVAL_RULES' exceeded.  Limit: ${advancedRules}.0 globally.`),
    unknown !== undefined &&
      refuse(
        `Invalid value for field 'resource.rules[].match.expr.expression': unknown preconfigured expression '${unknown}'.`,
      ),
    ...rules.map((rule) => ruleProblem(rule, refuse)),
  );
}

function ruleProblem(rule: Properties, refuse: (message: string) => string): string | undefined {
  const match = object(rule, "match");
  const byAddress = text(match, "versionedExpr") !== "";
  const byExpression = text(object(match, "expr"), "expression") !== "";
  const ranges = texts(object(match, "config"), "srcIpRanges");
  const limits = rule.rateLimitOptions !== undefined;
  const rated = ["throttle", "rate_based_ban"].includes(text(rule, "action"));
  const where = `Invalid value for field 'resource.rules[]' with priority ${String(rule.priority)}:`;
  return first(
    byAddress === byExpression && refuse(`${where} a match has either an expression or source addresses.`),
    byAddress && ranges.length === 0 && refuse(`${where} srcIpRanges must be given with SRC_IPS_V1.`),
    rated !== limits &&
      refuse(`${where} rateLimitOptions are for the actions throttle and rate_based_ban, which need them.`),
    rule.priority === lastPriority &&
      !(byAddress && ranges.join() === "*") &&
      refuse(`${where} the default rule must match '*'.`),
    text(rule, "action") === "throttle" &&
      object(rule, "rateLimitOptions").banDurationSec !== undefined &&
      refuse(`${where} banDurationSec is for rate_based_ban.`),
  );
}

const sslPolicy: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), minTlsVersion: "TLS_1_0", profile: "COMPATIBLE" }),
  uniqueName(inputs, context) {
    const id = sslId(inputs.name, projectOf(inputs, context));
    return { scope: "project", name: id, taken: exists("SslPolicy", id) };
  },
  refuse: (inputs) => sslProblem("Error creating SslPolicy", inputs),
  create(inputs, context) {
    const id = sslId(inputs.name, projectOf(inputs, context));
    return {
      id,
      outputs: {
        creationTimestamp: timestamp(),
        enabledFeatures: featuresOf(inputs),
        fingerprint: context.hex(12),
        selfLink: selfLink(id),
      },
    };
  },
  update(_record, inputs, context) {
    const problem = sslProblem("Error updating SslPolicy", inputs);
    if (problem) throw new Error(problem);
    return { enabledFeatures: featuresOf(inputs), fingerprint: context.hex(12) };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    const rule = forwardingRule(inventory, "sslPolicy", text(outputs, "name"));
    return rule && inUse("SslPolicy", "ssl_policy", id, rule.id);
  },
};

/** https://cloud.google.com/load-balancing/docs/ssl-policies-concepts#defining_an_ssl_policy */
function sslProblem(operation: string, inputs: Properties): string | undefined {
  const custom = inputs.profile === "CUSTOM";
  const features = texts(inputs, "customFeatures");
  return first(
    custom !== features.length > 0 &&
      `${operation}: ${invalid("custom_features must be given with the profile CUSTOM, and only with it")}`,
    inputs.minTlsVersion === "TLS_1_3" &&
      inputs.profile !== "RESTRICTED" &&
      `${operation}: ${invalid("TLS_1_3 as the least version needs the profile RESTRICTED")}`,
  );
}

function featuresOf(inputs: Properties): string[] {
  const strong = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
  return inputs.profile === "CUSTOM" ? texts(inputs, "customFeatures") : strong;
}

function policyId(name: unknown, project: string): string {
  return `projects/${project}/global/securityPolicies/${String(name)}`;
}

function sslId(name: unknown, project: string): string {
  return `projects/${project}/global/sslPolicies/${String(name)}`;
}

export const securityBehaviours: Record<string, Resource> = {
  "gcp:compute/securityPolicy:SecurityPolicy": owned(labelled(securityPolicy)),
  "gcp:compute/sSLPolicy:SSLPolicy": owned(sslPolicy),
};
