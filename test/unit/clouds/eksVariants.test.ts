import { describe, expect, it } from "vitest";

import { dev, domain, prod } from "./aws";
import { valueOf } from "./record";
import { eks, up, usual } from "./usualAws";

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
});

describe("what the platform is told", () => {
  it("ties Traefik's Service to the target group", async () => {
    const { recording, result } = await usual.prod();
    // Encrypted on the way to the pods too; the health check is on a port that speaks plain HTTP.
    expect(recording.one("aws:lb/targetGroup:TargetGroup", "platform-traefik").inputs).toMatchObject({
      protocol: "HTTPS",
      port: 8443,
      healthCheck: { protocol: "HTTP", port: "8080" },
    });
    const { ingress } = result.traits;
    expect(ingress).toMatchObject({ service: { type: "ClusterIP" }, tlsAt: "load-balancer", existing: false });
    expect(await valueOf(ingress.address?.value)).toBe("platform-alb.eu-west-1.elb.amazonaws.com");
    expect(await valueOf(ingress.attachments[0]?.spec)).toEqual({
      serviceRef: { name: "traefik", port: 443 },
      targetGroupARN: "arn:aws:x:eu-west-1:123456789012:platform-traefik",
      targetType: "ip",
      networking: {
        ingress: [
          {
            from: [{ securityGroup: { groupID: "platform-alb-id" } }],
            ports: [
              { protocol: "TCP", port: 8443 },
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
