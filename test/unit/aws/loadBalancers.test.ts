import { beforeEach, describe, expect, it } from "vitest";
import { awsInvokes } from "../../../simulator/aws";
import { Account, network, type Network } from "./account";

let account: Account;
beforeEach(() => {
  account = new Account();
});

describe("load balancers", () => {
  let net: Network;
  beforeEach(async () => {
    net = await network(account);
  });
  const balancer = (inputs = {}) =>
    account.create("lb/loadBalancer:LoadBalancer", {
      name: "platform",
      subnets: net.publicSubnets.map(({ id }) => id),
      ...inputs,
    });
  const target = (inputs = {}) =>
    account.create("lb/targetGroup:TargetGroup", {
      ...{ name: "traefik", vpcId: net.vpc.id, targetType: "ip", protocol: "HTTP", port: 8000 },
      ...inputs,
    });

  it("have the cloud's names and canonical zone", async () => {
    const { id, outputs } = await balancer();
    expect(id).toMatch(
      /^arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer\/app\/platform\/[0-9a-f]{16}$/,
    );
    expect(outputs.dnsName).toMatch(/^platform-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    expect(outputs).toMatchObject({ zoneId: "Z32O12XQLNTSW2", vpcId: net.vpc.id, internal: false });
  });

  it("need two zones, a way to the internet and names of 32 characters", async () => {
    const one = { subnets: [net.publicSubnets[0]?.id] };
    await expect(balancer(one)).rejects.toThrow(
      "At least two subnets in two different Availability Zones must be specified",
    );
    const twice = { subnets: [...net.publicSubnets, ...net.privateSubnets].map(({ id }) => id) };
    await expect(balancer(twice)).rejects.toThrow("multiple subnets in the same Availability Zone");
    await expect(balancer({ name: "x".repeat(33) })).rejects.toThrow("cannot be longer than '32' characters");
    await expect(target({ name: "a_b" })).rejects.toThrow("alphanumeric characters and hyphens(-)");
    await account.delete(net.nat);
    await account.delete(net.gateway);
    await expect(balancer()).rejects.toThrow(`InvalidSubnet: VPC ${net.vpc.id} has no internet gateway`);
  });

  it("hold target groups while listeners forward to them", async () => {
    const { id: loadBalancerArn } = await balancer();
    const group = await target();
    expect(group.outputs).toMatchObject({ healthCheck: { path: "/", interval: 30 }, deregistrationDelay: 300 });
    const listen = (inputs = {}) =>
      account.create("lb/listener:Listener", {
        ...{
          loadBalancerArn,
          port: 80,
          protocol: "HTTP",
          defaultActions: [{ type: "forward", targetGroupArn: group.id }],
        },
        ...inputs,
      });
    const listener = await listen();
    await expect(listen()).rejects.toThrow("DuplicateListener: A listener already exists on this port");
    await expect(listen({ port: 443, protocol: "HTTPS" })).rejects.toThrow(
      "A certificate must be specified for HTTPS listeners",
    );
    await expect(account.delete(group)).rejects.toThrow(
      `Target group '${group.id}' is currently in use by a listener or a rule`,
    );
    await account.delete(listener);
    await account.delete(group);
  });

  it("have one web ACL, which stays while it protects", async () => {
    const { id: resourceArn } = await balancer();
    const visibilityConfig = { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: "x" };
    const rule = {
      name: "rate",
      priority: 0,
      action: { block: {} },
      statement: { rateBasedStatement: { limit: 100 } },
      visibilityConfig,
    };
    const acl = (rules: object[]) =>
      account.create("wafv2/webAcl:WebAcl", {
        name: "firewall",
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        visibilityConfig,
        rules,
      });
    await expect(acl([rule, { ...rule, name: "other" }])).rejects.toThrow("You have used duplicate priorities");
    const group = (name: string) => ({
      name,
      priority: 1,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
    });
    await expect(acl([group("AWSManagedRulesNone")])).rejects.toThrow("WAFNonexistentItemException");
    const record = await acl([rule, group("AWSManagedRulesCommonRuleSet")]);
    expect(record.outputs.capacity).toBe(702);
    const inputs = { resourceArn, webAclArn: record.outputs.arn };
    await account.create("wafv2/webAclAssociation:WebAclAssociation", inputs);
    await expect(account.create("wafv2/webAclAssociation:WebAclAssociation", inputs)).rejects.toThrow(
      "already associated",
    );
    await expect(account.delete(record)).rejects.toThrow("WAFAssociatedItemException");
    await account.create("cloudwatch/logGroup:LogGroup", { name: "firewall" });
    await expect(
      account.create("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", {
        resourceArn: record.outputs.arn,
        logDestinationConfigs: ["arn:aws:logs:eu-west-1:123456789012:log-group:firewall"],
      }),
    ).rejects.toThrow("LOG_DESTINATION");
  });
});

describe("certificates", () => {
  const options = (outputs: Record<string, unknown>) => outputs.domainValidationOptions as Record<string, string>[];

  it("are issued once their records are there", async () => {
    const { id: certificateArn, outputs } = await account.create("acm/certificate:Certificate", {
      domainName: "example.com",
      subjectAlternativeNames: ["*.example.com"],
    });
    expect(outputs.status).toBe("PENDING_VALIDATION");
    const [first, second] = options(outputs);
    expect(first?.resourceRecordName).toBe(second?.resourceRecordName);
    const validate = (...fqdns: unknown[]) =>
      account.create("acm/certificateValidation:CertificateValidation", {
        certificateArn,
        validationRecordFqdns: fqdns,
      });
    await expect(validate("other.example.com")).rejects.toThrow("missing example.com DNS validation record: _");
    await expect(validate(first?.resourceRecordName)).rejects.toThrow(
      "to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)",
    );
    const { zoneId } = awsInvokes["aws:route53/getZone:getZone"]!({ name: "example.com" }, account.context());
    const record = {
      zoneId,
      ttl: 60,
      name: first?.resourceRecordName,
      type: first?.resourceRecordType,
      records: [first?.resourceRecordValue],
    };
    const { outputs: dns } = await account.create("route53/record:Record", record);
    await validate(dns.fqdn);
    await expect(account.create("route53/record:Record", record)).rejects.toThrow("but it already exists");
    await account.create("route53/record:Record", { ...record, allowOverwrite: true });
  });

  it("need records in a zone of their domain", async () => {
    const { zoneId } = awsInvokes["aws:route53/getZone:getZone"]!({ name: "example.com." }, account.context());
    const record = (name: string, type = "A") =>
      account.create("route53/record:Record", { zoneId, name, type, records: ["x"], ttl: 60 });
    await record("argocd.example.com");
    await expect(record("argocd.example.org")).rejects.toThrow(
      `NoSuchHostedZone: No hosted zone found with ID: ${String(zoneId)}`,
    );
    await expect(record("example.com", "CNAME")).rejects.toThrow("is not permitted at apex in zone example.com.");
  });

  it("refuse names that are none", async () => {
    await expect(account.create("acm/certificate:Certificate", { domainName: "example" })).rejects.toThrow(
      "'example' at 'domainName'",
    );
  });
});
