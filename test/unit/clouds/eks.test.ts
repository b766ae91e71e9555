import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { domain } from "./aws";
import { type Recording, valueOf } from "./record";
import { eks, group, usual } from "./usualAws";

const json = (value: unknown) => JSON.parse(String(value)) as { Statement: Record<string, unknown>[] };

describe("dev", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.dev());
  });

  it("has one subnet of each kind a zone, tagged for load balancers", () => {
    expect(r.names("aws:ec2/subnet:Subnet")).toEqual([
      "platform-private-eu-west-1a",
      "platform-private-eu-west-1b",
      "platform-public-eu-west-1a",
      "platform-public-eu-west-1b",
    ]);
    expect(r.one("aws:ec2/subnet:Subnet", "platform-private-eu-west-1b").inputs).toMatchObject({
      cidrBlock: "10.0.64.0/18",
      availabilityZone: "eu-west-1b",
      tags: { "kubernetes.io/role/internal-elb": "1", "kubernetes.io/cluster/platform": "shared" },
    });
    expect(r.one("aws:ec2/subnet:Subnet", "platform-public-eu-west-1a").inputs).toMatchObject({
      cidrBlock: "10.0.192.0/20",
      tags: { "kubernetes.io/role/elb": "1" },
    });
  });

  it("gives a Service of type LoadBalancer an address on the internet, as the other clouds do", () => {
    const { inputs } = r.one("kubernetes:helm.sh/v3:Release", "platform-aws-load-balancer-controller");
    expect(inputs.values).toMatchObject({ defaultLoadBalancerScheme: "internet-facing", defaultTargetType: "ip" });
  });

  it("sends every private subnet through the one NAT", () => {
    expect(r.names("aws:ec2/natGateway:NatGateway")).toEqual(["platform-nat-eu-west-1a"]);
    const nats = r.ofType("aws:ec2/route:Route").map(({ inputs }) => inputs.natGatewayId);
    expect(nats.filter((nat) => nat === "platform-nat-eu-west-1a-id")).toHaveLength(2);
  });

  it("asks for nothing but access entries, and lets the allowed ranges in", () => {
    expect(eks(r)).toMatchObject({
      name: "platform",
      authenticationMode: "API",
      version: "1.35",
      skipDefaultNodeGroup: true,
      bootstrapSelfManagedAddons: false,
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ["192.0.2.0/24"],
      encryptionConfigKeyArn: "arn:aws:x:eu-west-1:123456789012:platform-secrets",
      deletionProtection: false,
      vpcCniOptions: { enableNetworkPolicy: true, addonVersion: "v1.0.0-vpc-cni.1.35" },
    });
    expect(eks(r)).not.toHaveProperty("publicSubnetIds");
  });

  it("spreads the nodes' bounds over the zones, without a spot group", () => {
    expect(r.names("aws:eks/nodeGroup:NodeGroup")).toEqual([
      "platform-general-eu-west-1a",
      "platform-general-eu-west-1b",
    ]);
    expect(group(r, "general-eu-west-1a")).toMatchObject({
      inputs: {
        scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 1 },
        capacityType: "ON_DEMAND",
        subnetIds: ["platform-private-eu-west-1a-id"],
      },
      ignoreChanges: ["scalingConfig.desiredSize"],
    });
    expect(group(r, "general-eu-west-1a").inputs).not.toHaveProperty("taints");
  });

  it("keeps instance credentials from pods, and disks encrypted", () => {
    expect(r.one("aws:ec2/launchTemplate:LaunchTemplate", "platform-nodes").inputs).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ ebs: { encrypted: "true", volumeType: "gp3" } }],
    });
    const policies = r
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ name }) => name.includes("-nodes-"));
    expect(policies.map(({ inputs }) => inputs.policyArn)).toEqual([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
  });

  it("serves plain HTTP without a domain: no certificate, no zone, no identities for them", () => {
    expect(r.names("aws:lb/listener:Listener")).toEqual(["platform-http"]);
    expect(r.one("aws:lb/listener:Listener", "platform-http").inputs).toMatchObject({
      defaultActions: [{ type: "forward" }],
    });
    for (const type of ["aws:acm/certificate:Certificate", "aws:route53/record:Record"]) {
      expect(r.ofType(type)).toEqual([]);
    }
    expect(cluster.traits.dns).toBeUndefined();
    expect(Object.keys(cluster.traits.identities)).toEqual(["velero"]);
    expect(r.names("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toEqual(["platform-alb-80"]);
  });

  it("protects nothing, so that it can be thrown away", () => {
    expect(r.all().filter(({ protect }) => protect)).toEqual([]);
    expect(r.one("aws:lb/loadBalancer:LoadBalancer", "platform-alb").inputs).toMatchObject({
      enableDeletionProtection: false,
    });
  });

  it("keeps the bucket of the backups, as private as it is, when the stack goes", () => {
    const kept = r.all().filter(({ retainOnDelete }) => retainOnDelete);
    expect(kept.map(({ type }) => type).sort()).toEqual(
      r
        .all()
        .map(({ type }) => type)
        .filter((type) => type.startsWith("aws:s3/"))
        .sort(),
    );
    expect(kept).toHaveLength(7);
  });

  it("asks everything of the one provider that has the region and the tags", () => {
    const { inputs } = r.one("pulumi:providers:aws", "platform-aws");
    expect(inputs).toMatchObject({ region: "eu-west-1" });
    expect(JSON.parse(String(inputs.defaultTags))).toEqual({ tags: { environment: "dev", "managed-by": "pulumi" } });
    const others = (prefix: string, provider: string) =>
      r.all().filter((resource) => resource.type.startsWith(prefix) && resource.provider !== provider);
    expect(others("aws:", "platform-aws")).toEqual([]);
    expect(others("kubernetes:", "platform-kubernetes")).toEqual([]);
  });

  it("gives every resource of AWS that takes tags a name, unique among its type", () => {
    const tagged = r.all().filter(({ type, inputs }) => type.startsWith("aws:") && "tags" in inputs);
    const names = tagged.map(({ type, inputs }) => `${type} ${(inputs.tags as { Name?: string }).Name ?? "without"}`);
    expect(names.filter((name) => name.endsWith("without"))).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("maps groups of people to an access entry each", () => {
    const [admins, developers] = r.ofType("aws:eks/accessEntry:AccessEntry").map(({ inputs }) => inputs);
    expect(admins).toMatchObject({ principalArn: "arn:aws:iam::123456789012:role/admins", kubernetesGroups: [] });
    expect(developers).toMatchObject({ kubernetesGroups: ["platform:developers"] });
    const policies = r.ofType("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").map(({ inputs }) => inputs);
    expect(policies).toHaveLength(1);
    expect(policies[0]).toMatchObject({
      principalArn: "arn:aws:iam::123456789012:role/admins",
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    });
  });
});

describe("prod", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });

  it("has a NAT in each zone, each zone using its own", () => {
    expect(r.names("aws:ec2/natGateway:NatGateway")).toHaveLength(3);
    expect(r.one("aws:ec2/route:Route", "platform-private-eu-west-1c").inputs.natGatewayId).toBe(
      "platform-nat-eu-west-1c-id",
    );
  });

  it("adds a tainted spot group of several types over all zones", () => {
    const spot = group(r, "spot").inputs;
    expect(spot).toMatchObject({
      capacityType: "SPOT",
      scalingConfig: { minSize: 0, maxSize: 10 },
      taints: [{ key: "platform/spot", value: "true", effect: "PREFER_NO_SCHEDULE" }],
    });
    expect(spot.instanceTypes).toEqual(["m7i.xlarge", "m6i.xlarge", "m5.xlarge"]);
    expect(spot.subnetIds).toHaveLength(3);
  });

  it("protects network, cluster, load balancer and backups", () => {
    const protectedTypes = r
      .all()
      .filter(({ protect }) => protect)
      .map(({ type }) => type);
    expect(protectedTypes.sort()).toEqual([
      "aws:ec2/vpc:Vpc",
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:s3/bucket:Bucket",
      "eks:index:Cluster",
    ]);
    expect(eks(r)).toMatchObject({ deletionProtection: true, upgradePolicy: { supportType: "EXTENDED" } });
  });

  it("answers on 443 with a certificate that its record has proven, and sends 80 there", () => {
    expect(r.one("aws:lb/listener:Listener", "platform-http").inputs).toMatchObject({
      defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
    });
    const https = r.one("aws:lb/listener:Listener", "platform-https");
    expect(https.inputs).toMatchObject({ port: 443, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" });
    expect(
      r.waitsFor(https, r.one("aws:acm/certificateValidation:CertificateValidation", "platform-certificate")),
    ).toBe(true);
    expect(r.one("aws:acm/certificate:Certificate", "platform-certificate").inputs).toMatchObject({
      domainName: domain,
      subjectAlternativeNames: [`*.${domain}`],
    });
    expect(r.one("aws:route53/record:Record", "platform-certificate").inputs).toMatchObject({
      zoneId: "Z0123",
      name: `_x.${domain}`,
      type: "CNAME",
      records: ["_y.acm-validations.aws"],
    });
  });

  it("limits what DNS controllers may change to the platform's zone", async () => {
    const policy = json(r.one("aws:iam/rolePolicy:RolePolicy", "platform-external-dns").inputs.policy);
    expect(policy.Statement[0]).toMatchObject({
      Action: "route53:ChangeResourceRecordSets",
      Resource: "arn:aws:route53:::hostedzone/Z0123",
    });
    expect(await valueOf(cluster.traits.dns?.zoneId)).toBe("Z0123");
  });

  it("filters requests: a rate for each address, and AWS' own rules", () => {
    const rules = r.one("aws:wafv2/webAcl:WebAcl", "platform-firewall").inputs.rules as Record<string, unknown>[];
    expect(rules.map(({ name }) => name)).toEqual([
      "rate",
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesCommonRuleSet",
    ]);
    expect(rules[0]).toMatchObject({ action: { block: {} }, statement: { rateBasedStatement: { limit: 2000 } } });
    expect(r.ofType("aws:wafv2/webAclAssociation:WebAclAssociation")).toHaveLength(1);
  });
});
