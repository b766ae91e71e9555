/** Firewall rules of a VPC network. */
import type { Context } from "../cloud/behaviour";
import { objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { exists, first, invalid, notFound, quotaExceeded } from "./refusals";
import { autoName, owned, plainReference, projectOf, referenced, selfLink, timestamp, type Resource } from "./resource";

/** https://cloud.google.com/firewall/docs/quotas#per-project */
const rulesOfProject = 1000;

const firewall: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), priority: 1000 }),
  uniqueName(inputs, context) {
    const id = `projects/${projectOf(inputs, context)}/global/firewalls/${text(inputs, "name")}`;
    return { scope: "project", name: id, taken: exists("Firewall", id) };
  },
  refuse(inputs, context) {
    const all = context.inventory.list("gcp:compute/firewall:Firewall");
    return first(
      all.length >= rulesOfProject && quotaExceeded("Firewall", "FIREWALLS", rulesOfProject, "globally"),
      problem("Error creating Firewall", inputs, context),
    );
  },
  create(inputs, context) {
    const id = `projects/${projectOf(inputs, context)}/global/firewalls/${text(inputs, "name")}`;
    return { id, outputs: { ...settings(inputs, context), creationTimestamp: timestamp(), selfLink: selfLink(id) } };
  },
  update(_record, inputs, context) {
    const refusal = problem("Error updating Firewall", inputs, context);
    if (refusal) throw new Error(refusal);
    return settings(inputs, context);
  },
};

function settings(inputs: Properties, context: Context): Properties {
  const network = referenced(
    context,
    "gcp:compute/network:Network",
    text(inputs, "network"),
    projectOf(inputs, context),
  );
  const direction = text(inputs, "direction") || "INGRESS";
  return {
    destinationRanges: inputs.destinationRanges ?? (direction === "EGRESS" ? ["0.0.0.0/0"] : []),
    direction,
    enableLogging: inputs.logConfig !== undefined || inputs.enableLogging === true,
    network: network ? selfLink(network.id) : text(inputs, "network"),
  };
}

/** Rules: https://cloud.google.com/firewall/docs/firewalls#rules_for_filtering_by_service_account, and the provider's own. */
function problem(operation: string, inputs: Properties, context: Context): string | undefined {
  const [allows, denies] = [objects(inputs, "allows"), objects(inputs, "denies")];
  const has = (name: string) => texts(inputs, name).length > 0;
  const egress = inputs.direction === "EGRESS";
  const network = referenced(
    context,
    "gcp:compute/network:Network",
    text(inputs, "network"),
    projectOf(inputs, context),
  );
  const portless = [...allows, ...denies].find(
    (rule) => texts(rule, "ports").length > 0 && !/^(tcp|udp|sctp|6|17|132)$/.test(text(rule, "protocol")),
  );
  const refuse = (message: string) => `${operation}: ${invalid(message)}`;
  return first(
    !network && notFound(operation, plainReference(text(inputs, "network"))),
    allows.length > 0 === denies.length > 0 && '"allow": one of `allow,deny` must be specified',
    !egress &&
      !["sourceRanges", "sourceTags", "sourceServiceAccounts"].some(has) &&
      "one of source_tags, source_ranges, or source_service_accounts must be defined",
    has("sourceTags") &&
      (has("sourceServiceAccounts") || has("targetServiceAccounts")) &&
      refuse("Tags and service accounts cannot be used together in a firewall rule."),
    has("targetTags") &&
      (has("sourceServiceAccounts") || has("targetServiceAccounts")) &&
      refuse("Tags and service accounts cannot be used together in a firewall rule."),
    egress &&
      ["sourceTags", "sourceServiceAccounts"].some(has) &&
      refuse("Source tags and source service accounts are for INGRESS rules only."),
    portless && refuse(`Ports cannot be given for the protocol ${text(portless, "protocol")}.`),
  );
}

export const firewallBehaviours: Record<string, Resource> = { "gcp:compute/firewall:Firewall": owned(firewall) };
