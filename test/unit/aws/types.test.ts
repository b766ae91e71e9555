import { describe, expect, it } from "vitest";
import { awsBehaviours, awsInvokes } from "../../../simulator/aws";
import { checkArguments, isKnown, types } from "../../../simulator/schema";
import { Account } from "./account";

describe("simulated types", () => {
  it("are those that the schemas know", () => {
    const known = types().filter((type) => type.startsWith("aws:"));
    expect(Object.keys(awsBehaviours).sort()).toEqual(known.sort());
    expect(Object.keys(awsBehaviours).every(isKnown)).toBe(true);
  });

  it("have functions that the schemas know", () => {
    const unknown = Object.keys(awsInvokes).filter((token) =>
      checkArguments(token, {}).some(({ reason }) => /no such function/.test(reason)),
    );
    expect(unknown).toEqual([]);
  });

  it("say how long they take, and where the figure is from", () => {
    for (const { seconds } of Object.values(awsBehaviours)) {
      expect(seconds.create).toBeGreaterThan(0);
      expect(seconds.source).not.toBe("");
    }
    expect(awsBehaviours["aws:eks/cluster:Cluster"]?.seconds.create).toBe(566);
  });
});

describe("default tags", () => {
  it("update what carries them when they change, and nothing else", async () => {
    const account = new Account();
    account.config = { defaultTags: { tags: { stack: "dev" } } };
    const record = await account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: { Name: "a" } });
    const changes = () =>
      awsBehaviours["aws:ec2/vpc:Vpc"]?.alsoUpdates?.(record.outputs, record.inputs, account.context());
    expect(changes()).toEqual([]);
    account.config = { defaultTags: { tags: { stack: "prod" } } };
    expect(changes()).toEqual(["tagsAll"]);
    await account.update(record, record.inputs);
    expect(record.outputs.tagsAll).toEqual({ stack: "prod", Name: "a" });
    expect(changes()).toEqual([]);
    expect("alsoUpdates" in (awsBehaviours["aws:ec2/route:Route"] ?? {})).toBe(false);
  });
});
