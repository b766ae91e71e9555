import { beforeEach, describe, expect, it } from "vitest";
import type { Properties } from "../../../simulator/provider";
import { compare } from "../../../simulator/schema";
import { Account, project } from "./account";

let account: Account;
beforeEach(() => (account = new Account()));

const inputs = { managedZone: "example-com", name: "www.example.com.", type: "A", ttl: 60, rrdatas: ["198.51.100.1"] };
const record = (more: Properties = {}) => account.create("dns/recordSet:RecordSet", { ...inputs, ...more });
const cname = { type: "CNAME", rrdatas: ["prod-1.eu-west-1.elb.amazonaws.com."] };
const wrrs = [
  { weight: 90, rrdatas: ["198.51.100.1"] },
  { weight: 10, rrdatas: ["198.51.100.2"] },
];

describe("records of Cloud DNS", () => {
  it("take the place of those of the same name and type, whoever made them", async () => {
    await record();
    const after = await record({ rrdatas: ["198.51.100.2"] });
    expect(account.records).toEqual([after]);
    expect(after.id).toBe(`projects/${project}/managedZones/example-com/rrsets/www.example.com./A`);
  });

  it("become weighted, and others, in one change", async () => {
    const type = "gcp:dns/recordSet:RecordSet";
    const { rrdatas: _, ...without } = inputs;
    const weighted = { ...without, routingPolicy: { wrrs } };
    expect(compare(type, inputs, weighted)).toMatchObject({ replaces: [], unsourced: [] });
    expect(compare(type, inputs, { ...inputs, ...cname })).toMatchObject({ replaces: [], unsourced: [] });
    const made = await record();
    await account.update(made, weighted);
    await account.update(made, { ...inputs, ...cname });
  });

  it("are a CNAME, or anything else", async () => {
    await record();
    await expect(record(cname)).rejects.toThrow(
      "resource record sets of other types, but not both., cnameResourceRecordSetConflict",
    );
    await record({ ...cname, name: "api.example.com." });
    await expect(record({ name: "api.example.com." })).rejects.toThrow("but not both., cnameResourceRecordSetConflict");
  });

  it.each<[Properties, string]>([
    [{ name: "www.example.org." }, "Invalid value for 'entity.change.additions[0].name': 'www.example.org.', invalid"],
    [{ name: "www.example.com" }, "ending in a dot"],
    [{ name: "example.com.", ...cname }, "zone's root resource record set"],
    [{ rrdatas: undefined }, "one of `routing_policy,rrdatas` must be specified"],
    [{ routingPolicy: { wrrs } }, "one of `routing_policy,rrdatas` must be specified"],
    [{ rrdatas: ["prod-1.eu-west-1.elb.amazonaws.com."] }, "Invalid value for 'entity.change.additions[0].rrdata[0]'"],
    [
      { type: "CNAME", rrdatas: ["prod-1.elb.amazonaws.com"] },
      "Invalid value for 'entity.change.additions[0].rrdata[0]'",
    ],
    [{ rrdatas: undefined, routingPolicy: { wrrs: [{ weight: -1, rrdatas: ["198.51.100.1"] }] } }, "weight"],
  ])("are refused with %j", async (more, refusal) => {
    await expect(record(more)).rejects.toThrow(refusal);
  });
});
