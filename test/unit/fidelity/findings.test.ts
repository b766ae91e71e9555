import { describe, expect, it } from "vitest";

import { addressOf, type Evidence } from "../../../tools/fidelity/evidence";
import { complaints, findings } from "../../../tools/fidelity/findings";
import { useOf } from "../../../tools/fidelity/use";

const type = "aws:ec2/vpcEndpoint:VpcEndpoint";
const use = useOf([
  {
    type,
    inputs: { vpcId: "vpc-1", vpcEndpointType: "Gateway", tags: { a: "b" }, dnsOptions: { dnsRecordIpType: "ipv4" } },
  },
  { type, inputs: { vpcId: "vpc-1", vpcEndpointType: "Interface", policy: undefined, __defaults: [] } },
]);

function evidence(properties: string[], values: Record<string, string[]> = {}): Evidence {
  return {
    commits: { "owner/name": "0".repeat(40) },
    types: { [type]: [{ repository: "owner/name", path: "main.tf", properties, values }] },
  };
}

const all = ["dnsOptions.dnsRecordIpType", "tags", "vpcEndpointType", "vpcId"];
const allValues = { vpcEndpointType: ["Gateway", "Interface"], "dnsOptions.dnsRecordIpType": ["ipv4"] };

describe("useOf", () => {
  it("goes down to the leaves, takes a map as one, and leaves out what is not set", () => {
    expect([...(use.get(type)?.keys() ?? [])].sort()).toEqual(all);
    expect([...(use.get(type)?.get("vpcEndpointType")?.values ?? [])]).toEqual(["Gateway", "Interface"]);
    expect([...(use.get(type)?.get("vpcId")?.values ?? [])]).toEqual([]);
  });

  it("goes into the elements of lists, and keeps an empty object", () => {
    const acl = "aws:wafv2/webAcl:WebAcl";
    const found = useOf([{ type: acl, inputs: { rules: [{ name: "a" }, { action: { block: {} } }] } }]).get(acl);
    expect([...(found?.keys() ?? [])]).toEqual(["rules.name", "rules.action.block"]);
  });

  it("refuses what the SDK does not declare", () => {
    expect(() => useOf([{ type, inputs: { vpcID: "vpc-1" } }])).toThrow(`${type} declares no property vpcID`);
    expect(() => useOf([{ type: "aws:ec2/x:X", inputs: {} }])).toThrow("aws:ec2/x:X is no type");
  });
});

describe("findings", () => {
  it("counts rules, bounds and values, and names what nobody else sets", () => {
    const [found] = findings(use, evidence(["tags", "vpcId", "vpcEndpointType"], { vpcEndpointType: ["Gateway"] }));
    expect(found).toMatchObject({
      type,
      properties: 4,
      ruled: 4,
      values: 3,
      unseen: ["dnsOptions.dnsRecordIpType", "dnsOptions.dnsRecordIpType=ipv4", "vpcEndpointType=Interface"],
    });
  });

  it("names a property that no rule covers", () => {
    const lb = "gcp:storage/bucket:Bucket";
    const [found] = findings(useOf([{ type: lb, inputs: { location: "EU" } }]), { commits: {}, types: {} });
    expect(found).toMatchObject({ ruled: 1, unruled: [] });
  });
});

describe("complaints", () => {
  const complain = (given: Evidence, uncertain = {}) => complaints(findings(use, given), use, given, uncertain);

  it("has none where all is seen", () => {
    expect(complain(evidence(all, allValues))).toEqual([]);
  });

  it("asks for what is not seen, unless it is known to be uncertain", () => {
    const given = evidence(all, { ...allValues, vpcEndpointType: ["Gateway"] });
    expect(complain(given)).toEqual([
      expect.stringContaining(`${type} vpcEndpointType=Interface: not in evidence.json`),
    ]);
    expect(complain(given, { [type]: { "vpcEndpointType=Interface": "in the API" } })).toEqual([]);
  });

  it("asks for a type that nobody sets", () => {
    expect(complain({ commits: {}, types: {} })).toContainEqual(expect.stringContaining("no public program sets it"));
  });

  it("does not let the list of uncertain ones, or the evidence, outlive its reason", () => {
    expect(complain(evidence(all, allValues), { [type]: { tags: "?" } })).toEqual([
      `${type} tags: seen, or no longer in use; take it out of uncertain.json`,
    ]);
    expect(complain(evidence([...all, "policy"], allValues))).toEqual([
      `${type} policy: no longer in use; take it out of evidence.json`,
    ]);
  });
});

describe("addressOf", () => {
  const seen = { repository: "owner/name", path: "a/main.tf", properties: [] };

  it("is the file at the repository's commit, or at its own", () => {
    const one = evidence([]);
    expect(addressOf(one, seen)).toBe(`https://github.com/owner/name/blob/${"0".repeat(40)}/a/main.tf`);
    expect(addressOf(one, { ...seen, commit: "1".repeat(40) })).toContain("/blob/1111");
    expect(() => addressOf(one, { ...seen, repository: "owner/other" })).toThrow("no commit of owner/other");
  });
});
