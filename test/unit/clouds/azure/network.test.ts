/** The network, the way out, and the address that clients come to. */
import { beforeAll, describe, expect, it } from "vitest";

import { dev, existing, prod } from "../azure";
import { type Recording, valueOf } from "../record";
import { aks, azure, pool, pools, role, up, usual } from "./cluster";

describe("dev", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.dev());
  });

  it("has a subnet for each zone's nodes, all with the one way out", () => {
    expect(r.names(azure("network:Subnet"))).toEqual(["platform-nodes-1", "platform-nodes-2"]);
    expect(r.one(azure("network:Subnet"), "platform-nodes-2").inputs).toMatchObject({
      addressPrefix: "10.0.64.0/18",
      natGateway: { id: "platform-nat-id" },
      networkSecurityGroup: { id: "platform-nodes-id" },
      defaultOutboundAccess: false,
    });
    expect(r.names(azure("network:NatGateway"))).toEqual(["platform-nat"]);
    expect(r.one(azure("network:NatGateway"), "platform-nat").inputs).not.toHaveProperty("zones");
  });

  it("lets clients in on 80 and 443 only", () => {
    const { securityRules } = r.one(azure("network:NetworkSecurityGroup"), "platform-nodes").inputs;
    const fromInternet = (securityRules as Record<string, unknown>[]).filter(
      (rule) => rule.sourceAddressPrefix === "Internet",
    );
    expect(fromInternet).toHaveLength(1);
    expect(fromInternet[0]).toMatchObject({ destinationPortRanges: ["80", "443"], protocol: "Tcp", access: "Allow" });
  });
});

describe("prod", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.prod());
  });

  it("has a NAT in each zone, each zone using its own", () => {
    expect(r.names(azure("network:NatGateway"))).toEqual(["platform-nat-1", "platform-nat-2", "platform-nat-3"]);
    expect(r.one(azure("network:NatGateway"), "platform-nat-3").inputs).toMatchObject({
      zones: ["3"],
      publicIpAddresses: [{ id: "platform-nat-3-id" }],
    });
    expect(r.one(azure("network:Subnet"), "platform-nodes-3").inputs.natGateway).toEqual({ id: "platform-nat-3-id" });
  });
});

it("uses an existing network and creates nothing of one", async () => {
  const network = { ...dev().network, existing: existing("nat") };
  const { recording: r } = await up(dev({ network }));
  for (const type of ["VirtualNetwork", "Subnet", "NatGateway", "NetworkSecurityGroup"]) {
    expect(r.ofType(azure(`network:${type}`)), type).toEqual([]);
  }
  const [subnet] = network.existing.privateSubnets;
  expect(role(r, "subnet-1").inputs.scope).toBe(subnet);
  expect(aks(r)).toMatchObject({
    inputs: {
      networkProfile: { outboundType: "userAssignedNATGateway" },
      apiServerAccessProfile: { authorizedIPRanges: ["192.0.2.0/24"] },
    },
    ignoreChanges: ["networkProfile.outboundType"],
  });
  expect(pool(r, "general-2").inputs.vnetSubnetID).toBe(subnet);
});

it("goes out through somebody else's firewall where the subnet has routes", async () => {
  const { recording: r } = await up(dev({ network: { ...dev().network, existing: existing("routed", "other") } }));
  expect(aks(r).inputs.networkProfile).toMatchObject({ outboundType: "userDefinedRouting" });
  expect(pool(r, "general-2").inputs.vnetSubnetID).toMatch(/\/subnets\/other$/);
});

it("goes without zones where the region has none", async () => {
  const { recording: r } = await up(prod({ region: "westus", nodes: { ...prod().nodes, zones: [] } }));
  expect(r.names(azure("network:NatGateway"))).toEqual(["platform-nat"]);
  expect(pools(r)).toEqual(["platform-general-1", "platform-spot"]);
  expect(pool(r, "general-1").inputs).toMatchObject({ minCount: 3, maxCount: 10 });
  for (const resource of [
    pool(r, "general-1").inputs,
    pool(r, "spot").inputs,
    (aks(r).inputs.agentPoolProfiles as Record<string, unknown>[])[0],
  ]) {
    expect(resource).not.toHaveProperty("availabilityZones");
  }
  expect(r.one(azure("network:PublicIPAddress"), "platform-ingress").inputs).not.toHaveProperty("zones");
  expect(r.one(azure("storage:StorageAccount"), "platform").inputs.sku).toEqual({ name: "Standard_LRS" });
});

it("protects the address against floods where it is paid for", async () => {
  const { recording: r } = await up(dev({ network: { ...dev().network, ddosProtection: true } }));
  expect(r.one(azure("network:PublicIPAddress"), "platform-ingress").inputs.ddosSettings).toEqual({
    protectionMode: "Enabled",
  });
});

it("has a Service with the fixed address, and TLS at Traefik", async () => {
  const { result } = await usual.prod();
  expect(await valueOf(result.traits.ingress as never)).toEqual({
    service: {
      type: "LoadBalancer",
      annotations: {
        "service.beta.kubernetes.io/azure-pip-name": "platform-ingress01234567",
        "service.beta.kubernetes.io/azure-load-balancer-resource-group": "platform",
      },
    },
    tlsAt: "ingress",
    trustedIPs: [],
    attachments: [],
    existing: false,
    kind: "Azure Load Balancer",
  });
});
