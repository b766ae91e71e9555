import { ManagedPolicy } from "@pulumi/aws/types/enums/iam";
import { beforeEach, describe, expect, it } from "vitest";
import { awsInvokes } from "../../../simulator/aws";
import { Account, network, role, type Network } from "./account";

let account: Account;
beforeEach(() => {
  account = new Account();
});

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("IAM", () => {
  it("names roles as Pulumi does, within 64 characters", async () => {
    const assumeRolePolicy = document({
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { id, outputs } = await account.create("iam/role:Role", { assumeRolePolicy }, "nodes");
    expect(id).toMatch(/^nodes-[0-9a-f]{7}$/);
    expect(outputs).toMatchObject({ arn: `arn:aws:iam::123456789012:role/${id}`, maxSessionDuration: 3600, path: "/" });
    await expect(account.create("iam/role:Role", { assumeRolePolicy }, "x".repeat(57))).rejects.toThrow(
      "is longer than maximum length 64",
    );
    await expect(account.create("iam/role:Role", { assumeRolePolicy, name: "x".repeat(65) })).rejects.toThrow(
      "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    );
    await expect(account.create("iam/role:Role", { assumeRolePolicy, name: id })).rejects.toThrow(
      `StatusCode: 409, EntityAlreadyExists: Role with name ${id} already exists.`,
    );
  });

  it.each([
    ["{", "This policy contains invalid Json"],
    [document({ ...statement, Principal: "*" }), "Has prohibited field Resource"],
    [document({ Effect: "Allow", Action: "sts:AssumeRole" }), "Missing required field Principal"],
    [document({ Effect: "allow", Action: "sts:AssumeRole", Principal: "*" }), "Missing required field Effect"],
    [document({ Effect: "Allow", Principal: "*" }), "Missing required field Action"],
  ])("refuses the trust policy %s", async (assumeRolePolicy, message) => {
    await expect(account.create("iam/role:Role", { name: "x", assumeRolePolicy })).rejects.toThrow(
      `MalformedPolicyDocument: ${message}`,
    );
  });

  it("attaches policies that exist to roles that exist, ten of them, and keeps the role while they are", async () => {
    const attach = (name: string, policy: string) =>
      account.create("iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: name,
        policyArn: `arn:aws:iam::aws:policy/${policy}`,
      });
    await expect(attach("none", "AmazonEKSClusterPolicy")).rejects.toThrow("The role with name none cannot be found.");
    const record = await role(account, "cluster", "eks.amazonaws.com", []);
    await expect(attach("cluster", "AmazonEKSClustersPolicy")).rejects.toThrow(
      "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSClustersPolicy does not exist or is not attachable.",
    );
    const attachment = await attach("cluster", "AmazonEKSClusterPolicy");
    expect(attachment.id).toBe("cluster/arn:aws:iam::aws:policy/AmazonEKSClusterPolicy");
    await expect(account.delete(record)).rejects.toThrow(
      "DeleteConflict: Cannot delete entity, must detach all policies first.",
    );
    await account.delete(attachment);
    const inline = await account.create("iam/rolePolicy:RolePolicy", {
      name: "p",
      role: "cluster",
      policy: document(statement),
    });
    expect(inline.id).toBe("cluster:p");
    await expect(account.delete(record)).rejects.toThrow("must delete policies first");
    const others = Object.values(ManagedPolicy).filter((arn) => arn.startsWith("arn:aws:iam::aws:policy/Amazon"));
    const attachAll = async () => {
      for (const policyArn of others.slice(0, 11)) {
        await account.create("iam/rolePolicyAttachment:RolePolicyAttachment", { role: "cluster", policyArn });
      }
    };
    await expect(attachAll()).rejects.toThrow("LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10");
  });

  it("limits policies in size and refuses principals in them", async () => {
    const long = document({
      ...statement,
      Resource: Array.from({ length: 400 }, (_, n) => `arn:aws:s3:::bucket-${n}/*`),
    });
    await expect(account.create("iam/policy:Policy", { name: "long", policy: long })).rejects.toThrow(
      "LimitExceeded: Cannot exceed quota for PolicySize: 6144",
    );
    const wrong = document({ ...statement, Principal: "*" });
    await expect(account.create("iam/policy:Policy", { name: "wrong", policy: wrong })).rejects.toThrow(
      "Policy document should not specify a principal.",
    );
    await expect(
      account.create("iam/policy:Policy", { name: "wrong", policy: document({ ...statement, Action: "GetObject" }) }),
    ).rejects.toThrow("Actions/Conditions must be prefaced by a vendor");
  });
});

describe("KMS and logs", () => {
  const root = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::123456789012:root" },
    Action: "kms:*",
    Resource: "*",
  };

  it("keeps a key's policy changeable, and its alias unique", async () => {
    const locked = document({ ...root, Action: "kms:Encrypt" });
    await expect(account.create("kms/key:Key", { policy: locked })).rejects.toThrow(
      "The new key policy will not allow you to update the key policy in the future.",
    );
    const key = await account.create("kms/key:Key", { policy: document(root) });
    expect(key.outputs).toMatchObject({ keyId: key.id, arn: `arn:aws:kms:eu-west-1:123456789012:key/${key.id}` });
    const alias = { name: "alias/platform", targetKeyId: key.id };
    const { outputs } = await account.create("kms/alias:Alias", alias);
    expect(outputs.targetKeyArn).toBe(key.outputs.arn);
    await expect(account.create("kms/alias:Alias", alias)).rejects.toThrow(
      "AlreadyExistsException: An alias with the name",
    );
    await expect(account.create("kms/alias:Alias", { ...alias, name: "platform" })).rejects.toThrow(
      "must start with the prefix",
    );
    await expect(account.create("kms/alias:Alias", { name: "alias/other", targetKeyId: "none" })).rejects.toThrow(
      "NotFoundException",
    );
  });

  it("encrypts log groups with keys that let CloudWatch use them", async () => {
    const closed = await account.create("kms/key:Key", { policy: document(root) });
    const group = (kmsKeyId: unknown) =>
      account.create("cloudwatch/logGroup:LogGroup", { name: "/platform/x", kmsKeyId });
    await expect(group(closed.outputs.arn)).rejects.toThrow(
      "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-1:123456789012:log-group:/platform/x'",
    );
    const service = {
      Effect: "Allow",
      Principal: { Service: "logs.eu-west-1.amazonaws.com" },
      Action: "kms:*",
      Resource: "*",
    };
    const open = await account.create("kms/key:Key", { policy: document(root, service) });
    expect((await group(open.outputs.arn)).id).toBe("/platform/x");
    await expect(group(open.outputs.arn)).rejects.toThrow(
      "ResourceAlreadyExistsException: The specified log group already exists",
    );
  });
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
