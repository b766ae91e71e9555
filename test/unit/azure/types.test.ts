import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { azureBehaviours, azureInvokes } from "../../../simulator/azure";
import { caller, tenantId } from "../../../simulator/azure/account";
import { places } from "../../../simulator/azure/ids";
import { azureRegions } from "../../../simulator/azure/regions";
import { regionNames, findRegion } from "../../../components/regions";
import { checkArguments, checkInputs, compare, isKnown, types } from "../../../simulator/schema";
import { book } from "../../../simulator/schema/data";
import { azureRules } from "../../../simulator/schema/derive/azureRules";
import { place, Subscription, subscriptionId } from "./account";

describe("simulated types of Azure", () => {
  it("are those that the schemas know, each with a place for its id", () => {
    const known = types().filter((type) => type.startsWith("azure-native:"));
    expect(Object.keys(azureBehaviours).sort()).toEqual(known.sort());
    expect(Object.keys(places).sort()).toEqual(known.sort());
    expect(Object.keys(azureBehaviours).every(isKnown)).toBe(true);
  });

  it("have functions that the schemas know", () => {
    const unknown = Object.keys(azureInvokes).filter((token) =>
      checkArguments(token, {}).some(({ reason }) => /no such function/.test(reason)),
    );
    expect(unknown).toEqual([]);
  });

  it("have the rules that follow from their declarations (otherwise: npm run schemas)", () => {
    const { declarations, rules } = book["azure-native"] ?? {};
    expect(declarations && azureRules(declarations)).toEqual(rules);
  });

  it("say how long they take, and where the figure is from", () => {
    for (const { seconds } of Object.values(azureBehaviours)) {
      expect(seconds.create).toBeGreaterThan(0);
      expect(seconds.source).not.toBe("");
    }
    expect(azureBehaviours["azure-native:containerservice:ManagedCluster"]?.seconds.create).toBe(258);
  });

  it("have the regions, and in them the zones, that the program knows", () => {
    const simulated = azureRegions.map(({ name }) => name);
    expect(regionNames("azure").filter((name) => !simulated.includes(name))).toEqual([]);
    for (const { name, zones } of azureRegions) {
      const known = findRegion("azure", name);
      if (known) expect(known.zones, name).toEqual(zones);
    }
  });

  it("are asked by the same identity that kubelogin hands tokens out for", () => {
    const stand = readFileSync("simulator/controlplane/bin/kubelogin", "utf8");
    expect(stand).toContain(`const caller = "${caller.objectId}"`);
    expect(stand).toContain(`const tenant = "${tenantId}"`);
  });
});

describe("names, ids and locations", () => {
  it("are made up as Pulumi does: eight digits, none below another resource, a UUID for a role", async () => {
    const azure = new Subscription();
    const group = await azure.create("resources:ResourceGroup", { location: "westeurope" }, "platform");
    expect(group.id).toMatch(new RegExp(`^/subscriptions/${subscriptionId}/resourceGroups/platform[0-9a-f]{8}$`));
    const resourceGroupName = String(group.outputs.name);
    const vnet = await azure.create(
      "network:VirtualNetwork",
      { resourceGroupName, addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
      "net",
    );
    expect(vnet.id).toMatch(/\/providers\/Microsoft\.Network\/virtualNetworks\/net[0-9a-f]{8}$/);
    expect(vnet.outputs).toMatchObject({ location: "westeurope", type: "Microsoft.Network/virtualNetworks" });
    const subnet = await azure.create(
      "network:Subnet",
      { resourceGroupName, virtualNetworkName: vnet.outputs.name, addressPrefix: "10.0.0.0/24" },
      "nodes",
    );
    expect(subnet.id).toBe(`${vnet.id}/subnets/nodes`);
    const assignment = azureBehaviours["azure-native:authorization:RoleAssignment"]?.defaults?.({}, azure.context("r"));
    expect(assignment?.roleAssignmentName).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("take the provider's location before the resource group's", async () => {
    const azure = new Subscription();
    await azure.create("resources:ResourceGroup", place);
    azure.config = { location: "North Europe" };
    const { outputs } = await azure.create("managedidentity:UserAssignedIdentity", {
      resourceGroupName: "platform",
      resourceName: "one",
    });
    expect(outputs.location).toBe("northeurope");
  });

  it("must lead somewhere, and be free", async () => {
    const azure = new Subscription();
    const identity = { ...place, resourceName: "one" };
    await expect(azure.create("managedidentity:UserAssignedIdentity", identity)).rejects.toThrow(
      `Status=404 Code="ResourceGroupNotFound" Message="Resource group 'platform' could not be found."`,
    );
    await expect(azure.create("resources:ResourceGroup", { ...place, location: "eu-west-1" })).rejects.toThrow(
      "LocationNotAvailableForResourceGroup",
    );
    await azure.create("resources:ResourceGroup", place);
    const { id } = await azure.create("managedidentity:UserAssignedIdentity", identity);
    await expect(azure.create("managedidentity:UserAssignedIdentity", identity)).rejects.toThrow(
      `cannot create already existing resource '${id}'`,
    );
    const credential = { resourceGroupName: "platform", resourceName: "two", issuer: "https://i", subject: "s" };
    await expect(azure.create("managedidentity:FederatedIdentityCredential", credential)).rejects.toThrow(
      "ParentResourceNotFound",
    );
  });

  it("go with their group, clusters and all", async () => {
    const azure = new Subscription();
    const group = await azure.create("resources:ResourceGroup", place);
    await azure.create("managedidentity:UserAssignedIdentity", { ...place, resourceName: "one" });
    await azure.create("resources:ResourceGroup", { ...place, resourceGroupName: "platform-other" });
    await azure.delete(group);
    expect(azure.records.map(({ outputs }) => outputs.name)).toEqual(["platform-other"]);
  });
});

describe("inputs", () => {
  const cluster = "azure-native:containerservice:ManagedCluster";

  it.each([
    [{ networkProfile: { networkPlugin: "calico" } }, /must be one of "azure", "kubenet", "none"/],
    [{ networkProfile: { networkPolicies: "cilium" } }, /did you mean "networkPolicy"\?/],
    [{ networkProfile: { serviceCidr: "172.20/16" } }, /does not match/],
    [{ sku: { tier: "Paid" } }, /must be one of "Premium", "Standard", "Free"/],
    [{ resourceName: "platform_" }, /does not match/],
    [{ tags: { "azure-team": "a" } }, /does not match/],
    [{ autoUpgradeProfile: { upgradeChannel: "latest" } }, /must be one of/],
  ])("%j of a cluster are refused", (inputs, reason) => {
    const reasons = checkInputs(cluster, { resourceGroupName: "platform", ...inputs }).map((each) => each.reason);
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    ["storage:StorageAccount", { accountName: "Platform-1" }],
    ["keyvault:Vault", { vaultName: "1platform" }],
    ["resources:ResourceGroup", { resourceGroupName: "platform." }],
    ["containerservice:AgentPool", { agentPoolName: "general-1" }],
    ["managedidentity:FederatedIdentityCredential", { audiences: ["one", "two"] }],
    ["network:Subnet", { addressPrefix: "10.0.0/24" }],
  ])("of %s: %j are refused", (type, inputs) => {
    const [property] = Object.keys(inputs);
    const found = checkInputs(`azure-native:${type}`, inputs).map((each) => each.property);
    expect(found.some((each) => each.startsWith(property ?? ""))).toBe(true);
  });

  it.each([
    [{ dnsPrefix: "other" }, ["dnsPrefix"], []],
    [{ networkProfile: { serviceCidr: "172.21.0.0/16" } }, ["networkProfile.serviceCidr"], []],
    [{ networkProfile: { serviceCidr: "172.20.0.0/16", outboundType: "none" } }, ["networkProfile.outboundType"], []],
    [{ sku: { tier: "Standard" } }, [], ["sku"]],
    [{ tags: { team: "b" } }, [], ["tags.team"]],
  ])("%j change a cluster as pulumi-azure-native says", (change, replaces, updates) => {
    const before = { dnsPrefix: "one", networkProfile: { serviceCidr: "172.20.0.0/16" }, tags: { team: "a" } };
    const found = compare(cluster, before, { ...before, ...change });
    expect(found).toMatchObject({ replaces, updates, unsourced: [] });
  });

  it("replace what is named by the program only when the old one is gone", () => {
    const pool = "azure-native:containerservice:AgentPool";
    expect(compare(pool, { vmSize: "a" }, { vmSize: "b" })).toMatchObject({
      replaces: ["vmSize"],
      deleteBeforeReplace: true,
    });
    const vault = "azure-native:keyvault:Vault";
    const named = (vaultName: string, generated: string[]) => ({ vaultName, __defaults: generated });
    expect(compare(vault, named("a", ["vaultName"]), named("b", ["vaultName"])).deleteBeforeReplace).toBe(false);
    expect(compare(vault, named("a", []), named("b", [])).deleteBeforeReplace).toBe(true);
  });
});
