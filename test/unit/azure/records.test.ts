import { beforeEach, describe, expect, it } from "vitest";
import { azureInvokes } from "../../../simulator/azure";
import type { Properties } from "../../../simulator/provider";
import { Subscription } from "./account";

let azure: Subscription;
beforeEach(() => (azure = new Subscription()));

const at = { resourceGroupName: "dns", zoneName: "example.com", relativeRecordSetName: "www" };
const inputs = { ...at, recordType: "A", ttl: 60, aRecords: [{ ipv4Address: "198.51.100.1" }] };
const record = (more: Properties = {}) => azure.create("dns:RecordSet", { ...inputs, ...more });
const cname = {
  recordType: "CNAME",
  aRecords: undefined,
  cnameRecord: { cname: "prod-1.eu-west-1.elb.amazonaws.com" },
};

describe("records of Azure DNS", () => {
  it("are found by whoever asks for them, and not made twice", async () => {
    const look = () => azureInvokes["azure-native:dns:getRecordSet"]!({ ...at, recordType: "A" }, azure.context());
    expect(look).toThrow("ResourceNotFound");
    const { id } = await record();
    expect(id).toMatch(/\/resourceGroups\/dns\/providers\/Microsoft.Network\/dnsZones\/example.com\/A\/www$/);
    expect(look()).toMatchObject({ id, ttl: 60, aRecords: inputs.aRecords, fqdn: "www.example.com." });
    await expect(record()).rejects.toThrow(`cannot create already existing resource '${id}'`);
  });

  it("are a CNAME, or anything else; a wildcard is another name", async () => {
    await record();
    await record({ ...cname, relativeRecordSetName: "*" });
    await expect(record(cname)).rejects.toThrow(
      "The CNAME record could not be created because another record with the same name already exists in this zone.",
    );
    await record({ ...cname, relativeRecordSetName: "api" });
    await expect(record({ relativeRecordSetName: "api" })).rejects.toThrow(
      "The record could not be created because a CNAME record with the same name already exists in this zone.",
    );
  });

  it.each<[Properties, string]>([
    [{ ...cname, relativeRecordSetName: "@" }, "not supported at the zone apex"],
    [{ ttl: 0 }, "TTL"],
    [{ aRecords: [] }, "cannot be empty"],
    [{ aRecords: [{ ipv4Address: "prod-1.elb.amazonaws.com" }] }, "is invalid"],
    [{ cnameRecord: { cname: "a.example.net" } }, "has records of another type"],
  ])("are refused with %j", async (more, refusal) => {
    await expect(record(more)).rejects.toThrow(refusal);
  });
});
