import { beforeEach, describe, expect, it } from "vitest";
import { azureBehaviours } from "../../../simulator/azure";
import { Locks } from "../../../simulator/cloud/locks";
import { cluster, network, place, pool, Subscription, type Network } from "./account";

let azure: Subscription;
let net: Network;
beforeEach(async () => {
  azure = new Subscription();
  net = await network(azure);
});

describe("node pools", () => {
  beforeEach(async () => {
    await cluster(azure, net);
  });

  it("begin with the autoscaler's minimum, and keep the number that it has made of it", async () => {
    const record = await pool(azure, net);
    expect(azure.clusters.pools.get("general")?.map(({ zone }) => zone)).toEqual([
      "westeurope-1",
      "westeurope-2",
      "westeurope-3",
    ]);
    record.outputs.count = 5;
    await azure.update(record, { nodeLabels: { team: "a" } });
    expect(azure.clusters.pools.get("general")).toHaveLength(5);
    await azure.update(record, { maxCount: 4 });
    expect(azure.clusters.pools.get("general")).toHaveLength(4);
    await azure.delete(record);
    expect(azure.clusters.pools.has("general")).toBe(false);
  });

  it.each([
    [{ vmSize: "Standard_X4" }, "The VM size of Standard_X4 is not allowed"],
    [{ availabilityZones: ["4"] }, 'Code="AvailabilityZoneNotSupported"'],
    [{ minCount: 5, maxCount: 3 }, "The value of minCount 5 is greater"],
    [{ enableAutoScaling: false }, "can be set only with enableAutoScaling"],
    [{ orchestratorVersion: "1.36" }, 'Code="NodePoolMcVersionIncompatible"'],
    [{ orchestratorVersion: "1.31" }, "more than 3 versions less"],
    [{ maxPods: 5 }, "5 is not between 10 and 250"],
    [{ maxCount: 1001 }, "at most 1000 nodes"],
    [{ spotMaxPrice: -1 }, "only for a pool of priority Spot"],
    [{ scaleSetPriority: "Spot", upgradeSettings: { maxSurge: "1" } }, "Spot pools can't set max surge."],
    [{ mode: "System", scaleSetPriority: "Spot" }, "cannot be of mode System"],
    [{ nodeLabels: { "kubernetes.azure.com/mode": "user" } }, "is reserved by AKS"],
    [{ agentPoolName: "system" }, "cannot create already existing resource"],
    [{ resourceName: "other" }, 'Code="ParentResourceNotFound"'],
  ])("refuse %j", async (inputs, message) => {
    await expect(pool(azure, net, inputs)).rejects.toThrow(message);
  });

  it("are all in one network, with room for their nodes", async () => {
    const small = await azure.create("network:Subnet", {
      resourceGroupName: "platform",
      virtualNetworkName: "vnet",
      subnetName: "small",
      addressPrefix: "10.0.0.0/29",
    });
    await expect(pool(azure, net, { vnetSubnetID: small.id })).rejects.toThrow(
      "Pre-allocated IPs 6 exceeds IPs available 3 in Subnet Cidr 10.0.0.0/29",
    );
    await azure.create("network:VirtualNetwork", {
      ...place,
      virtualNetworkName: "two",
      addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
    });
    const other = await azure.create("network:Subnet", {
      resourceGroupName: "platform",
      virtualNetworkName: "two",
      subnetName: "nodes",
      addressPrefix: "10.1.0.0/20",
    });
    await expect(pool(azure, net, { vnetSubnetID: other.id })).rejects.toThrow("must be in the same virtual network");
  });

  it("of spot machines have AKS' taint and label", async () => {
    await pool(azure, net, { agentPoolName: "spot", scaleSetPriority: "Spot", minCount: 1 });
    const [node] = azure.clusters.pools.get("spot") ?? [];
    expect(node?.taints).toEqual([
      { key: "kubernetes.azure.com/scalesetpriority", value: "spot", effect: "NoSchedule" },
    ]);
    expect(node?.labels["kubernetes.azure.com/scalesetpriority"]).toBe("spot");
  });

  it("are told by a fault domain where there is no zone", async () => {
    await pool(azure, net, { availabilityZones: undefined });
    const [node] = azure.clusters.pools.get("general") ?? [];
    expect(node?.zone).toBe("0");
    expect(node?.labels["topology.disk.csi.azure.com/zone"]).toBe("");
  });

  it("keep their machines", async () => {
    const record = await pool(azure, net);
    await expect(azure.update(record, { availabilityZones: ["1"] })).rejects.toThrow(
      "agentPoolProfile.availabilityZones",
    );
    await expect(azure.update(record, { vnetSubnetID: net.subnets[1]?.id })).rejects.toThrow(
      "agentPoolProfile.vnetSubnetID",
    );
  });

  it("are changed beside each other, and not while the cluster is", async () => {
    const context = azure.context();
    const lockOf = (type: string, inputs: object) =>
      azureBehaviours[`azure-native:containerservice:${type}`]?.lock?.(
        { resourceGroupName: "platform", resourceName: "aks", ...inputs },
        context,
      );
    const locks = new Locks();
    const pending = () => new Promise((resolve) => setTimeout(resolve, 20));
    const one = locks.run(lockOf("AgentPool", { agentPoolName: "a" }), pending);
    const other = locks.run(lockOf("AgentPool", { agentPoolName: "b" }), pending);
    await expect(locks.run(lockOf("ManagedCluster", {}), pending)).rejects.toThrow(
      'Status=409 Code="OperationNotAllowed" Message="Operation is not allowed: Another operation is in progress',
    );
    await Promise.all([one, other]);
    const whole = locks.run(lockOf("ManagedCluster", {}), pending);
    await expect(locks.run(lockOf("AgentPool", { agentPoolName: "a" }), pending)).rejects.toThrow(
      "aka.ms/aks-pending-operation",
    );
    await whole;
  });
});
