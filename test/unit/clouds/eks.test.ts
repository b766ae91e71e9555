import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import { computed, dev, domain, invoke, prod } from "./aws";
import { record, type Recorded, type Recording, valueOf } from "./record";

function up(config: PlatformConfig, name = "platform") {
  return record(() => createCluster(name, config), computed, invoke);
}

/** The two usual clusters, each brought up once, when it is first asked for: Pulumi's mocks serve one program at a time. */
const usual = { dev: once(() => up(dev())), prod: once(() => up(prod())) };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const eks = (r: Recording) => r.one("eks:index:Cluster", "platform").inputs;
const group = (r: Recording, name: string) => r.one("aws:eks/nodeGroup:NodeGroup", `platform-${name}`);
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

describe("order", () => {
  let r: Recording;
  let cluster: Cluster;
  const association = (controller: string) =>
    r.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", `platform-${controller}`);
  const release = (chart: string) => r.one("kubernetes:helm.sh/v3:Release", `platform-${chart}`);
  const addon = (name: string) => r.one("aws:eks/addon:Addon", `platform-${name}`);
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });

  const follows = (later: Recorded, earlier: Recorded) => expect(r.waitsFor(later, earlier)).toBe(true);
  const independent = (one: Recorded, other: Recorded) => expect(r.waitsFor(one, other)).toBe(false);

  it("nodes wait for their way out, the network add-on's identity and the agent", () => {
    const nodes = group(r, "general-eu-west-1b");
    follows(nodes, association("vpc-cni"));
    follows(nodes, addon("eks-pod-identity-agent"));
    follows(nodes, r.one("aws:ec2/route:Route", "platform-private-eu-west-1b"));
    follows(
      nodes,
      r.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "platform-nodes-AmazonEKSWorkerNodePolicy"),
    );
  });

  it("pods find their credentials: associations come first, policies before those", () => {
    follows(addon("aws-ebs-csi-driver"), association("ebs-csi"));
    follows(release("aws-load-balancer-controller"), association("aws-load-balancer-controller"));
    follows(release("cluster-autoscaler"), association("cluster-autoscaler"));
    follows(association("velero"), r.one("aws:iam/rolePolicy:RolePolicy", "platform-velero"));
  });

  it("what runs on nodes waits for all of them and cluster DNS, not for each other", () => {
    for (const chart of ["aws-load-balancer-controller", "cluster-autoscaler", "metrics-server"]) {
      follows(release(chart), addon("coredns"));
      independent(release(chart), addon("aws-ebs-csi-driver"));
    }
    follows(addon("coredns"), group(r, "general-eu-west-1c"));
    independent(release("metrics-server"), release("aws-load-balancer-controller"));
  });

  it("the cluster is created inside its log group's life, and waits for no NAT", () => {
    const control = r.one("eks:index:Cluster", "platform");
    follows(control, r.one("aws:cloudwatch/logGroup:LogGroup", "platform-control-plane"));
    independent(control, r.one("aws:ec2/natGateway:NatGateway", "platform-nat-eu-west-1a"));
  });

  it("the load balancer waits for the internet, not for the cluster", () => {
    const balancer = r.one("aws:lb/loadBalancer:LoadBalancer", "platform-alb");
    follows(balancer, r.one("aws:ec2/route:Route", "platform-public"));
    independent(balancer, r.one("eks:index:Cluster", "platform"));
    independent(balancer, r.one("aws:acm/certificateValidation:CertificateValidation", "platform-certificate"));
  });

  it("roles do not wait for the cluster", () => {
    const roles = r.ofType("aws:iam/role:Role");
    expect(roles.length).toBeGreaterThan(7);
    roles.forEach((role) => independent(role, r.one("eks:index:Cluster", "platform")));
  });

  it("tells the platform what to wait for", async () => {
    const urns = (resources: { urn: unknown }[]) => Promise.all(resources.map(({ urn }) => valueOf(urn as string)));
    const ready = (await urns(cluster.ready)).map((urn) => urn.split("::").pop());
    expect(ready).toEqual([
      "platform-general-eu-west-1a",
      "platform-general-eu-west-1b",
      "platform-general-eu-west-1c",
      "platform-spot",
      "platform-coredns",
      "platform-aws-ebs-csi-driver",
      "platform-velero",
      "platform-external-dns",
      "platform-cert-manager",
    ]);
    expect((await urns(cluster.ingressReady))[0]).toMatch(/platform-aws-load-balancer-controller$/);
  });
});

describe("variants", () => {
  it("uses an existing network and creates nothing of one", async () => {
    const existing = { id: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], privateSubnets: ["subnet-3", "subnet-4"] };
    const { recording: r, result } = await up(dev({ network: { ...dev().network, existing } }));
    for (const type of [
      "vpc:Vpc",
      "subnet:Subnet",
      "natGateway:NatGateway",
      "route:Route",
      "flowLog:FlowLog",
      "vpcEndpoint:VpcEndpoint",
    ]) {
      expect(r.ofType(`aws:ec2/${type}`), type).toEqual([]);
    }
    expect(eks(r)).toMatchObject({ vpcId: "vpc-1", privateSubnetIds: ["subnet-3", "subnet-4"] });
    expect(r.one("aws:lb/loadBalancer:LoadBalancer", "platform-alb").inputs.subnets).toEqual(["subnet-1", "subnet-2"]);
    expect(await Promise.all(result.traits.ingress.trustedIPs.map(valueOf))).toEqual([
      "172.16.1.0/24",
      "172.16.2.0/24",
    ]);
  });

  it("closes the public endpoint", async () => {
    const { recording: r } = await up(dev({ access: { ...dev().access, private: true, authorizedNetworks: [] } }));
    expect(eks(r)).toMatchObject({ endpointPublicAccess: false, endpointPrivateAccess: true });
    expect(eks(r)).not.toHaveProperty("publicAccessCidrs");
  });

  it("takes a certificate that exists and makes none", async () => {
    const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/1";
    const { recording: r } = await up(dev({ domain, tls: { enabled: true, certificate } }));
    expect(r.one("aws:lb/listener:Listener", "platform-https").inputs.certificateArn).toBe(certificate);
    expect(r.ofType("aws:acm/certificate:Certificate")).toEqual([]);
  });

  it("has neither bucket nor identity where backups are off", async () => {
    const { recording: r, result } = await up(dev({ backup: { ...dev().backup, enabled: false } }));
    expect(r.ofType("aws:s3/bucket:Bucket")).toEqual([]);
    expect(r.names("aws:eks/podIdentityAssociation:PodIdentityAssociation")).not.toContain("platform-velero");
    expect(result.traits.backup).toBeUndefined();
  });

  it("refuses a name that AWS would refuse later", async () => {
    await expect(up(dev(), "Platform_dev")).rejects.toThrow(/the cluster cannot be called "Platform_dev"/);
    await expect(up(dev(), "p".repeat(44))).rejects.toThrow(/2 to 43 characters/);
  });

  it("refuses a single zone", async () => {
    await expect(up(dev({ nodes: { ...dev().nodes, zones: ["eu-west-1a"] } }))).rejects.toThrow(
      'nodes.zones: ["eu-west-1a"] has 1 zone(s); EKS and its load balancer need two zones',
    );
  });

  it("keeps every name within AWS' limits when the stack's name is long", async () => {
    const name = "a-platform-with-quite-a-long-name-of-stack";
    const { recording: r } = await up(prod(), name);
    const longestOf = (type: string) => Math.max(...r.names(type).map((logical) => logical.length + 8));
    expect(longestOf("aws:iam/role:Role")).toBeLessThanOrEqual(64);
    expect(longestOf("aws:lb/loadBalancer:LoadBalancer")).toBeLessThanOrEqual(32);
    expect(longestOf("aws:lb/targetGroup:TargetGroup")).toBeLessThanOrEqual(32);
    expect(longestOf("aws:eks/nodeGroup:NodeGroup")).toBeLessThanOrEqual(63);
    expect(longestOf("aws:s3/bucket:Bucket")).toBeLessThanOrEqual(63);
    expect(new Set(r.names("aws:eks/nodeGroup:NodeGroup")).size).toBe(4);
  });

  it("does not know other clouds yet", async () => {
    await expect(up(dev({ cloud: "gcp" }))).rejects.toThrow('cloud: "gcp" is not supported yet; allowed: aws, local');
  });
});

describe("what the platform is told", () => {
  it("ties Traefik's Service to the target group", async () => {
    const { result } = await usual.prod();
    const { ingress } = result.traits;
    expect(ingress).toMatchObject({ service: { type: "ClusterIP" }, tlsAt: "load-balancer", existing: false });
    expect(await valueOf(ingress.address?.value)).toBe("platform-alb.eu-west-1.elb.amazonaws.com");
    expect(await valueOf(ingress.attachments[0]?.spec)).toEqual({
      serviceRef: { name: "traefik", port: 80 },
      targetGroupARN: "arn:aws:x:eu-west-1:123456789012:platform-traefik",
      targetType: "ip",
      networking: {
        ingress: [
          {
            from: [{ securityGroup: { groupID: "platform-alb-id" } }],
            ports: [
              { protocol: "TCP", port: 8000 },
              { protocol: "TCP", port: 8080 },
            ],
          },
        ],
      },
    });
  });

  it("has exactly one default storage class, and gp2 as EKS ships it", async () => {
    const { result } = await usual.dev();
    const classes = result.traits.storageClasses;
    expect(classes.filter((item) => item.default).map(({ name }) => name)).toEqual(["standard"]);
    expect(classes.find(({ name }) => name === "gp2")).toEqual({
      name: "gp2",
      provisioner: "kubernetes.io/aws-ebs",
      parameters: { type: "gp2", fsType: "ext4" },
      default: false,
      adopted: true,
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: false,
      accessModes: ["ReadWriteOnce"],
    });
    expect(classes.filter(({ adopted }) => !adopted).every(({ parameters }) => parameters.encrypted === "true")).toBe(
      true,
    );
  });

  it("has a kubeconfig that asks for a token in the right region, kept secret", async () => {
    const { result } = await usual.dev();
    const kubeconfig = JSON.parse(await valueOf(result.kubeconfig)) as Record<string, never>;
    expect(kubeconfig).toMatchObject({
      "current-context": "platform",
      users: [
        {
          user: {
            exec: {
              command: "aws",
              args: ["eks", "get-token", "--cluster-name", "platform", "--region", "eu-west-1", "--output", "json"],
            },
          },
        },
      ],
    });
    expect(await (result.kubeconfig as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
  });
});
