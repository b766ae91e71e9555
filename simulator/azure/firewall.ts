/** Network security groups. */
import { parseRange } from "../cloud/cidr";
import { count, first, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { sameId, uuid } from "./ids";
import { azure } from "./refusals";
import { arm, type Resource } from "./resource";

const type = "azure-native:network:NetworkSecurityGroup";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#networking-limits */
const rulesInGroup = 1000;

/** Rules that every group has: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules */
const defaults = [
  ["AllowVnetInBound", "Inbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"],
  ["AllowAzureLoadBalancerInBound", "Inbound", 65001, "Allow", "AzureLoadBalancer", "*"],
  ["DenyAllInBound", "Inbound", 65500, "Deny", "*", "*"],
  ["AllowVnetOutBound", "Outbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"],
  ["AllowInternetOutBound", "Outbound", 65001, "Allow", "*", "Internet"],
  ["DenyAllOutBound", "Outbound", 65500, "Deny", "*", "*"],
] as const;

const networkSecurityGroup = arm(type, {
  api: "2024-05-01",
  located: true,
  refuse: (inputs) => rulesProblem(inputs),
  outputs: (inputs, context, id) => ({
    defaultSecurityRules: defaults.map(([name, direction, priority, access, source, destination]) => ({
      access,
      destinationAddressPrefix: destination,
      destinationPortRange: "*",
      direction,
      id: `${id}/defaultSecurityRules/${name}`,
      name,
      priority,
      protocol: "*",
      provisioningState: "Succeeded",
      sourceAddressPrefix: source,
      sourcePortRange: "*",
    })),
    provisioningState: "Succeeded",
    resourceGuid: uuid(context),
    securityRules: rulesOf(inputs, id),
  }),
  update({ id }, inputs) {
    const problem = rulesProblem(inputs);
    if (problem) throw new Error(problem);
    return { securityRules: rulesOf(inputs, id) };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    const users = inventory
      .list("azure-native:network:Subnet")
      .filter((subnet) => sameId(text(object(subnet.outputs, "networkSecurityGroup"), "id"), id));
    return users.length > 0
      ? azure(
          400,
          "InUseNetworkSecurityGroupCannotBeDeleted",
          `Network security group ${text(outputs, "name")} cannot be deleted because it is in use by the following resources: ${users.map((user) => user.id).join(", ")}. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.`,
        )
      : undefined;
  },
});

function rulesOf(inputs: Properties, id: string): Properties[] {
  return objects(inputs, "securityRules").map((rule) => ({
    ...rule,
    id: `${id}/securityRules/${text(rule, "name")}`,
    provisioningState: "Succeeded",
  }));
}

function rulesProblem(inputs: Properties): string | undefined {
  const rules = objects(inputs, "securityRules");
  const conflicts = rules.flatMap((rule, index) => {
    const other = rules
      .slice(0, index)
      .find((each) => each.priority === rule.priority && each.direction === rule.direction);
    return other
      ? [
          azure(
            400,
            "SecurityRuleConflict",
            `Security rule ${text(other, "name")} conflicts with rule ${text(rule, "name")}. Rules cannot have the same Priority and Direction. To learn more, see aka.ms/nsgrules.`,
          ),
        ]
      : [];
  });
  return first(
    rules.length > rulesInGroup &&
      azure(400, "SecurityRulesLimitReached", `A network security group can have at most ${rulesInGroup} rules.`),
    ...rules.map(ruleProblem),
    ...conflicts,
  );
}

function ruleProblem(rule: Properties): string | undefined {
  const sides = ["source", "destination"] as const;
  const addresses = sides.flatMap((side) => given(rule, `${side}AddressPrefix`, `${side}AddressPrefixes`));
  const ports = sides.flatMap((side) => given(rule, `${side}PortRange`, `${side}PortRanges`));
  const lacking = sides.flatMap((side) => [
    given(rule, `${side}AddressPrefix`, `${side}AddressPrefixes`).length === 0 ? `${side}AddressPrefix` : "",
    given(rule, `${side}PortRange`, `${side}PortRanges`).length === 0 ? `${side}PortRange` : "",
  ]);
  const missing = lacking.find((name) => name !== "");
  const wrongAddress = addresses.find((address) => !isAddress(address));
  const wrongPorts = ports.find((range) => !isPortRange(range));
  // Tags of services stand alone; only plain ranges come in lists: aka.ms/nsgrules.
  const tag = sides
    .flatMap((side) => texts(rule, `${side}AddressPrefixes`))
    .find((address) => address === "*" || !parseRange(withLength(address)));
  return first(
    missing !== undefined &&
      azure(400, "SecurityRuleParameterMissing", `Security rule ${text(rule, "name")} has no ${missing}.`),
    wrongAddress !== undefined &&
      azure(
        400,
        "SecurityRuleInvalidAddressPrefix",
        `Security rule has invalid Address prefix. Value provided: ${wrongAddress}`,
      ),
    wrongPorts !== undefined &&
      azure(
        400,
        "SecurityRuleInvalidPortRange",
        `Security rule has invalid Port range. Value provided: ${wrongPorts}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.`,
      ),
    tag !== undefined &&
      azure(
        400,
        "SecurityRuleParameterContainsUnsupportedValue",
        `Security rule parameter SourceAddressPrefix for rule with Id ${text(rule, "name")} cannot specify existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: ${tag}.`,
      ),
    (count(rule, "priority") ?? 0) > 4096 &&
      azure(
        400,
        "SecurityRuleInvalidPriority",
        `Security rule has invalid Priority. Value provided: ${String(rule.priority)} Allowed range 100-4096.`,
      ),
  );
}

function given(rule: Properties, single: string, several: string): string[] {
  const one = text(rule, single);
  return [...(one === "" ? [] : [one]), ...texts(rule, several)];
}

/** A range, an address, everything, or a service tag: https://learn.microsoft.com/azure/virtual-network/service-tags-overview */
function isAddress(value: string): boolean {
  return (
    value === "*" || /^[A-Z][A-Za-z]+(\.[A-Za-z0-9]+)?$/.test(value) || parseRange(withLength(value)) !== undefined
  );
}

function withLength(value: string): string {
  return value.includes("/") ? value : `${value}/32`;
}

function isPortRange(value: string): boolean {
  if (value === "*") return true;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
  const [from = -1, to = from] = (match?.slice(1) ?? []).filter((each) => each !== undefined).map(Number);
  return from >= 0 && from <= to && to <= 65535;
}

export const firewallBehaviours: Record<string, Resource> = { [type]: networkSecurityGroup };
