import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import { isDangerous } from "../../../cli/preview/changes";
import { recorded, reportOf } from "./events";

const brief = (events: EngineEvent[]) =>
  reportOf(events).changes.map(({ action, type, name }) => `${action} ${type} ${name}`);

/** A step of the engine: `urn` ends with type and name. */
function step(op: OpType, type: string, name: string, state: object = {}): EngineEvent {
  const urn = `urn:pulumi:dev::p::platform:aws:Cluster$${type}::${name}`;
  const one = { type, urn, custom: true, id: "", parent: "", inputs: {}, outputs: {}, provider: "", ...state };
  return {
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata: { op, urn, type, provider: "", ...(op === "create" ? { new: one } : { old: one }) } },
  };
}

describe("what a preview would change", () => {
  it("counts the steps of a replacement as one, and names what makes it one", () => {
    const { changes, errors } = reportOf(recorded("replace"));
    expect(changes.map(({ action, name, replacedBy }) => [action, name, replacedBy])).toEqual([
      ["replace", "platform-dev-aws-general-eu-west-1a", ["instanceTypes[0]"]],
      ["replace", "platform-dev-aws-general-eu-west-1b", ["instanceTypes[0]"]],
      ["update", "platform-dev-aws-kube-prometheus-stack", []],
      ["create", "platform-dev-aws-spot", []],
    ]);
    expect(changes[2]?.properties).toContain("values.prometheus.prometheusSpec.retention");
    expect(errors).toEqual([]);
  });

  it("puts what must not get lost first", () => {
    const { changes } = reportOf(recorded("protected"));
    expect(changes.filter(isDangerous)).toEqual(changes.slice(0, 2));
    expect(changes[0]).toMatchObject({ type: "aws:s3/bucket:Bucket", protected: true, holdsData: true, stays: true });
    expect(changes[1]).toMatchObject({ type: "kubernetes:core/v1:Namespace", protected: false, holdsData: true });
  });

  it("tells why the engine refuses, with the resource's name", () => {
    expect(reportOf(recorded("protected")).errors).toEqual([
      expect.stringMatching(/^platform-dev-aws-backup: Preview failed: .* cannot be deleted\nbecause it is protected/),
    ]);
    expect(reportOf(recorded("network")).errors).toEqual([
      expect.stringMatching(/^platform-dev-aws-vpc: unable to replace .*\nas it is currently marked for protection/),
    ]);
  });

  it("says of a protected network that it would be replaced, and because of what", () => {
    const { changes } = reportOf(recorded("network"));
    const [vpc] = changes;
    const subnet = changes.find(({ type }) => type === "aws:ec2/subnet:Subnet");
    expect(vpc).toMatchObject({
      action: "replace",
      type: "aws:ec2/vpc:Vpc",
      protected: true,
      replacedBy: ["cidrBlock"],
    });
    expect(subnet).toMatchObject({ protected: false, replacedBy: ["cidrBlock", "vpcId"] });
  });

  it("leaves out what stays as it is, what is only read, and components", () => {
    const steps = [
      step("same", "aws:ec2/vpc:Vpc", "one"),
      step("read", "aws:ec2/vpc:Vpc", "two"),
      step("refresh", "aws:ec2/vpc:Vpc", "three"),
      step("delete", "platform:aws:Cluster", "four", { custom: false }),
    ];
    expect(brief(steps)).toEqual([]);
  });

  it("tells the deletion of a former copy apart from what happens to its successor", () => {
    const type = "aws:ec2/vpc:Vpc";
    expect(brief([step("delete", type, "main", { delete: true }), step("update", type, "main")])).toEqual([
      `delete ${type} main`,
      `update ${type} main`,
    ]);
  });

  it("is as calm about what is new as it is loud about what goes", () => {
    const [created] = reportOf([step("create", "aws:s3/bucket:Bucket", "backup", { protect: true })]).changes;
    const [updated] = reportOf([step("update", "aws:s3/bucket:Bucket", "backup", { protect: true })]).changes;
    expect([created, updated].map((change) => change && isDangerous(change))).toEqual([false, false]);
  });

  it("keeps the engine's closing line only where nothing says why", () => {
    const error = (message: string): EngineEvent => ({
      sequence: 0,
      timestamp: 0,
      diagnosticEvent: { message: `<{%fg 1%}>${message}<{%reset%}>\n`, color: "raw", severity: "error" },
    });
    expect(reportOf([error("preview failed")]).errors).toEqual(["preview failed"]);
    expect(reportOf([error("no such zone"), error("no such zone"), error("preview failed")]).errors).toEqual([
      "no such zone",
    ]);
  });
});
