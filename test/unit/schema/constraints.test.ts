import { describe, expect, it } from "vitest";
import { checkConfig, checkInputs } from "../../../simulator/schema";
import { violations } from "../../../simulator/schema/constraint";

const reasons = (type: string, inputs: Record<string, unknown>) =>
  checkInputs(type, inputs).map(({ property, reason }) => `${property}: ${reason}`);

describe("values that AWS would refuse", () => {
  it.each([
    [
      "an enumeration",
      "aws:eks/cluster:Cluster",
      {
        roleArn: "arn:aws:iam::123456789012:role/a",
        vpcConfig: { subnetIds: [] },
        accessConfig: { authenticationMode: "IAM" },
      },
      'accessConfig.authenticationMode: "IAM" is not one of API, API_AND_CONFIG_MAP, CONFIG_MAP ' +
        "(eks CreateAccessConfigRequest.authenticationMode)",
    ],
    [
      "an enumeration of a list's elements",
      "aws:eks/cluster:Cluster",
      {
        roleArn: "arn:aws:iam::123456789012:role/a",
        vpcConfig: { subnetIds: [] },
        enabledClusterLogTypes: ["api", "audits"],
      },
      'enabledClusterLogTypes[1]: "audits" is not one of api, audit, authenticator, controllerManager, scheduler (eks LogType)',
    ],
    [
      "a pattern",
      "aws:kms/alias:Alias",
      { name: "alias/my key", targetKeyId: "1" },
      'name: "alias/my key" does not match ^(?:^[a-zA-Z0-9:/_-]+$)$ (kms CreateAliasRequest.AliasName)',
    ],
    [
      "a length",
      "aws:lb/targetGroup:TargetGroup",
      { name: "a".repeat(33) },
      `name: "${"a".repeat(33)}" has 33 characters, more than 32 (elbv2 CreateTargetGroupInput.Name (documentation))`,
    ],
    [
      "a least number",
      "aws:kms/key:Key",
      { deletionWindowInDays: 3 },
      "deletionWindowInDays: 3 is less than 7 (kms ScheduleKeyDeletionRequest.PendingWindowInDays (documentation))",
    ],
    [
      "a greatest number",
      "aws:ec2/launchTemplate:LaunchTemplate",
      { metadataOptions: { httpPutResponseHopLimit: 65 } },
      "metadataOptions.httpPutResponseHopLimit: 65 is more than 64 " +
        "(ec2 LaunchTemplateInstanceMetadataOptionsRequest.HttpPutResponseHopLimit (documentation))",
    ],
    [
      "numbers that are listed",
      "aws:cloudwatch/logGroup:LogGroup",
      { retentionInDays: 31 },
      expect.stringMatching(/^retentionInDays: 31 is not one of 0, 1, 3, 5, 7, 14, 30, 60, /),
    ],
    ["whole numbers", "aws:kms/key:Key", { rotationPeriodInDays: 90.5 }, expect.stringContaining("is no whole number")],
    [
      "the range of a network",
      "aws:ec2/vpc:Vpc",
      { cidrBlock: "10.0.0.0/8" },
      expect.stringContaining("provider vpc_.go: /16 to /28"),
    ],
    [
      "a tag's key",
      "aws:ec2/vpc:Vpc",
      { cidrBlock: "10.0.0.0/16", tags: { "aws:name": "a" } },
      'tags: "aws:name" does not match ^(?!aws:) (AWS General Reference, tag keys)',
    ],
    [
      "a tag's value",
      "aws:iam/role:Role",
      { assumeRolePolicy: "{}", tags: { Name: "a".repeat(257) } },
      expect.stringContaining("tags.Name: "),
    ],
    [
      "a bucket's name",
      "aws:s3/bucket:Bucket",
      { bucket: "My_Bucket" },
      expect.stringContaining('bucket: "My_Bucket" does not match'),
    ],
    [
      "something deep in a firewall's rules",
      "aws:wafv2/webAcl:WebAcl",
      {
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "a", sampledRequestsEnabled: true },
        rules: [
          {
            name: "rate",
            priority: 1,
            visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "a", sampledRequestsEnabled: true },
            statement: { rateBasedStatement: { limit: 5, aggregateKeyType: "IP" } },
          },
        ],
      },
      expect.stringMatching(/^rules\[0\]\.statement\.rateBasedStatement\.limit: 5 is less than 10 /),
    ],
  ])("%s", (_, type, inputs, expected) => {
    expect(reasons(type, inputs)).toEqual([expected]);
  });

  it("but not what is unknown yet, or within bounds", () => {
    expect(checkInputs("aws:lb/targetGroup:TargetGroup", { name: "web-1", port: 8080, protocol: "HTTP" })).toEqual([]);
    expect(checkInputs("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: {} })).toEqual([]);
  });

  it("in the provider's configuration", () => {
    expect(
      checkConfig("aws", { region: "eu-west-9", allowedAccountIds: '["1234"]' }).map((each) => each.property),
    ).toEqual(["region", "allowedAccountIds[0]"]);
  });
});

it("counts characters as people do, and hides secrets", () => {
  const bound = { source: "test", maxLength: 2 };
  expect(violations(bound, "😀😀")).toEqual([]);
  expect(violations(bound, "hunter2", true)).toEqual(["the secret has 7 characters, more than 2 (test)"]);
});
