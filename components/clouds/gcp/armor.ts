/** Cloud Armor in front of the load balancer. */
import { SecurityPolicy } from "@pulumi/gcp/compute";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import { named } from "./names";

/** Requests that one address may send in five minutes before it is turned away: some seven a second, all the time. */
const requests = { count: 2000, intervalSec: 300 };

/**
 * Rule sets that Google maintains, at the level at which hardly anything honest is turned away, in the order they are
 * asked. https://cloud.google.com/armor/docs/waf-rules
 */
const preconfigured: { set: string; sensitivity: number }[] = [
  // Log4Shell and the like; its rules are of levels 1 and 3.
  { set: "cve-canary", sensitivity: 1 },
  { set: "scannerdetection-v33-stable", sensitivity: 1 },
  { set: "sqli-v33-stable", sensitivity: 1 },
  { set: "xss-v33-stable", sensitivity: 1 },
  { set: "lfi-v33-stable", sensitivity: 1 },
  { set: "rfi-v33-stable", sensitivity: 1 },
];

type Rule = input.compute.SecurityPolicyRule;

/** The policy; a BackendConfig names it. */
export function firewallPolicy(name: string, opts: pulumi.CustomResourceOptions): SecurityPolicy {
  return new SecurityPolicy(
    named(name, "firewall"),
    {
      description: `Requests to ${name}`,
      type: "CLOUD_ARMOR",
      advancedOptionsConfig: { jsonParsing: "STANDARD", logLevel: "NORMAL" },
      rules: [
        ...preconfigured.map(({ set, sensitivity }, index) => wafRule(set, sensitivity, 1000 + index)),
        rateRule(2000),
        everythingElse,
      ],
    },
    opts,
  );
}

function wafRule(set: string, sensitivity: number, priority: number): Rule {
  return {
    action: "deny(403)",
    priority,
    description: set,
    match: { expr: { expression: `evaluatePreconfiguredWaf('${set}', {'sensitivity': ${sensitivity}})` } },
  };
}

/** Behind the others: whom it lets pass is asked nothing more. */
function rateRule(priority: number): Rule {
  return {
    action: "throttle",
    priority,
    description: "Requests of one address",
    match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    rateLimitOptions: {
      conformAction: "allow",
      exceedAction: "deny(429)",
      enforceOnKey: "IP",
      rateLimitThreshold: requests,
    },
  };
}

/** Every policy has this rule, with just this priority. */
const everythingElse: Rule = {
  action: "allow",
  priority: 2147483647,
  description: "Everything else",
  match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
};
