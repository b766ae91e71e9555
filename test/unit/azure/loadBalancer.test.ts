import { beforeEach, describe, expect, it } from "vitest";
import { balanceOnAzure } from "../../../simulator/azure/loadBalancer";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { address, assign, cluster, network, Subscription, type Network } from "./account";

let azure: Subscription;
let net: Network;
let aks: CloudRecord;
let ingress: CloudRecord;
let principalId: unknown;
beforeEach(async () => {
  azure = new Subscription();
  net = await network(azure);
  aks = await cluster(azure, net);
  ingress = await address(azure, "ingress");
  principalId = azure.records.find(({ inputs }) => inputs.resourceName === "cluster")?.outputs.principalId;
});

function ask(annotations: Record<string, string> = {}, name = "azure-pip-name") {
  const prefixed = Object.entries(annotations).map(([key, value]) => [`service.beta.kubernetes.io/${key}`, value]);
  const request = {
    id: aks.id,
    name: "aks",
    cloud: "azure",
    region: "westeurope",
    version: "1.35",
    endpointHost: "",
    serviceCidr: "",
  };
  return balanceOnAzure(azure.context(), request as Parameters<typeof balanceOnAzure>[1], {
    metadata: { name, annotations: Object.fromEntries(prefixed) as Record<string, string> },
  });
}

const named = { "azure-pip-name": "ingress", "azure-load-balancer-resource-group": "platform" };

describe("a Service of type LoadBalancer", () => {
  it("gets an address of AKS' choice where it names none", () => {
    expect(ask()).toBeUndefined();
  });

  it("gets the address that it names once the cluster's identity may look for it and take it", async () => {
    expect(ask(named)).toMatchObject({
      refusal: expect.stringContaining("'Microsoft.Network/publicIPAddresses/read' over scope") as string,
    });
    await assign(azure, "reader", net.group.id, principalId);
    expect(ask(named)).toMatchObject({ refusal: expect.stringContaining("publicIPAddresses/join/action") as string });
    await assign(azure, "networkContributor", ingress.id, principalId);
    expect(ask(named)).toEqual({ addresses: [{ ip: ingress.outputs.ipAddress, ipMode: "VIP" }] });
  });

  it("gets none by a name that there is not, or that a gateway has", async () => {
    await assign(azure, "networkContributor", net.group.id, principalId);
    expect(ask({ ...named, "azure-pip-name": "other" })).toMatchObject({
      refusal: "findMatchedPIP: cannot find public IP other in resource group platform",
    });
    // Without the annotation it is looked for among the nodes' own.
    expect(ask({ "azure-pip-name": "ingress" })).toMatchObject({
      refusal: expect.stringContaining("MC_platform_aks_westeurope") as string,
    });
    expect(ask({ ...named, "azure-pip-name": "nat" })).toMatchObject({
      refusal: expect.stringContaining("PublicIPAddressInUse") as string,
    });
  });
});
