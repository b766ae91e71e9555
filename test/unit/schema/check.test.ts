import { describe, expect, it } from "vitest";
import { unknown } from "../../../simulator/provider";
import { checkArguments, checkConfig, checkInputs, isKnown, parseConfig, types } from "../../../simulator/schema";

const nodeGroup = {
  clusterName: "demo",
  nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
  scalingConfig: { desiredSize: 2, maxSize: 4, minSize: 1 },
  subnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
};

describe("inputs of a resource", () => {
  it("accepts what the SDK declares, unknown values and Pulumi's own keys", () => {
    expect(checkInputs("aws:eks/nodeGroup:NodeGroup", nodeGroup)).toEqual([]);
    const unknowns = { ...nodeGroup, subnetIds: unknown, scalingConfig: unknown, tags: { Name: unknown } };
    expect(checkInputs("aws:eks/nodeGroup:NodeGroup", { ...unknowns, __defaults: ["nodeGroupName"] })).toEqual([]);
    expect(checkInputs("aws:eks/nodeGroup:NodeGroup", { ...nodeGroup, labels: undefined, version: null })).toEqual([]);
  });

  it("refuses a type that is not in use", () => {
    expect(isKnown("aws:ec2/instance:Instance")).toBe(false);
    expect(isKnown("gcp:compute/instance:Instance")).toBe(false);
    const [failure] = checkInputs("aws:ec2/instance:Instance", {});
    expect(failure?.reason).toMatch(/^aws:ec2\/instance:Instance: the simulated cloud has no such resource type/);
    expect(failure?.reason).toContain("aws:ec2/vpc:Vpc");
  });

  it("names the nearest property for an unknown one, at any depth", () => {
    const inputs = { ...nodeGroup, scalingConfig: { ...nodeGroup.scalingConfig, maxSizee: 3 }, instanceType: ["a"] };
    expect(checkInputs("aws:eks/nodeGroup:NodeGroup", inputs)).toEqual([
      {
        property: "scalingConfig.maxSizee",
        reason: 'scalingConfig has no property "maxSizee"; did you mean "maxSize"?',
      },
      {
        property: "instanceType",
        reason: 'aws:eks/nodeGroup:NodeGroup has no property "instanceType"; did you mean "instanceTypes"?',
      },
    ]);
  });

  it("lists the properties where none is near", () => {
    expect(checkInputs("aws:ec2/tag:Tag", { key: "a", value: "b", resourceId: "vpc-1", colour: "red" })).toEqual([
      { property: "colour", reason: 'aws:ec2/tag:Tag has no property "colour"; it has key, region, resourceId, value' },
    ]);
  });

  it("suggests nothing that is deprecated", () => {
    const [failure] = checkInputs("aws:s3/bucket:Bucket", { acls: "private" });
    expect(failure?.reason).toMatch(/; it has bucket, bucketNamespace, /);
  });

  it("names every required property that is missing, nested ones too", () => {
    const inputs = { clusterName: "demo", scalingConfig: { minSize: 1 }, taints: [{ key: "spot" }] };
    expect(checkInputs("aws:eks/nodeGroup:NodeGroup", inputs).map((each) => each.property)).toEqual([
      "scalingConfig.desiredSize",
      "scalingConfig.maxSize",
      "taints[0].effect",
      "nodeRoleArn",
      "subnetIds",
    ]);
  });

  it.each([
    [
      "a text for a boolean",
      { enableDnsSupport: "true" },
      "enableDnsSupport",
      '"true" does not fit: it must be a boolean',
    ],
    ["a number for a text", { tags: { size: 3 } }, "tags.size", "3 does not fit: it must be a string"],
    ["a list for a map", { tags: ["a"] }, "tags", '["a"] does not fit: it must be a map, each value a string'],
    ["a text for a number", { ipv4NetmaskLength: "24" }, "ipv4NetmaskLength", '"24" does not fit: it must be a number'],
  ])("refuses %s", (_, wrong, property, reason) => {
    expect(checkInputs("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", ...wrong })).toEqual([{ property, reason }]);
  });

  it("tells which element of a list is wrong", () => {
    const inputs = { ...nodeGroup, subnetIds: ["subnet-0a1b2c3d4e5f60718", 7, null] };
    expect(checkInputs("aws:eks/nodeGroup:NodeGroup", inputs)).toEqual([
      { property: "subnetIds[1]", reason: "7 does not fit: it must be a string" },
      { property: "subnetIds[2]", reason: "null does not fit: it must be a string" },
    ]);
  });

  it("takes a policy as text or as an object, and looks into the object", () => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: ["*"] };
    const check = (policy: unknown) => checkInputs("aws:iam/rolePolicy:RolePolicy", { role: "demo", policy });
    expect(check("{}")).toEqual([]);
    expect(check({ Version: "2012-10-17", Statement: [statement] })).toEqual([]);
    expect(check({ Version: "2012", Statement: [{ ...statement, Effect: "allow" }] })).toEqual([
      { property: "policy.Version", reason: '"2012" does not fit: it must be one of "2012-10-17", "2008-10-17"' },
      { property: "policy.Statement[0].Effect", reason: '"allow" does not fit: it must be one of "Allow", "Deny"' },
    ]);
    expect(check(3)).toHaveLength(1);
  });

  it("writes keys that are no plain names as the engine does", () => {
    expect(checkInputs("aws:ec2/vpc:Vpc", { tags: { "kubernetes.io/role/elb": 1 } })[0]?.property).toBe(
      'tags["kubernetes.io/role/elb"]',
    );
  });

  it("never shows a secret's value", () => {
    const failures = checkInputs("aws:acm/certificate:Certificate", { privateKey: { text: "hunter2" } });
    expect(failures).toEqual([{ property: "privateKey", reason: "the secret does not fit: it must be a string" }]);
  });

  it("knows the types of every provider", () => {
    expect(types()).toContain("aws:wafv2/webAcl:WebAcl");
    expect(types()).toContain("random:index/randomPassword:RandomPassword");
  });
});

describe("arguments of a function", () => {
  it("holds them against the SDK's", () => {
    expect(checkArguments("aws:index/getAvailabilityZones:getAvailabilityZones", { state: "available" })).toEqual([]);
    expect(checkArguments("aws:index/getAvailabilityZones:getAvailabilityZones", { status: "available" })).toEqual([
      {
        property: "status",
        reason: 'aws:index/getAvailabilityZones:getAvailabilityZones has no property "status"; did you mean "state"?',
      },
    ]);
    expect(checkArguments("aws:ec2/getInstance:getInstance", {})[0]?.reason).toContain("no such function");
  });
});

describe("configuration of a provider", () => {
  it("reads what the SDK sends as JSON text", () => {
    const config = {
      region: "eu-west-1",
      defaultTags: '{"tags":{"stack":"dev"}}',
      allowedAccountIds: '["123456789012"]',
    };
    expect(checkConfig("aws", { ...config, version: "7.48.0" })).toEqual([]);
    expect(parseConfig("aws", config)).toEqual({
      region: "eu-west-1",
      defaultTags: { tags: { stack: "dev" } },
      allowedAccountIds: ["123456789012"],
    });
  });

  it("refuses what the provider does not know", () => {
    expect(checkConfig("aws", { regions: "eu-west-1", defaultTags: '{"tag":{}}', maxRetries: "many" })).toEqual([
      { property: "regions", reason: 'provider aws has no property "regions"; did you mean "region"?' },
      { property: "defaultTags.tag", reason: 'defaultTags has no property "tag"; did you mean "tags"?' },
      { property: "maxRetries", reason: '"many" does not fit: it must be a number' },
    ]);
    expect(checkConfig("digitalocean", {})).toEqual([
      { property: "", reason: 'no schema for the provider "digitalocean"' },
    ]);
  });
});
