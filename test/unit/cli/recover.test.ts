import { describe, expect, it } from "vitest";
import { findCreated } from "../../../cli/rehearse/recover";

const record = (type: string, id: string, inputs: Record<string, unknown>) => ({
  type,
  id,
  urn: "",
  inputs,
  outputs: {},
});

const records = [
  record("aws:ec2/vpc:Vpc", "vpc-1", { tags: { Name: "one", stack: "dev" } }),
  record("aws:ec2/vpc:Vpc", "vpc-2", { tags: { Name: "one", stack: "prod" } }),
  record("aws:eks/nodeGroup:NodeGroup", "a:general", { clusterName: "a", nodeGroupName: "general" }),
  record("aws:eks/nodeGroup:NodeGroup", "b:general", { clusterName: "b", nodeGroupName: "general" }),
  record("aws:ec2/route:Route", "r-1", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", __defaults: [] }),
  record("aws:ec2/eip:Eip", "eip-1", { tags: { Name: "same" } }),
  record("aws:ec2/eip:Eip", "eip-2", { tags: { Name: "same" } }),
  record("gcp:storage/bucketIAMMember:BucketIAMMember", "b/x/reader", { bucket: "x", role: "reader", member: "a" }),
  record("gcp:serviceaccount/account:Account", "nodes@p", { accountId: "nodes", displayName: "as it was" }),
];

describe("findCreated", () => {
  it.each([
    ["by its tags", "aws:ec2/vpc:Vpc", { tags: { Name: "one", stack: "prod" }, cidrBlock: "10.0.0.0/16" }, "vpc-2"],
    ["not by half of its tags", "aws:ec2/vpc:Vpc", { tags: { Name: "one" } }, undefined],
    [
      "by its name within its cluster",
      "aws:eks/nodeGroup:NodeGroup",
      { clusterName: "b", nodeGroupName: "general" },
      "b:general",
    ],
    [
      "by all inputs where it has neither",
      "aws:ec2/route:Route",
      { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
      "r-1",
    ],
    [
      "not where an input differs",
      "aws:ec2/route:Route",
      { routeTableId: "rtb-2", destinationCidrBlock: "0.0.0.0/0" },
      undefined,
    ],
    [
      "by all that is in a grant, not by its bucket's name",
      "gcp:storage/bucketIAMMember:BucketIAMMember",
      { bucket: "x", role: "writer", member: "a" },
      undefined,
    ],
    ["by a service account's id", "gcp:serviceaccount/account:Account", { accountId: "nodes" }, "nodes@p"],
    ["not where several fit", "aws:ec2/eip:Eip", { tags: { Name: "same" } }, undefined],
    ["not among other types", "aws:iam/role:Role", { tags: { Name: "same" } }, undefined],
  ])("finds an interrupted creation %s", (_, type, inputs, id) => {
    expect(findCreated({ type, inputs }, records)).toBe(id);
  });
});
