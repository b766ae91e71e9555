import { beforeEach, describe, expect, it } from "vitest";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { Account, cluster, network } from "./account";

let account: Account;
beforeEach(() => {
  account = new Account();
});

describe("VPCs", () => {
  it("have ids, ARNs and defaults of the cloud's form", async () => {
    account.config = { defaultTags: { tags: { stack: "dev", team: "infra" } } };
    const { id, outputs } = await account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: { team: "web" } });
    expect(id).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(outputs).toMatchObject({
      arn: `arn:aws:ec2:eu-west-1:123456789012:vpc/${id}`,
      enableDnsHostnames: false,
      enableDnsSupport: true,
      instanceTenancy: "default",
      region: "eu-west-1",
      tagsAll: { stack: "dev", team: "web" },
    });
    expect(outputs.mainRouteTableId).toBe(outputs.defaultRouteTableId);
  });

  it("are five in a region", async () => {
    for (let n = 0; n < 5; n++) await account.create("ec2/vpc:Vpc", { cidrBlock: `10.${n}.0.0/16` });
    await expect(account.create("ec2/vpc:Vpc", { cidrBlock: "10.9.0.0/16" })).rejects.toThrow(
      "operation error EC2: CreateVpc, https response error StatusCode: 400, " +
        "api error VpcLimitExceeded: The maximum number of VPCs has been reached.",
    );
  });

  it.each([
    ["10.0.0.0/8", "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."],
    ["10.0.0.0/29", "InvalidVpc.Range"],
    ["10.0.0.1/16", "InvalidParameterValue: Value (10.0.0.1/16) for parameter cidrBlock is invalid."],
    ["ten", "InvalidParameterValue"],
  ])("refuse the range %s", async (cidrBlock, message) => {
    await expect(account.create("ec2/vpc:Vpc", { cidrBlock })).rejects.toThrow(message);
  });

  it("stay while anything lives in them", async () => {
    const { vpc } = await network(account);
    await expect(account.delete(vpc)).rejects.toThrow(
      `DependencyViolation: The vpc '${vpc.id}' has dependencies and cannot be deleted.`,
    );
  });

  it("keep tags within AWS' limits", async () => {
    const tags = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`key${n}`, "value"]));
    await expect(account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags })).rejects.toThrow("TagLimitExceeded");
    await expect(account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: { "aws:x": "1" } })).rejects.toThrow(
      "Tag keys starting with 'aws:' are reserved for internal use: aws:x",
    );
  });
});

describe("subnets", () => {
  it.each([
    ["10.1.0.0/24", "a", "InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid."],
    ["10.0.0.0/29", "a", "InvalidSubnet.Range: The CIDR '10.0.0.0/29' is invalid."],
    ["10.0.0.128/25", "a", "InvalidSubnet.Conflict: The CIDR '10.0.0.128/25' conflicts with another subnet"],
    [
      "10.0.5.0/24",
      "d",
      "Value (eu-west-1d) for parameter availabilityZone is invalid. Subnets can currently only be created in the " +
        "following availability zones: eu-west-1a, eu-west-1b, eu-west-1c.",
    ],
  ])("refuse %s in zone %s", async (cidrBlock, zone, message) => {
    const { id: vpcId } = await account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    await account.create("ec2/subnet:Subnet", { vpcId, cidrBlock: "10.0.0.0/24", availabilityZone: "eu-west-1a" });
    const inputs = { vpcId, cidrBlock, availabilityZone: `eu-west-1${zone}` };
    await expect(account.create("ec2/subnet:Subnet", inputs)).rejects.toThrow(message);
  });

  it("need a VPC and stay while a cluster is in them", async () => {
    await expect(account.create("ec2/subnet:Subnet", { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24" })).rejects.toThrow(
      "InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist",
    );
    const net = await network(account);
    await cluster(account, net);
    const subnet = net.privateSubnets[0] as CloudRecord;
    await expect(account.delete(subnet)).rejects.toThrow(
      `The subnet '${subnet.id}' has dependencies and cannot be deleted.`,
    );
  });
});

describe("gateways and addresses", () => {
  it("are five elastic addresses in a region", async () => {
    for (let n = 0; n < 5; n++) await account.create("ec2/eip:Eip", {});
    await expect(account.create("ec2/eip:Eip", {})).rejects.toThrow("AddressLimitExceeded");
  });

  it("hold the internet gateway while a NAT has a public address", async () => {
    const { gateway, nat, eip, vpc } = await network(account);
    await expect(account.delete(eip)).rejects.toThrow("InvalidIPAddress.InUse");
    await expect(account.delete(gateway)).rejects.toThrow(`Network ${vpc.id} has some mapped public address(es).`);
    await account.delete(nat);
    await account.delete(gateway);
    await account.delete(eip);
  });

  it("need an internet gateway for a NAT, and an address of its own", async () => {
    const { id: vpcId } = await account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const { id: subnetId } = await account.create("ec2/subnet:Subnet", { vpcId, cidrBlock: "10.0.0.0/24" });
    const { id: allocationId } = await account.create("ec2/eip:Eip", {});
    const nat = { subnetId, allocationId };
    await expect(account.create("ec2/natGateway:NatGateway", nat)).rejects.toThrow(
      `Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`,
    );
    await account.create("ec2/internetGateway:InternetGateway", { vpcId });
    const { outputs } = await account.create("ec2/natGateway:NatGateway", nat);
    expect(outputs).toMatchObject({ vpcId, privateIp: expect.stringMatching(/^10\.0\.0\.\d+$/) as string });
    await expect(account.create("ec2/natGateway:NatGateway", nat)).rejects.toThrow("Resource.AlreadyAssociated");
    await expect(account.create("ec2/internetGateway:InternetGateway", { vpcId })).rejects.toThrow(
      `Network ${vpcId} already has an internet gateway attached`,
    );
  });
});

describe("routes", () => {
  it("have Terraform's ids and one target for a destination", async () => {
    const { vpc, gateway } = await network(account);
    const table = await account.create("ec2/routeTable:RouteTable", { vpcId: vpc.id });
    const inputs = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    const route = await account.create("ec2/route:Route", inputs);
    expect(route.id).toBe(`r-${table.id}1080289494`);
    await expect(account.create("ec2/route:Route", inputs)).rejects.toThrow(
      "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
    );
    await expect(
      account.create("ec2/route:Route", { ...inputs, destinationCidrBlock: "10.9.0.0/16", gatewayId: "igw-1" }),
    ).rejects.toThrow("InvalidGatewayID.NotFound: The gateway ID 'igw-1' does not exist");
  });

  it("lead through the gateways of their own VPC", async () => {
    const { gateway } = await network(account);
    const other = await account.create("ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" });
    const table = await account.create("ec2/routeTable:RouteTable", { vpcId: other.id });
    const inputs = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    await expect(account.create("ec2/route:Route", inputs)).rejects.toThrow("belong to different networks");
  });

  it("are of one table for a subnet", async () => {
    const { vpc, privateSubnets } = await network(account);
    const table = await account.create("ec2/routeTable:RouteTable", { vpcId: vpc.id });
    const inputs = { routeTableId: table.id, subnetId: privateSubnets[0]?.id };
    await expect(account.create("ec2/routeTableAssociation:RouteTableAssociation", inputs)).rejects.toThrow(
      `the specified association for route table ${table.id} conflicts with an existing association`,
    );
  });
});

describe("endpoints", () => {
  it("are of services that the region has", async () => {
    const { vpc } = await network(account);
    const inputs = { vpcId: vpc.id, serviceName: "com.amazonaws.us-east-1.s3" };
    await expect(account.create("ec2/vpcEndpoint:VpcEndpoint", inputs)).rejects.toThrow(
      "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-east-1.s3' does not exist",
    );
    const right = await account.create("ec2/vpcEndpoint:VpcEndpoint", {
      vpcId: vpc.id,
      serviceName: "com.amazonaws.eu-west-1.s3",
    });
    expect(right.outputs).toMatchObject({ state: "available", vpcEndpointType: "Gateway" });
  });
});

describe("security groups", () => {
  it("have unique names in a VPC, and no rule twice", async () => {
    const { vpc } = await network(account);
    const group = await account.create("ec2/securityGroup:SecurityGroup", { name: "web", vpcId: vpc.id });
    expect(group.outputs.description).toBe("Managed by Pulumi");
    await expect(account.create("ec2/securityGroup:SecurityGroup", { name: "web", vpcId: vpc.id })).rejects.toThrow(
      `InvalidGroup.Duplicate: The security group 'web' already exists for VPC '${vpc.id}'`,
    );
    const rule = { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" };
    const created = await account.create("vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule);
    expect(created.id).toMatch(/^sgr-/);
    await expect(account.create("vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule)).rejects.toThrow(
      'the specified rule "peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW" already exists',
    );
    await account.create("vpc/securityGroupEgressRule:SecurityGroupEgressRule", rule);
  });

  it("take names by prefix, each its own", async () => {
    const { vpc } = await network(account);
    const group = () => account.create("ec2/securityGroup:SecurityGroup", { namePrefix: "web-", vpcId: vpc.id });
    const [one, other] = [await group(), await group()];
    expect(one.outputs.name).toMatch(/^web-[0-9a-f]{26}$/);
    expect(other.outputs.name).not.toBe(one.outputs.name);
  });

  it("stay while another group's rule names them", async () => {
    const { vpc } = await network(account);
    const one = await account.create("ec2/securityGroup:SecurityGroup", { name: "one", vpcId: vpc.id });
    const other = await account.create("ec2/securityGroup:SecurityGroup", { name: "other", vpcId: vpc.id });
    const rule = await account.create("ec2/securityGroupRule:SecurityGroupRule", {
      type: "ingress",
      protocol: "tcp",
      fromPort: 1,
      toPort: 2,
      securityGroupId: one.id,
      sourceSecurityGroupId: other.id,
    });
    expect(rule.id).toMatch(/^sgrule-\d+$/);
    await expect(account.delete(other)).rejects.toThrow(
      `DependencyViolation: resource ${other.id} has a dependent object`,
    );
    await account.delete(rule);
    await account.delete(other);
  });

  it("let rules name a VPC's default group and a cluster's, but no unknown one", async () => {
    const net = await network(account);
    const { outputs } = await cluster(account, net);
    const { clusterSecurityGroupId } = outputs.vpcConfig as { clusterSecurityGroupId: string };
    const group = await account.create("ec2/securityGroup:SecurityGroup", { name: "alb", vpcId: net.vpc.id });
    const rule = (referencedSecurityGroupId: unknown) =>
      account.create("vpc/securityGroupEgressRule:SecurityGroupEgressRule", {
        securityGroupId: group.id,
        ipProtocol: "-1",
        referencedSecurityGroupId,
      });
    await rule(clusterSecurityGroupId);
    await rule(net.vpc.outputs.defaultSecurityGroupId);
    await expect(rule("sg-1")).rejects.toThrow("InvalidGroup.NotFound: The security group 'sg-1' does not exist");
  });
});
