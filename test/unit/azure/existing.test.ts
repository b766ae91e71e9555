/** Somebody else's network in the simulated subscription. */
import { beforeEach, expect, it } from "vitest";
import { azureInvokes } from "../../../simulator/azure";
import { networkBefore } from "../../../simulator/existing";
import { cluster, network, pool, Subscription, systemPool } from "./account";

const id =
  "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/shared/providers/Microsoft.Network/virtualNetworks/hub";
const subnets = ["public", "nodes-1", "nodes-2"].map((name) => `${id}/subnets/${name}`);

let azure: Subscription;
beforeEach(() => {
  azure = new Subscription();
  const [open = "", ...inner] = subnets;
  const hub = { cloud: "azure", region: "westeurope", id, publicSubnets: [open], privateSubnets: inner } as const;
  azure.records.push(...networkBefore({ ...hub, publicSubnets: [open] }));
});

const subnet = (subnetName: string, virtualNetworkName = "hub") =>
  azureInvokes["azure-native:network:getSubnet"]?.(
    { resourceGroupName: "shared", virtualNetworkName, subnetName },
    azure.context(),
  );

it("is whole, and no stack's", () => {
  expect(azure.records.filter(({ urn }) => urn !== "")).toEqual([]);
  expect(azure.records.map((record) => record.id)).toEqual(expect.arrayContaining([id, ...subnets]));
});

it("is found whichever subscription it is in, with a gateway for nodes, and nothing beside it", async () => {
  expect(await subnet("nodes-1")).toMatchObject({ id: subnets[1], natGateway: { id: expect.any(String) as string } });
  expect(await subnet("public")).not.toHaveProperty("natGateway");
  await expect(async () => subnet("nodes-3")).rejects.toThrow("ResourceNotFound");
  await expect(async () => subnet("nodes-1", "spoke")).rejects.toThrow("ResourceNotFound");
});

it("takes nodes only of clusters that may join its subnets", async () => {
  const net = await network(azure);
  await expect(
    cluster(azure, net, {
      agentPoolProfiles: [{ ...systemPool, vnetSubnetID: subnets[1] }],
    }),
  ).rejects.toThrow("LinkedAuthorizationFailed");
  await cluster(azure, net);
  await expect(pool(azure, net, { vnetSubnetID: subnets[1] })).rejects.toThrow("same");
});
