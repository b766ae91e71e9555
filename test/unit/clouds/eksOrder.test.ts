import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { type Recorded, type Recording, valueOf } from "./record";
import { group, usual } from "./usualAws";

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
