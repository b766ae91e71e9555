/** An Azure subscription in memory, for tests of what the simulated types answer and refuse. */
import { azureBehaviours } from "../../../simulator/azure";
import { caller, subscriptionId, tenantId } from "../../../simulator/azure/account";
import type { CloudRecord, Context } from "../../../simulator/cloud/behaviour";
import type { Properties } from "../../../simulator/provider";
import { Clusters } from "../aws/account";

export class Subscription {
  readonly records: CloudRecord[] = [];
  readonly clusters = new Clusters();
  config: Properties = {};
  /** Azure's seconds since every resource was made. */
  seconds = Infinity;
  private counter = 0;

  context(name = "test"): Context {
    return {
      account: subscriptionId,
      region: "",
      config: this.config,
      name,
      // Counted, so that ids differ and every run is the same.
      hex: (length) => (++this.counter).toString(16).padStart(length, "0").slice(-length),
      inventory: {
        get: (type, id) => this.records.find((record) => record.type === type && record.id === id),
        list: (type) => this.records.filter((record) => record.type === type),
        remove: (type, id) => this.forget((record) => record.type === type && record.id === id),
      },
      clusters: this.clusters,
      age: () => this.seconds,
    };
  }

  /** Creates a resource as a stack would. @throws Error with the cloud's refusal. */
  async create(token: string, inputs: Properties, name = "test"): Promise<CloudRecord> {
    const type = `azure-native:${token}`;
    const behaviour = azureBehaviours[type];
    if (!behaviour) throw new Error(`no behaviour for ${type}`);
    const context = this.context(name);
    const filled = { ...behaviour.defaults?.(inputs, context), ...inputs };
    const wanted = behaviour.uniqueName?.(filled, context);
    const clash = context.inventory.list(type).some((other) => {
      const taken = behaviour.uniqueName?.(other.inputs, context);
      return wanted && taken?.name === wanted.name && taken.scope === wanted.scope;
    });
    const refusal = (clash && wanted?.taken) || behaviour.refuse?.(filled, context);
    if (refusal) throw new Error(refusal);
    const { id, outputs } = await behaviour.create(filled, context);
    const record = { type, id, urn: `urn:${type}::${name}`, inputs: filled, outputs: { ...filled, ...outputs } };
    this.records.push(record);
    return record;
  }

  /** Lays changes over the inputs that a resource has. */
  async update(record: CloudRecord, changes: Properties): Promise<CloudRecord> {
    const inputs = { ...record.inputs, ...changes };
    const outputs = await azureBehaviours[record.type]?.update?.(record, inputs, this.context(), record.inputs);
    Object.assign(record, { inputs, outputs: { ...record.outputs, ...inputs, ...outputs } });
    return record;
  }

  async delete(record: CloudRecord): Promise<void> {
    const refusal = azureBehaviours[record.type]?.refuseDelete?.(record, this.context());
    if (refusal) throw new Error(refusal);
    await azureBehaviours[record.type]?.delete?.(record, this.context());
    this.forget((each) => each === record);
  }

  private forget(isGone: (record: CloudRecord) => boolean): void {
    const kept = this.records.filter((record) => !isGone(record));
    this.records.splice(0, this.records.length, ...kept);
  }
}

export interface Network {
  group: CloudRecord;
  vnet: CloudRecord;
  gateway: CloudRecord;
  gatewayAddress: CloudRecord;
  firewall: CloudRecord;
  subnets: CloudRecord[];
}

const place = { resourceGroupName: "platform", location: "westeurope" };

/** A virtual network with two subnets behind a NAT gateway. */
export async function network(azure: Subscription): Promise<Network> {
  const group = await azure.create("resources:ResourceGroup", place);
  const vnet = await azure.create("network:VirtualNetwork", {
    ...place,
    virtualNetworkName: "vnet",
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  });
  const gatewayAddress = await address(azure, "nat");
  const gateway = await azure.create("network:NatGateway", {
    ...place,
    natGatewayName: "nat",
    sku: { name: "Standard" },
    publicIpAddresses: [{ id: gatewayAddress.id }],
  });
  const firewall = await azure.create("network:NetworkSecurityGroup", { ...place, networkSecurityGroupName: "nodes" });
  const subnet = (subnetName: string, addressPrefix: string) =>
    azure.create("network:Subnet", {
      resourceGroupName: "platform",
      virtualNetworkName: "vnet",
      subnetName,
      addressPrefix,
      natGateway: { id: gateway.id },
      networkSecurityGroup: { id: firewall.id },
    });
  const subnets = [await subnet("nodes-1", "10.0.16.0/20"), await subnet("nodes-2", "10.0.32.0/20")];
  return { group, vnet, gateway, gatewayAddress, firewall, subnets };
}

export function address(
  azure: Subscription,
  publicIpAddressName: string,
  inputs: Properties = {},
): Promise<CloudRecord> {
  return azure.create("network:PublicIPAddress", {
    ...place,
    publicIpAddressName,
    sku: { name: "Standard" },
    publicIPAllocationMethod: "Static",
    ...inputs,
  });
}

export const roleIds = {
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  clusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
};

export function assign(
  azure: Subscription,
  role: keyof typeof roleIds,
  scope: string,
  principalId: unknown,
  inputs: Properties = { principalType: "ServicePrincipal" },
): Promise<CloudRecord> {
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleIds[role]}`;
  return azure.create("authorization:RoleAssignment", { scope, principalId, roleDefinitionId, ...inputs });
}

/** An identity that may put nodes into the network. */
export async function clusterIdentity(azure: Subscription, net: Network): Promise<CloudRecord> {
  const identity = await azure.create("managedidentity:UserAssignedIdentity", { ...place, resourceName: "cluster" });
  for (const { id } of net.subnets) await assign(azure, "networkContributor", id, identity.outputs.principalId);
  return identity;
}

export const systemPool = {
  name: "system",
  mode: "System",
  vmSize: "Standard_D4s_v5",
  count: 2,
  osType: "Linux",
  type: "VirtualMachineScaleSets",
};

/** A cluster with one system pool, overlay and Cilium. */
export async function cluster(azure: Subscription, net: Network, inputs: Properties = {}): Promise<CloudRecord> {
  const identity =
    azure.records.find(({ inputs: each }) => each.resourceName === "cluster" && each.identity === undefined) ??
    (await clusterIdentity(azure, net));
  return azure.create("containerservice:ManagedCluster", {
    ...place,
    resourceName: "aks",
    dnsPrefix: "aks",
    kubernetesVersion: "1.35",
    identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
    aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantId },
    disableLocalAccounts: true,
    oidcIssuerProfile: { enabled: true },
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      outboundType: "userAssignedNATGateway",
      podCidr: "10.244.0.0/16",
      serviceCidr: "172.20.0.0/16",
      dnsServiceIP: "172.20.0.10",
    },
    agentPoolProfiles: [{ ...systemPool, vnetSubnetID: net.subnets[0]?.id, availabilityZones: ["1", "2"] }],
    ...inputs,
  });
}

export function pool(azure: Subscription, net: Network, inputs: Properties = {}): Promise<CloudRecord> {
  return azure.create("containerservice:AgentPool", {
    resourceGroupName: "platform",
    resourceName: "aks",
    agentPoolName: "general",
    mode: "User",
    vmSize: "Standard_D4s_v5",
    enableAutoScaling: true,
    minCount: 3,
    maxCount: 6,
    availabilityZones: ["1", "2", "3"],
    vnetSubnetID: net.subnets[0]?.id,
    ...inputs,
  });
}

export { caller, place, subscriptionId, tenantId };
