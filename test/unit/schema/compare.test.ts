import { describe, expect, it } from "vitest";
import { unknown } from "../../../simulator/provider";
import { compare } from "../../../simulator/schema";

const nothing = { updates: [], replaces: [], unsourced: [], deleteBeforeReplace: false };
const vpc = "aws:ec2/vpc:Vpc";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const cluster = "aws:eks/cluster:Cluster";

describe("what counts as a change", () => {
  it.each([
    ["absent and undefined", vpc, { tags: { a: "1", b: undefined } }, { tags: { a: "1" }, cidrBlock: null }],
    ["Pulumi's own keys", vpc, { __defaults: [] }, { __defaults: ["name"] }],
    ["the order of a set", nodeGroup, { subnetIds: ["a", "b"] }, { subnetIds: ["b", "a"] }],
    [
      "the order of a set in a block",
      cluster,
      { vpcConfig: { subnetIds: ["a", "b"] } },
      { vpcConfig: { subnetIds: ["b", "a"] } },
    ],
    [
      "the order of a set in a set",
      "aws:ec2/securityGroup:SecurityGroup",
      { ingress: [{ protocol: "tcp", securityGroups: ["a", "b"] }, { protocol: "udp" }] },
      { ingress: [{ protocol: "udp" }, { securityGroups: ["b", "a"], protocol: "tcp" }] },
    ],
    ["an input that the cloud fills in, left out", vpc, { cidrBlock: "10.0.0.0/16" }, {}],
    ["an empty list and none", nodeGroup, { taints: [] }, {}],
    [
      "how a policy is written",
      "aws:iam/rolePolicy:RolePolicy",
      { policy: '{"Version":"2012-10-17","Statement":[]}' },
      { policy: { Statement: [], Version: "2012-10-17" } },
    ],
  ])("not %s", (_, type, before, after) => {
    expect(compare(type, before, after)).toEqual(nothing);
  });

  it("the order of a list", () => {
    expect(compare(nodeGroup, { instanceTypes: ["a", "b"] }, { instanceTypes: ["b", "a"] }).replaces).toEqual([
      "instanceTypes[0]",
      "instanceTypes[1]",
    ]);
  });

  it("a value that is not known yet", () => {
    expect(compare(vpc, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: unknown }).replaces).toEqual(["cidrBlock"]);
  });

  it("what is in a policy", () => {
    const change = compare("aws:iam/rolePolicy:RolePolicy", { policy: '{"Statement":[]}' }, { policy: "{}" });
    expect(change).toEqual({ ...nothing, updates: ["policy"] });
  });
});

describe("what a change does", () => {
  it("updates in place, by full path", () => {
    const before = { scalingConfig: { minSize: 1, maxSize: 3 }, tags: { "kubernetes.io/role/elb": "1" } };
    const after = { scalingConfig: { minSize: 1, maxSize: 5 }, tags: { "kubernetes.io/role/elb": "2" } };
    expect(compare(nodeGroup, before, after)).toEqual({
      ...nothing,
      updates: ["scalingConfig.maxSize", 'tags["kubernetes.io/role/elb"]'],
    });
  });

  it("names an exchanged element of a set once", () => {
    const before = { subnetIds: ["subnet-1", "subnet-2"] };
    const after = { subnetIds: ["subnet-3", "subnet-2"] };
    expect(compare(nodeGroup, before, after).replaces).toEqual(["subnetIds[0]"]);
  });

  it("replaces where the provider's source says so", () => {
    const change = compare(vpc, { cidrBlock: "10.0.0.0/16", tags: {} }, { cidrBlock: "10.1.0.0/16", tags: { a: "1" } });
    expect(change).toEqual({ ...nothing, replaces: ["cidrBlock"], updates: ["tags.a"] });
    expect(compare(nodeGroup, { subnetIds: ["a"] }, { subnetIds: ["b", "a"] }).replaces).toEqual(["subnetIds[0]"]);
  });

  it("knows rules inside a block, and takes the strongest for a block that comes as a whole", () => {
    const launchTemplate = (version: string, id: string) => ({ launchTemplate: { id, version } });
    expect(compare(nodeGroup, launchTemplate("1", "lt-1"), launchTemplate("2", "lt-1"))).toEqual({
      ...nothing,
      updates: ["launchTemplate.version"],
    });
    expect(compare(nodeGroup, launchTemplate("1", "lt-1"), launchTemplate("1", "lt-2")).replaces).toEqual([
      "launchTemplate.id",
    ]);
    expect(compare(nodeGroup, {}, launchTemplate("1", "lt-1")).replaces).toEqual(["launchTemplate"]);
    expect(compare(cluster, {}, { accessConfig: { authenticationMode: "API" } }).updates).toEqual(["accessConfig"]);
    expect(compare(nodeGroup, {}, { nodeRepairConfig: { enabled: true } }).updates).toEqual(["nodeRepairConfig"]);
  });

  it("replaces a cluster that loses its encryption, not one that gains it", () => {
    const encryptionConfig = {
      provider: { keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" },
      resources: ["secrets"],
    };
    expect(compare(cluster, { encryptionConfig }, {})).toEqual({ ...nothing, replaces: ["encryptionConfig"] });
    expect(compare(cluster, {}, { encryptionConfig })).toEqual({ ...nothing, updates: ["encryptionConfig"] });
  });

  it("replaces a security group rule only when its source becomes another kind", () => {
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    expect(compare(rule, { cidrIpv4: "10.0.0.0/8" }, { cidrIpv4: "10.0.0.0/16" }).updates).toEqual(["cidrIpv4"]);
    expect(compare(rule, { cidrIpv4: "10.0.0.0/8" }, { prefixListId: "pl-1" }).replaces).toEqual([
      "cidrIpv4",
      "prefixListId",
    ]);
  });

  it("says which change no rule is known for", () => {
    expect(compare(vpc, { instanceTenancy: "default" }, { instanceTenancy: "dedicated" })).toEqual({
      ...nothing,
      unsourced: ["instanceTenancy"],
    });
    expect(() => compare("aws:ec2/instance:Instance", {}, {})).toThrow(/no such resource type/);
  });
});

describe("delete before replace", () => {
  const role = (name: string, path: string, generated: string[]) => ({ name, path, __defaults: generated });
  const type = "aws:iam/role:Role";

  it("where the program chose the name, which the old one still has", () => {
    expect(compare(type, role("nodes", "/", []), role("nodes", "/a/", [])).deleteBeforeReplace).toBe(true);
  });

  it("not where the name is generated, or nothing is replaced", () => {
    expect(compare(type, role("n-1a", "/", ["name"]), role("n-2b", "/a/", ["name"]))).toMatchObject({
      replaces: ["name", "path"],
      deleteBeforeReplace: false,
    });
    expect(compare(type, role("nodes", "/", []), { ...role("nodes", "/", []), tags: { a: "1" } })).toMatchObject({
      updates: ["tags"],
      deleteBeforeReplace: false,
    });
  });

  it("where two can't exist side by side", () => {
    const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    expect(compare(attachment, { role: "a", policyArn: "p" }, { role: "b", policyArn: "p" })).toEqual({
      ...nothing,
      replaces: ["role"],
      deleteBeforeReplace: true,
    });
  });
});
