import { beforeEach, describe, expect, it } from "vitest";
import { awsInvokes } from "../../../simulator/aws";
import { Account, network } from "./account";

let account: Account;
beforeEach(() => {
  account = new Account();
});

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("buckets", () => {
  it("have global names in lower case, and settings of their own", async () => {
    const { id, outputs } = await account.create("s3/bucket:Bucket", {}, "Backup");
    expect(id).toMatch(/^backup-[0-9a-f]{7}$/);
    expect(outputs).toMatchObject({ arn: `arn:aws:s3:::${id}`, hostedZoneId: "Z1BKCTXD74EZPE" });
    await expect(account.create("s3/bucket:Bucket", { bucket: id })).rejects.toThrow(
      "StatusCode: 409, BucketAlreadyExists",
    );
    await expect(account.create("s3/bucketVersioning:BucketVersioning", { bucket: "none" })).rejects.toThrow(
      "NoSuchBucket",
    );
    expect((await account.create("s3/bucketVersioning:BucketVersioning", { bucket: id })).id).toBe(id);
  });

  it.each(["Ab", "a..b", "192.168.0.1", "xn--bucket", "bucket-s3alias", "x".repeat(64), "-bucket"])(
    "refuse the name %s",
    async (bucket) => {
      await expect(account.create("s3/bucket:Bucket", { bucket })).rejects.toThrow("InvalidBucketName");
    },
  );

  it("refuse policies of other buckets, and public ones where those are blocked", async () => {
    const bucket = "platform-backup";
    await account.create("s3/bucket:Bucket", { bucket });
    await account.create("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket, blockPublicPolicy: true });
    const policy = (name: string, principal: unknown) =>
      account.create("s3/bucketPolicy:BucketPolicy", {
        bucket,
        policy: document({ ...statement, Principal: principal, Resource: `arn:aws:s3:::${name}/*` }),
      });
    await expect(policy("other", { AWS: "arn:aws:iam::123456789012:root" })).rejects.toThrow(
      "Policy has invalid resource",
    );
    await expect(policy(bucket, "*")).rejects.toThrow("StatusCode: 403, AccessDenied");
    await policy(bucket, { AWS: "arn:aws:iam::123456789012:root" });
  });
});

describe("functions", () => {
  const invoke = (token: string, args: Record<string, unknown>) => awsInvokes[token]!(args, account.context());

  it("know zones, add-ons and subnets", async () => {
    expect(invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {})).toMatchObject({
      names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
      zoneIds: ["euw1-az1", "euw1-az2", "euw1-az3"],
    });
    const addon = (addonName: string, kubernetesVersion: string) =>
      invoke("aws:eks/getAddonVersion:getAddonVersion", { addonName, kubernetesVersion }).version;
    expect(addon("coredns", "1.35")).toBe("v1.13.2-eksbuild.1");
    expect(() => addon("coredns", "1.20")).toThrow("couldn't find resource");
    const { privateSubnets, vpc } = await network(account);
    const id = privateSubnets[0]?.id;
    expect(invoke("aws:ec2/getSubnet:getSubnet", { id })).toMatchObject({ cidrBlock: "10.0.16.0/20", vpcId: vpc.id });
    expect(() => invoke("aws:ec2/getSubnet:getSubnet", { id: "subnet-1" })).toThrow("no matching EC2 Subnet found");
    const filters = [{ name: "vpc-id", values: [vpc.id] }];
    expect(invoke("aws:ec2/getSubnets:getSubnets", { filters }).ids).toHaveLength(4);
  });

  it("write policy documents in IAM's words", () => {
    const { json } = invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }],
          conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["1", "2"] }],
        },
      ],
    });
    expect(JSON.parse(json as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "ec2.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": ["1", "2"] } },
        },
      ],
    });
  });
});
