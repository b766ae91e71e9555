/** Virtual networks, their subnets, and DDoS protection plans. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { contains, overlaps, parseRange } from "../cloud/cidr";
import { first, object, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { idOf, idPart, sameId, uuid } from "./ids";
import { anotherOperation, azure, missingReference } from "./refusals";
import { arm, find, type Resource } from "./resource";

const subnetType = "azure-native:network:Subnet";
const networkType = "azure-native:network:VirtualNetwork";

/** Largest and smallest subnet: https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq */
const prefixes = { largest: 2, smallest: 29 };

const virtualNetwork = arm(networkType, {
  api: "2024-05-01",
  located: true,
  refuse(inputs, context) {
    const id = idOf(networkType, inputs, context);
    const ranges = texts(object(inputs, "addressSpace"), "addressPrefixes");
    return first(
      ranges.length === 0 &&
        azure(400, "NoAddressPrefixInVnet", `Virtual network ${id} must have at least one address prefix.`),
      ...ranges.map((range) => prefixProblem(range, id)),
      // They would be kept out of each other's way in two places.
      inputs.subnets !== undefined && "the simulated Azure takes subnets as resources of their own only",
      planProblem(inputs, id, context),
    );
  },
  outputs: (_inputs, context) => ({
    enableDdosProtection: false,
    privateEndpointVNetPolicies: "Disabled",
    provisioningState: "Succeeded",
    resourceGuid: uuid(context),
    flowLogs: [],
    virtualNetworkPeerings: [],
  }),
  update(record, inputs, context) {
    const ranges = texts(object(inputs, "addressSpace"), "addressPrefixes");
    const outside = subnetsOf(record.id, context).find(
      ({ outputs }) => !isInside(text(outputs, "addressPrefix"), ranges),
    );
    if (outside) {
      throw new Error(outsideProblem(text(outside.outputs, "name"), text(record.outputs, "name")));
    }
    return {};
  },
  refuseDelete: ({ id }, context) => first(...subnetsOf(id, context).map((subnet) => usedProblem(subnet, context))),
  lock: (inputs, context) => networkLock(idOf(networkType, inputs, context)),
});

const subnet = arm(subnetType, {
  api: "2024-05-01",
  refuse: (inputs, context) => subnetProblem(inputs, context),
  outputs: (inputs) => ({
    addressPrefix: prefixOf(inputs),
    ipConfigurations: [],
    privateEndpointNetworkPolicies: "Disabled",
    privateLinkServiceNetworkPolicies: "Enabled",
    provisioningState: "Succeeded",
    ...inputs,
  }),
  update(record, inputs, context) {
    const problem = subnetProblem(inputs, context, record);
    if (problem) throw new Error(problem);
    return { addressPrefix: prefixOf(inputs) };
  },
  refuseDelete: (record, context) => usedProblem(record, context),
  lock: (inputs, context) => networkLock(networkOf(idOf(subnetType, inputs, context))),
});

/** One operation at a time on a network and all that is in it. */
function networkLock(id: string) {
  return { key: id.toLowerCase(), shared: false, refusal: anotherOperation };
}

/** The id of the network that a subnet is in. */
export function networkOf(subnetId: string): string {
  return subnetId.split("/").slice(0, -2).join("/");
}

export function subnetsOf(networkId: string, { inventory }: Context): CloudRecord[] {
  return inventory.list(subnetType).filter(({ id }) => sameId(networkOf(id), networkId));
}

/** `addressPrefix`, or the only one of `addressPrefixes`. */
export function prefixOf(inputs: Properties): string {
  return text(inputs, "addressPrefix") || (texts(inputs, "addressPrefixes")[0] ?? "");
}

function subnetProblem(inputs: Properties, context: Context, itself?: CloudRecord): string | undefined {
  const id = idOf(subnetType, inputs, context);
  const name = text(inputs, "subnetName");
  const network = find(networkType, networkOf(id), context);
  const prefix = prefixOf(inputs);
  const range = parseRange(prefix);
  const others = subnetsOf(networkOf(id), context).filter((other) => !itself || !sameId(other.id, itself.id));
  const overlapping = others.find(({ outputs }) => {
    const other = parseRange(text(outputs, "addressPrefix"));
    return range && other && overlaps(range, other);
  });
  const networkName = text(inputs, "virtualNetworkName");
  const reference = (property: string) => {
    const referenced = text(object(inputs, property), "id");
    const type = { natGateway: "NatGateway", networkSecurityGroup: "NetworkSecurityGroup" }[property] ?? "";
    return referenced !== "" && !find(`azure-native:network:${type}`, referenced, context)
      ? missingReference(referenced, id)
      : undefined;
  };
  return first(
    prefixProblem(prefix, id),
    range &&
      (range.prefix < prefixes.largest || range.prefix > prefixes.smallest) &&
      azure(400, "NetcfgInvalidSubnet", `Subnet '${name}' is not valid in virtual network '${networkName}'.`),
    !isInside(prefix, texts(object(network?.outputs ?? {}, "addressSpace"), "addressPrefixes")) &&
      outsideProblem(name, networkName),
    overlapping &&
      azure(
        400,
        "NetcfgSubnetRangesOverlap",
        `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${networkName}'.`,
      ),
    reference("natGateway"),
    reference("networkSecurityGroup"),
  );
}

function outsideProblem(name: string, networkName: string): string {
  return azure(
    400,
    "NetcfgInvalidSubnet",
    `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${networkName}'.`,
  );
}

function isInside(prefix: string, ranges: string[]): boolean {
  const range = parseRange(prefix);
  return ranges.map(parseRange).some((outer) => range && outer && contains(outer, range));
}

/** Bits beyond the prefix are an error of their own. */
function prefixProblem(prefix: string, id: string): string | undefined {
  if (parseRange(prefix)) return undefined;
  return azure(
    400,
    "InvalidAddressPrefixFormat",
    `Address prefix ${prefix} of resource ${id} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
  );
}

/** A subnet stays while nodes are in it: https://aka.ms/deletesubnet */
function usedProblem({ id, outputs }: CloudRecord, context: Context): string | undefined {
  const users = nodePools(context).filter(({ subnetId }) => sameId(subnetId, id));
  return users[0]
    ? azure(
        400,
        "InUseSubnetCannotBeDeleted",
        `Subnet ${text(outputs, "name")} is in use by ${users[0].id} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
      )
    : undefined;
}

/** The node pools of all clusters, those that a cluster is born with too, and the subnets that their nodes are in. */
function nodePools({ inventory }: Context): { id: string; subnetId: string }[] {
  const inline = inventory.list("azure-native:containerservice:ManagedCluster").flatMap(({ id, outputs }) =>
    (Array.isArray(outputs.agentPoolProfiles) ? (outputs.agentPoolProfiles as Properties[]) : []).map((pool) => ({
      id: `${id}/agentPools/${text(pool, "name")}`,
      subnetId: text(pool, "vnetSubnetID"),
    })),
  );
  const pools = inventory
    .list("azure-native:containerservice:AgentPool")
    .map(({ id, outputs }) => ({ id, subnetId: text(outputs, "vnetSubnetID") }));
  return [...inline, ...pools];
}

function planProblem(inputs: Properties, id: string, context: Context): string | undefined {
  const plan = text(object(inputs, "ddosProtectionPlan"), "id");
  return first(
    plan !== "" && !find("azure-native:network:DdosProtectionPlan", plan, context) && missingReference(plan, id),
    inputs.enableDdosProtection === true &&
      plan === "" &&
      azure(
        400,
        "DdosProtectionPlanNotProvided",
        `DDoS protection cannot be enabled on virtual network ${id} without a DDoS protection plan.`,
      ),
  );
}

const ddosProtectionPlan = arm("azure-native:network:DdosProtectionPlan", {
  api: "2024-05-01",
  located: true,
  outputs: (_inputs, context) => ({
    provisioningState: "Succeeded",
    resourceGuid: uuid(context),
    publicIPAddresses: [],
    virtualNetworks: [],
  }),
  refuseDelete({ id }, { inventory }) {
    const user = inventory
      .list(networkType)
      .find(({ outputs }) => sameId(text(object(outputs, "ddosProtectionPlan"), "id"), id));
    return user
      ? azure(
          400,
          "DdosProtectionPlanCannotBeDeleted",
          `DDoS protection plan ${id} cannot be deleted because it is in use by ${user.id} in resource group ${idPart(user.id, "resourceGroups")}.`,
        )
      : undefined;
  },
});

export const networkBehaviours: Record<string, Resource> = {
  [networkType]: virtualNetwork,
  [subnetType]: subnet,
  "azure-native:network:DdosProtectionPlan": ddosProtectionPlan,
};
