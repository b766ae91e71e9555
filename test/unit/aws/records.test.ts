import { beforeEach, describe, expect, it } from "vitest";
import { awsInvokes } from "../../../simulator/aws";
import type { Properties } from "../../../simulator/provider";
import { Account } from "./account";

let account: Account;
let zoneId: unknown;
beforeEach(() => {
  account = new Account();
  ({ zoneId } = awsInvokes["aws:route53/getZone:getZone"]!({ name: "example.com" }, account.context()));
});

const record = (more: Properties = {}, name = "www.example.com") =>
  account.create("route53/record:Record", { zoneId, name, type: "A", ttl: 60, records: ["198.51.100.1"], ...more });
const weighted = (setIdentifier: string, weight: number, more: Properties = {}) =>
  record({ setIdentifier, weightedRoutingPolicies: [{ weight }], ...more });

describe("records by weight", () => {
  it("are beside each other, not beside a simple one", async () => {
    await weighted("source", 90);
    await weighted("target", 10);
    await expect(weighted("target", 10)).rejects.toThrow("but it already exists");
    await expect(record()).rejects.toThrow(
      "RRSet with DNS name www.example.com., type A cannot be created as other RRSets exist with the same name and type.",
    );
    await record({}, "api.example.com");
    await expect(weighted("target", 10, { name: "api.example.com" })).rejects.toThrow(
      "type A, SetIdentifier target cannot be created as a non-weighted set exists with the same name and type.",
    );
  });

  it("have one time to live", async () => {
    await weighted("source", 90);
    await expect(weighted("target", 10, { ttl: 300 })).rejects.toThrow("weighted sets must contain the same TTL");
  });

  it("come in the place of a simple one in one change, and go while others are left only", async () => {
    const simple = await record();
    const inputs = { ...simple.inputs, setIdentifier: "source", weightedRoutingPolicies: [{ weight: 100 }] };
    await account.update(simple, inputs);
    const target = await weighted("target", 0);
    const { setIdentifier: _, weightedRoutingPolicies: __, ...back } = inputs;
    await expect(account.update(simple, back)).rejects.toThrow("cannot be created as other RRSets exist");
    await account.delete(target);
    await account.update(simple, back);
  });

  it.each([
    [{ setIdentifier: "a" }, "Missing field 'Weight'"],
    [{ weightedRoutingPolicies: [{ weight: 1 }] }, "all of `set_identifier` must be specified"],
    [{ setIdentifier: "a", weightedRoutingPolicies: [{ weight: 256 }] }, "must be between 0 and 255"],
  ])("need all that makes them so: %j", async (more, refusal) => {
    await expect(record(more)).rejects.toThrow(refusal);
  });
});

describe("an alias", () => {
  const alias = (name: string, zone: string) =>
    record({ aliases: [{ name, zoneId: zone, evaluateTargetHealth: false }], records: undefined, ttl: undefined });
  const balancer = "prod-1.eu-west-1.elb.amazonaws.com";

  it("names the zone of its load balancer's region", async () => {
    const { id } = awsInvokes["aws:lb/getHostedZoneId:getHostedZoneId"]!({}, account.context());
    await alias(balancer, String(id));
    await expect(alias("prod-1.us-east-1.elb.amazonaws.com", String(id))).rejects.toThrow(
      "does not lie within the target zone",
    );
  });

  it("has no time to live of its own", async () => {
    await expect(record({ aliases: [{ name: balancer, zoneId: "Z32O12XQLNTSW2" }] })).rejects.toThrow(
      `"alias": conflicts with records`,
    );
  });
});

describe("a name", () => {
  it("has a CNAME or anything else", async () => {
    await record();
    await expect(record({ type: "CNAME", records: ["a.example.net"] })).rejects.toThrow(
      "RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
    );
    await record({ type: "CNAME", records: ["a.example.net"] }, "api.example.com");
    await expect(record({}, "api.example.com")).rejects.toThrow(
      "because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.",
    );
  });

  it("is taken over from whoever made its record, where that is asked for", async () => {
    const before = await record();
    const after = await record({ records: ["198.51.100.2"], allowOverwrite: true });
    expect(account.records).toEqual([after]);
    expect(after.id).toBe(before.id);
  });
});
