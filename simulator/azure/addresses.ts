/** Public IP addresses and NAT gateways. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { first, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { armType, idOf, sameId, uuid } from "./ids";
import { azure, invalid, missingReference } from "./refusals";
import { normalized, zonesOf } from "./regions";
import { arm, find, type Resource } from "./resource";

const addressType = "azure-native:network:PublicIPAddress";
const gatewayType = "azure-native:network:NatGateway";

const publicIPAddress = arm(addressType, {
  api: "2024-05-01",
  located: true,
  refuse: (inputs) => first(skuProblem(inputs), zonesProblem(addressType, inputs)),
  outputs: (inputs, context) => ({
    idleTimeoutInMinutes: 4,
    // Benchmarking range of RFC 2544: it belongs to nobody.
    ipAddress: `198.19.${parseInt(context.hex(2), 16)}.${parseInt(context.hex(2), 16)}`,
    ipTags: [],
    provisioningState: "Succeeded",
    publicIPAddressVersion: "IPv4",
    resourceGuid: uuid(context),
    ...inputs,
    ddosSettings: { protectionMode: "VirtualNetworkInherited", ...object(inputs, "ddosSettings") },
    sku: { tier: "Regional", ...object(inputs, "sku") },
  }),
  update(record, inputs) {
    if (JSON.stringify(texts(inputs, "zones")) !== JSON.stringify(texts(record.inputs, "zones"))) {
      throw new Error(zonesFixed(record));
    }
    return { sku: record.outputs.sku, ipAddress: record.outputs.ipAddress };
  },
  refuseDelete({ id }, context) {
    const user = gatewaysWith(id, context)[0];
    return user && inUse(id, user.id);
  },
});

/** https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses: Basic ones were retired in September 2025. */
function skuProblem(inputs: Properties): string | undefined {
  return first(
    text(object(inputs, "sku"), "name") !== "Standard" &&
      azure(
        400,
        "IPv4BasicSkuPublicIpCountLimitReached",
        "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
      ),
    text(inputs, "publicIPAllocationMethod") !== "Static" &&
      azure(
        400,
        "StandardSkuPublicIpAddressMustBeStatic",
        `Standard sku publicIp ${text(inputs, "publicIpAddressName")} must have AllocationMethod set to Static.`,
      ),
  );
}

/** Zones that the region has: https://learn.microsoft.com/azure/reliability/availability-zones-overview */
function zonesProblem(type: string, inputs: Properties): string | undefined {
  const zones = texts(inputs, "zones");
  const location = normalized(text(inputs, "location"));
  const available = zonesOf(location) ?? [];
  const unknown = zones.filter((zone) => !available.includes(zone));
  return unknown.length > 0
    ? azure(
        400,
        "InvalidAvailabilityZone",
        `The zone(s) '${unknown.join(",")}' for resource '${armType(type)}' is not supported. The supported zones for location '${location}' are '${available.join(",")}'`,
      )
    : undefined;
}

/** https://github.com/hashicorp/terraform-provider-azurerm/issues/7540 */
function zonesFixed({ id, outputs }: CloudRecord): string {
  return azure(
    409,
    "ResourceAvailabilityZonesCannotBeModified",
    `Resource ${id} has an existing availability zone constraint ${texts(outputs, "zones").join(", ")} and the request has a different one, which does not match. Zones cannot be added/updated/removed once the resource is created. The resource cannot be updated from regional to zonal or vice-versa.`,
  );
}

function inUse(id: string, by: string): string {
  return azure(
    400,
    "PublicIPAddressCannotBeDeleted",
    `Public IP address ${id} can not be deleted since it is still allocated to resource ${by}. In order to delete the public IP, disassociate/detach the Public IP address from the resource. To learn how to do this, see aka.ms/deletepublicip.`,
  );
}

const natGateway = arm(gatewayType, {
  api: "2024-05-01",
  located: true,
  refuse: (inputs, context) => gatewayProblem(inputs, context),
  outputs: (inputs, context) => ({
    idleTimeoutInMinutes: 4,
    provisioningState: "Succeeded",
    resourceGuid: uuid(context),
    subnets: [],
    ...inputs,
  }),
  update(record, inputs, context) {
    const zones = [inputs, record.inputs].map((each) => JSON.stringify(texts(each, "zones")));
    const problem = zones[0] === zones[1] ? gatewayProblem(inputs, context, record) : zonesFixed(record);
    if (problem) throw new Error(problem);
    return {};
  },
  refuseDelete({ id }, { inventory }) {
    const user = inventory
      .list("azure-native:network:Subnet")
      .find(({ outputs }) => sameId(text(object(outputs, "natGateway"), "id"), id));
    return user
      ? azure(
          400,
          "InUseNatGatewayCannotBeDeleted",
          `Nat Gateway ${id} is in use and cannot be deleted. It is used by subnet ${user.id}.`,
        )
      : undefined;
  },
});

/** https://learn.microsoft.com/azure/nat-gateway/nat-overview: Standard addresses only, one zone or none, sixteen addresses. */
function gatewayProblem(inputs: Properties, context: Context, itself?: CloudRecord): string | undefined {
  const id = idOf(gatewayType, inputs, context);
  const addresses = objects(inputs, "publicIpAddresses").map((each) => text(each, "id"));
  const zones = texts(inputs, "zones");
  return first(
    text(object(inputs, "sku"), "name") !== "Standard" && invalid(`NAT gateway ${id} must have the sku Standard.`),
    zonesProblem(gatewayType, inputs),
    zones.length > 1 &&
      azure(
        400,
        "ResourceCannotHaveMultipleZonesSpecified",
        `Resource ${id} has multiple zones specified. Only one zone can be specified for this resource.`,
      ),
    addresses.length > 16 && invalid(`NAT gateway ${id} can have at most 16 public IP addresses.`),
    ...addresses.map((address) => addressProblem(address, id, zones, context, itself)),
  );
}

function addressProblem(
  address: string,
  gatewayId: string,
  zones: string[],
  context: Context,
  itself: CloudRecord | undefined,
): string | undefined {
  const record = find(addressType, address, context);
  if (!record) return missingReference(address, gatewayId);
  const other = gatewaysWith(address, context).find(({ id }) => !itself || id !== itself.id);
  const own = texts(record.outputs, "zones");
  // One that is in all zones serves any gateway; one of a single zone only a gateway in it.
  const elsewhere = own.length === 1 && (zones.length === 0 || own[0] !== zones[0]);
  return first(
    other &&
      azure(
        400,
        "PublicIPAddressInUse",
        `Resource ${gatewayId} is referencing public IP address ${address} that is already allocated to resource ${other.id}.`,
      ),
    elsewhere &&
      invalid(`NAT gateway ${gatewayId} and public IP address ${address} must be in the same availability zone.`),
  );
}

function gatewaysWith(address: string, { inventory }: Context): CloudRecord[] {
  return inventory
    .list(gatewayType)
    .filter(({ outputs }) => objects(outputs, "publicIpAddresses").some((each) => sameId(text(each, "id"), address)));
}

export const addressBehaviours: Record<string, Resource> = {
  [addressType]: publicIPAddress,
  [gatewayType]: natGateway,
};
