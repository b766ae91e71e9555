import { describe, expect, it } from "vitest";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { asResources, lostRecords } from "../../../cli/rehearse/recoverLost";
import type { StateResource } from "../../../cli/rehearse/state";

const nat = "aws:ec2/natGateway:NatGateway";
const vpc = "aws:ec2/vpc:Vpc";
const bucket = "aws:s3/bucket:Bucket";
const provider = { type: "pulumi:providers:aws", urn: "urn:pulumi:dev::p::pulumi:providers:aws::aws", id: "0-1" };

describe("lostRecords", () => {
  it("are of this stack, and in the cloud only", () => {
    const records = [
      record(vpc, "vpc-1"),
      record(nat, "nat-1"),
      record(nat, "nat-2", "prod"),
      record(vpc, "vpc-0", ""),
    ];
    expect(lostRecords("dev", records, [state(vpc, "vpc-1")]).map(({ id }) => id)).toEqual(["nat-1"]);
  });

  it("are told apart by type and id together", () => {
    expect(lostRecords("dev", [record(nat, "one")], [state(vpc, "one")])).toHaveLength(1);
  });

  it("are no backups, which a teardown leaves on purpose", () => {
    const kept = { ...record(bucket, "b"), urn: `urn:pulumi:dev::p::a$platform:aws:BackupBucket$${bucket}::b` };
    expect(lostRecords("dev", [kept], [])).toEqual([]);
  });
});

describe("asResources", () => {
  it("gives each a name of its own, the provider, and those before it to depend on", () => {
    const [first, second] = asResources([record(vpc, "vpc-1"), record(nat, "nat-1")], [provider]);
    expect(first).toMatchObject({ urn: `urn:pulumi:dev::p::${vpc}::lost-0`, id: "vpc-1", dependencies: [] });
    expect(second).toMatchObject({ provider: `${provider.urn}::0-1`, dependencies: [first?.urn] });
  });

  it("says what it cannot delete", () => {
    expect(() => asResources([record(vpc, "vpc-1")], [])).toThrow(
      "aws:ec2/vpc:Vpc vpc-1 is in the cloud, and the state has no pulumi:providers:aws to delete it with",
    );
  });
});

function record(type: string, id: string, stack = "dev"): CloudRecord {
  return { type, id, urn: stack && `urn:pulumi:${stack}::p::${type}::${id}`, inputs: {}, outputs: {} };
}

function state(type: string, id: string): StateResource {
  return { urn: `urn:pulumi:dev::p::${type}::${id}`, type, id };
}
