import { beforeEach, describe, expect, it } from "vitest";
import { Account, cluster, ground, region, type Ground } from "./account";

let account: Account;
let on: Ground;
beforeEach(async () => {
  account = new Account();
  on = await ground(account);
});

describe("networks", () => {
  it("answer with ids and self links, and are made up a name of small letters", async () => {
    const { id, outputs } = await account.create("compute/network:Network", {}, "Platform-net");
    expect(id).toMatch(/^projects\/example-test\/global\/networks\/platform-net-[0-9a-f]{7}$/);
    expect(outputs).toMatchObject({ selfLink: `https://www.googleapis.com/compute/v1/${id}`, project: "example-test" });
  });

  it("have one name, and stay while something is in them", async () => {
    await expect(account.create("compute/network:Network", { name: "net" })).rejects.toThrow(
      "Error creating Network: googleapi: Error 409: The resource 'projects/example-test/global/networks/net' already exists, alreadyExists",
    );
    await expect(account.delete(on.network)).rejects.toThrow(
      "The network resource 'projects/example-test/global/networks/net' is already being used by 'projects/example-test/regions/europe-west1/subnetworks/nodes', resourceInUseByAnotherResource",
    );
    await account.delete(on.subnetwork);
    const rule = await account.create("compute/firewall:Firewall", {
      name: "r",
      network: on.network.outputs.selfLink,
      sourceRanges: ["10.0.0.0/8"],
      allows: [{ protocol: "tcp", ports: ["80"] }],
    });
    await expect(account.delete(on.network)).rejects.toThrow("is already being used by");
    await account.delete(rule);
    await account.delete(on.network);
  });

  it("are not deleted against their policy", async () => {
    const kept = await account.create("compute/network:Network", { name: "kept", deletionPolicy: "PREVENT" });
    await expect(account.delete(kept)).rejects.toThrow('without setting deletion_policy="DELETE"');
  });
});

describe("subnetworks", () => {
  const make = (inputs: object) =>
    account.create("compute/subnetwork:Subnetwork", { name: "other", network: "net", region, ...inputs });

  it.each([
    [
      "a network that is not there",
      { network: "none", ipCidrRange: "10.20.0.0/20" },
      "The resource 'none' was not found",
    ],
    [
      "a range of the pods of another one",
      { ipCidrRange: "10.5.0.0/20" },
      "Invalid IPCidrRange: 10.5.0.0/20 conflicts with existing subnetwork 'nodes' in region 'europe-west1'.",
    ],
    [
      "a range twice",
      { ipCidrRange: "10.20.0.0/20", secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.20.8.0/24" }] },
      "conflicts with 10.20.0.0/20 of the same subnetwork",
    ],
    ["a range that is too small", { ipCidrRange: "10.20.0.0/30" }, "must be between /4 and /29"],
    ["a range with bits beyond its prefix", { ipCidrRange: "10.20.0.1/20" }, "Must be a CIDR address range"],
    ["a range that is nobody's to have", { ipCidrRange: "169.254.0.0/20" }, "conflicts with reserved range"],
    ["a region that there is not", { region: "europe-west99", ipCidrRange: "10.20.0.0/20" }, "Unknown region"],
  ])("refuse %s", async (_, inputs, message) => {
    await expect(make(inputs)).rejects.toThrow(message);
  });

  it("grow, never shrink, and keep ranges that a cluster lives in", async () => {
    await cluster(account, on);
    const { inputs } = on.subnetwork;
    await expect(account.update(on.subnetwork, { ...inputs, ipCidrRange: "10.0.0.0/20" })).rejects.toThrow(
      "must be a superset of 10.0.0.0/16",
    );
    await expect(account.update(on.subnetwork, { ...inputs, secondaryIpRanges: [] })).rejects.toThrow(
      "Secondary range 'pods' is in use",
    );
    await expect(account.delete(on.subnetwork)).rejects.toThrow(
      "is already being used by 'projects/example-test/locations/europe-west1/clusters/platform'",
    );
  });
});

describe("NAT", () => {
  const nat = async (inputs: object) => {
    await account.create("compute/router:Router", { name: "router", network: "net", region }).catch(() => undefined);
    const address =
      account.records.find(({ type }) => type === "gcp:compute/address:Address") ??
      (await account.create("compute/address:Address", { name: "out", region }));
    return account.create("compute/routerNat:RouterNat", {
      name: "nat",
      router: "router",
      region,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [address.outputs.selfLink],
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [{ name: on.subnetwork.id, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
      ...inputs,
    });
  };

  it("keeps its addresses, and its subnetworks from other ones", async () => {
    const { id } = await nat({});
    expect(id).toBe("example-test/europe-west1/router/nat");
    const address = account.records.find(({ type }) => type === "gcp:compute/address:Address");
    await expect(account.delete(address as never)).rejects.toThrow(
      "is already being used by 'projects/example-test/regions/europe-west1/routers/router'",
    );
    await expect(nat({ name: "second" })).rejects.toThrow("already NATed by 'nat'");
  });

  it.each([
    [
      "addresses where Google chooses",
      { natIpAllocateOption: "AUTO_ONLY" },
      "NAT IPs must not be given with AUTO_ONLY",
    ],
    ["no address where it does not", { natIps: [] }, "NAT IPs must be given with MANUAL_ONLY"],
    [
      "an address that is not there",
      { natIps: ["https://www.googleapis.com/compute/v1/projects/example-test/regions/europe-west1/addresses/none"] },
      "addresses/none' was not found",
    ],
    [
      "both ways of sharing ports",
      { enableDynamicPortAllocation: true, enableEndpointIndependentMapping: true },
      "cannot be enabled at the same time",
    ],
    [
      "numbers of ports that are no powers of two",
      { enableDynamicPortAllocation: true, minPortsPerVm: 100 },
      "must be powers of 2",
    ],
    ["more ports without sharing", { maxPortsPerVm: 4096 }, "maxPortsPerVm needs Dynamic Port Allocation"],
    ["a router that is not there", { router: "none" }, "routers/none' was not found"],
  ])("refuses %s", async (_, inputs, message) => {
    await expect(nat(inputs)).rejects.toThrow(message);
  });

  it("has eight addresses in a region and eight global ones", async () => {
    for (let index = 0; index < 8; index++)
      await account.create("compute/address:Address", { name: `a${index}`, region });
    await expect(account.create("compute/address:Address", { name: "a8", region })).rejects.toThrow(
      "Error creating Address: googleapi: Error 403: Quota 'STATIC_ADDRESSES' exceeded.  Limit: 8.0 in region europe-west1., quotaExceeded",
    );
    await account.create("compute/globalAddress:GlobalAddress", { name: "g" });
  });
});

describe("firewall rules", () => {
  it.each([
    [{ sourceRanges: ["10.0.0.0/8"] }, "one of `allow,deny` must be specified"],
    [
      { allows: [{ protocol: "tcp" }] },
      "one of source_tags, source_ranges, or source_service_accounts must be defined",
    ],
    [
      { allows: [{ protocol: "tcp" }], sourceTags: ["a"], targetServiceAccounts: ["x@y"] },
      "Tags and service accounts cannot be used together",
    ],
    [
      { allows: [{ protocol: "icmp", ports: ["1"] }], sourceRanges: ["10.0.0.0/8"] },
      "Ports cannot be given for the protocol icmp",
    ],
    [{ network: "none", allows: [{ protocol: "tcp" }], sourceRanges: ["10.0.0.0/8"] }, "'none' was not found"],
  ])("refuse %j", async (inputs, message) => {
    await expect(account.create("compute/firewall:Firewall", { name: "r", network: "net", ...inputs })).rejects.toThrow(
      message,
    );
  });
});
