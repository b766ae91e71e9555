import { beforeEach, describe, expect, it } from "vitest";
import { azureBehaviours } from "../../../simulator/azure";
import { Locks } from "../../../simulator/cloud/locks";
import { address, network, place, Subscription, type Network } from "./account";

let azure: Subscription;
let net: Network;
beforeEach(async () => {
  azure = new Subscription();
  net = await network(azure);
});

describe("virtual networks", () => {
  const subnet = (subnetName: string, addressPrefix: string, inputs = {}) =>
    azure.create("network:Subnet", {
      resourceGroupName: "platform",
      virtualNetworkName: "vnet",
      subnetName,
      addressPrefix,
      ...inputs,
    });

  it.each([
    [
      "10.1.0.0/24",
      'Code="NetcfgInvalidSubnet" Message="Subnet \'other\' is not valid because its IP address range is outside',
    ],
    ["10.0.20.0/24", 'Code="NetcfgSubnetRangesOverlap"'],
    ["10.0.0.1/24", 'Code="InvalidAddressPrefixFormat"'],
    ["10.0.0.0/30", 'Code="NetcfgInvalidSubnet"'],
  ])("refuse the subnet %s", async (prefix, message) => {
    await expect(subnet("other", prefix)).rejects.toThrow(message);
  });

  it("refuse references that lead nowhere", async () => {
    await expect(subnet("other", "10.0.0.0/24", { natGateway: { id: `${net.gateway.id}s` } })).rejects.toThrow(
      'Code="InvalidResourceReference"',
    );
  });

  it("keep the ranges that their subnets are in", async () => {
    await expect(azure.update(net.vnet, { addressSpace: { addressPrefixes: ["10.0.16.0/20"] } })).rejects.toThrow(
      "NetcfgInvalidSubnet",
    );
  });

  it("do one operation at a time, and refuse all others", async () => {
    const lock = azureBehaviours["azure-native:network:Subnet"]?.lock;
    const inputs = { resourceGroupName: "platform", virtualNetworkName: "VNet", subnetName: "a" };
    const locks = new Locks();
    const first = locks.run(lock?.(inputs, azure.context()), () => new Promise((resolve) => setTimeout(resolve, 20)));
    const second = locks.run(lock?.({ ...inputs, virtualNetworkName: "vnet" }, azure.context()), () =>
      Promise.resolve(),
    );
    await expect(second).rejects.toThrow('Status=409 Code="AnotherOperationInProgress"');
    await first;
    await locks.run(lock?.(inputs, azure.context()), () => Promise.resolve());
  });

  it("protect themselves by a plan only", async () => {
    const inputs = { ...place, virtualNetworkName: "two", addressSpace: { addressPrefixes: ["10.1.0.0/16"] } };
    await expect(azure.create("network:VirtualNetwork", { ...inputs, enableDdosProtection: true })).rejects.toThrow(
      "DdosProtectionPlanNotProvided",
    );
    const plan = await azure.create("network:DdosProtectionPlan", place, "plan");
    const ddosProtectionPlan = { id: plan.id };
    await azure.create("network:VirtualNetwork", { ...inputs, enableDdosProtection: true, ddosProtectionPlan });
    await expect(azure.delete(plan)).rejects.toThrow("DdosProtectionPlanCannotBeDeleted");
  });
});

describe("public IP addresses and NAT gateways", () => {
  it("are Standard and static", async () => {
    await expect(address(azure, "one", { sku: undefined })).rejects.toThrow("IPv4BasicSkuPublicIpCountLimitReached");
    await expect(address(azure, "one", { publicIPAllocationMethod: "Dynamic" })).rejects.toThrow(
      "must have AllocationMethod set to Static",
    );
  });

  it("are in zones that the region has, for good", async () => {
    await expect(address(azure, "one", { location: "westus", zones: ["1"] })).rejects.toThrow(
      "The supported zones for location 'westus' are ''",
    );
    const zonal = await address(azure, "one", { zones: ["1"] });
    await expect(azure.update(zonal, { zones: ["2"] })).rejects.toThrow("ResourceAvailabilityZonesCannotBeModified");
    await expect(azure.update(zonal, { location: "northeurope" })).rejects.toThrow("InvalidResourceLocation");
  });

  it("belong to one gateway, of their own zone, which keeps them", async () => {
    const gateway = (natGatewayName: string, id: string, zones?: string[]) =>
      azure.create("network:NatGateway", {
        ...place,
        natGatewayName,
        sku: { name: "Standard" },
        publicIpAddresses: [{ id }],
        zones,
      });
    await expect(gateway("two", net.gatewayAddress.id)).rejects.toThrow("PublicIPAddressInUse");
    await expect(gateway("two", `${net.gatewayAddress.id}x`)).rejects.toThrow("InvalidResourceReference");
    const zonal = await address(azure, "zonal", { zones: ["2"] });
    await expect(gateway("two", zonal.id, ["1"])).rejects.toThrow("must be in the same availability zone");
    await expect(gateway("two", zonal.id, ["1", "2"])).rejects.toThrow("ResourceCannotHaveMultipleZonesSpecified");
    await gateway("two", zonal.id, ["2"]);
    await expect(azure.delete(zonal)).rejects.toThrow("PublicIPAddressCannotBeDeleted");
    await expect(azure.delete(net.gateway)).rejects.toThrow("InUseNatGatewayCannotBeDeleted");
  });
});

describe("network security groups", () => {
  const rule = {
    name: "web",
    priority: 100,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefix: "Internet",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "443",
  };
  const group = (...securityRules: object[]) =>
    azure.create("network:NetworkSecurityGroup", { ...place, networkSecurityGroupName: "two", securityRules });

  it("have the rules of every group, and keep those that are given", async () => {
    const { outputs } = await group(rule);
    expect(outputs.defaultSecurityRules).toHaveLength(6);
    expect(outputs.securityRules).toEqual([expect.objectContaining({ name: "web", provisioningState: "Succeeded" })]);
  });

  it.each([
    [[rule, { ...rule, name: "other" }], "Security rule web conflicts with rule other"],
    [
      [{ ...rule, sourceAddressPrefix: "10.0.0.300" }],
      "Security rule has invalid Address prefix. Value provided: 10.0.0.300",
    ],
    [[{ ...rule, destinationPortRange: "443-80" }], "Security rule has invalid Port range. Value provided: 443-80"],
    [
      [{ ...rule, sourceAddressPrefix: undefined, sourceAddressPrefixes: ["Internet"] }],
      "Unsupported value used: Internet",
    ],
    [[{ ...rule, destinationPortRange: undefined }], "has no destinationPortRange"],
  ])("refuse rules that cannot be", async (rules, message) => {
    await expect(group(...rules)).rejects.toThrow(message);
  });

  it("stay while subnets have them", async () => {
    await expect(azure.delete(net.firewall)).rejects.toThrow("InUseNetworkSecurityGroupCannotBeDeleted");
  });
});
