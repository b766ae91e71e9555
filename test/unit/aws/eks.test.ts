import { beforeEach, describe, expect, it } from "vitest";
import { awsInvokes } from "../../../simulator/aws";
import { identify } from "../../../simulator/aws/eksIdentity";
import { Account, cluster, network, nodeGroup, nodePolicies, role, type Network } from "./account";

let account: Account;
let net: Network;
beforeEach(async () => {
  account = new Account();
  net = await network(account);
});

describe("clusters", () => {
  it("start a control plane and answer like EKS", async () => {
    const { id, outputs } = await cluster(account, net);
    expect(id).toBe("platform");
    expect(account.clusters.started).toEqual(["arn:aws:eks:eu-west-1:123456789012:cluster/platform"]);
    expect(outputs.endpoint).toMatch(/^https:\/\/[0-9A-F]{32}\.gr7\.eu-west-1\.eks\.amazonaws\.com$/);
    expect(outputs).toMatchObject({
      certificateAuthority: { data: "Q0E=" },
      status: "ACTIVE",
      // The VPC is in 10.0.0.0/8, so the services are not.
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
      vpcConfig: { vpcId: net.vpc.id, endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] },
      upgradePolicy: { supportType: "EXTENDED" },
    });
    const [{ oidcs }] = outputs.identities as [{ oidcs: [{ issuer: string }] }];
    expect(oidcs[0].issuer).toMatch(/^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
  });

  it.each([
    ["one zone", { subnets: [0] }, "Subnets specified must be in at least two different AZs"],
    ["an old version", { version: "1.27" }, "InvalidParameterException: unsupported Kubernetes version"],
    ["no endpoint", { vpc: { endpointPublicAccess: false } }, "Private and public endpoint access cannot be false"],
    [
      "private ranges as public",
      { vpc: { publicAccessCidrs: ["10.0.0.0/8"] } },
      "The following CIDRs are not allowed in publicAccessCidrs: [10.0.0.0/8]",
    ],
    [
      "services in the VPC's range",
      { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.0.64.0/20" } },
      "overlaps with the VPC's CIDR block",
    ],
    [
      "an unknown key",
      {
        encryptionConfig: { provider: { keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" }, resources: ["secrets"] },
      },
      "KMS key 'arn:aws:kms:eu-west-1:123456789012:key/1' does not exist",
    ],
    [
      "a role of others",
      { roleArn: "arn:aws:iam::123456789012:role/none" },
      "could not be assumed because it does not exist or the trusted entity is not correct",
    ],
  ])("refuse %s", async (_, { subnets, vpc, ...inputs }: Record<string, unknown>, message) => {
    const chosen = (subnets as number[] | undefined)?.map((index) => net.privateSubnets[index]) ?? net.privateSubnets;
    const vpcConfig = { subnetIds: chosen.map((subnet) => subnet?.id), ...(vpc as object) };
    await expect(cluster(account, net, { vpcConfig, ...inputs })).rejects.toThrow(message);
    expect(account.clusters.started).toEqual([]);
  });

  it("need their role's policy first", async () => {
    const { outputs } = await role(account, "bare", "eks.amazonaws.com", []);
    await expect(cluster(account, net, { roleArn: outputs.arn })).rejects.toThrow(
      "Please ensure the following policies [arn:aws:iam::aws:policy/AmazonEKSClusterPolicy] are attached",
    );
  });

  it("move one minor version at a time, upwards", async () => {
    const record = await cluster(account, net, { version: "1.33" });
    const to = (version: string) => account.update(record, { ...record.inputs, version });
    await expect(to("1.35")).rejects.toThrow("Unsupported Kubernetes minor version update from 1.33 to 1.35");
    await expect(to("1.32")).rejects.toThrow("Unsupported Kubernetes minor version update from 1.33 to 1.32");
    const { endpoint } = record.outputs;
    await to("1.34");
    expect(record.outputs).toMatchObject({ version: "1.34", endpoint, vpcConfig: { vpcId: net.vpc.id } });
    expect([...account.clusters.versions.values()]).toEqual(["1.34"]);
    expect(account.clusters.started).toHaveLength(1);
  });

  it("are no more than three minor versions ahead of their nodes", async () => {
    const record = await cluster(account, net, { version: "1.32" });
    const group = await nodeGroup(account, net, { version: "1.32" });
    for (const version of ["1.33", "1.34", "1.35"]) await account.update(record, { ...record.inputs, version });
    const next = { ...record.inputs, version: "1.36" };
    await expect(account.update(record, next)).rejects.toThrow(
      "Nodegroups general must be updated to match cluster version 1.35 before updating cluster version",
    );
    await account.update(group, { ...group.inputs, version: "1.35" });
    await account.update(record, next);
    expect(record.outputs.version).toBe("1.36");
  });

  it("stay while they have node groups or protection, and end their control plane", async () => {
    const record = await cluster(account, net, { deletionProtection: true });
    const group = await nodeGroup(account, net);
    await expect(account.delete(record)).rejects.toThrow("ResourceInUseException: Cluster has nodegroups attached");
    await account.delete(group);
    await expect(account.delete(record)).rejects.toThrow("deletion protection");
    await account.update(record, { ...record.inputs, deletionProtection: false });
    await account.delete(record);
    expect(account.clusters.started).toEqual([]);
  });

  it("bring their own network and DNS only where asked to", async () => {
    await cluster(account, net, { bootstrapSelfManagedAddons: true });
    expect([...account.clusters.objects.keys()]).toContain("Deployment/coredns");
  });
});

describe("node groups", () => {
  beforeEach(async () => {
    await cluster(account, net);
  });

  it("spread nodes over their zones, with addresses in the subnets", async () => {
    const { id, outputs } = await nodeGroup(account, net, { labels: { "platform/pool": "general" } });
    expect(id).toBe("platform:general");
    expect(outputs).toMatchObject({ amiType: "AL2023_x86_64_STANDARD", capacityType: "ON_DEMAND", version: "1.35" });
    const nodes = account.clusters.pools.get("general") ?? [];
    expect(nodes.map(({ zone }) => zone)).toEqual(["eu-west-1a", "eu-west-1b", "eu-west-1a"]);
    for (const node of nodes) {
      expect(node.internalIP).toMatch(
        node.zone.endsWith("a") ? /^10\.0\.(1[6-9]|2\d|3[01])\./ : /^10\.0\.(3[2-9]|4[0-7])\./,
      );
      expect(node.name).toBe(`ip-${node.internalIP.replaceAll(".", "-")}.eu-west-1.compute.internal`);
      expect(node).toMatchObject({ vcpu: 2, memoryGiB: 8, maxPods: 29, instanceType: "m6i.large" });
      expect(node.labels).toMatchObject({
        "eks.amazonaws.com/nodegroup": "general",
        "eks.amazonaws.com/capacityType": "ON_DEMAND",
        "platform/pool": "general",
        "topology.kubernetes.io/zone": node.zone,
      });
      expect(node.providerId).toMatch(new RegExp(`^aws:///${node.zone}/i-0[0-9a-f]{16}$`));
    }
    expect(new Set(nodes.map(({ internalIP }) => internalIP)).size).toBe(3);
  });

  it("keep their nodes when they grow, and take the last ones when they shrink", async () => {
    const record = await nodeGroup(account, net);
    const before = account.clusters.pools.get("general") ?? [];
    const scaled = (desiredSize: number) =>
      account.update(record, { ...record.inputs, scalingConfig: { minSize: 1, desiredSize, maxSize: 6 } });
    await scaled(5);
    expect(account.clusters.pools.get("general")?.slice(0, 3)).toEqual(before);
    await scaled(2);
    expect(account.clusters.pools.get("general")).toEqual(before.slice(0, 2));
    await account.delete(record);
    expect(account.clusters.pools.has("general")).toBe(false);
  });

  it("refuse bounds that the number of nodes is not between", async () => {
    const record = await nodeGroup(account, net);
    const scaled = (minSize: number, desiredSize: number, maxSize: number) =>
      account.update(record, { ...record.inputs, scalingConfig: { minSize, desiredSize, maxSize } });
    await expect(scaled(4, 3, 6)).rejects.toThrow("Minimum capacity 4 can't be greater than desired size 3");
    await expect(scaled(1, 3, 2)).rejects.toThrow("desired capacity 3 can't be greater than max size 2");
    await expect(scaled(5, 3, 2)).rejects.toThrow("Minimum capacity 5 can't be greater than desired size 3");
    expect(account.clusters.pools.get("general")).toHaveLength(3);
  });

  it("keep what the autoscaler made of them until their scaling is changed, and are told the whole of it then", async () => {
    const record = await nodeGroup(account, net);
    const remembered = record.inputs;
    const scalingConfig = { minSize: 2, desiredSize: 5, maxSize: 6 };
    await account.update(record, { ...remembered, scalingConfig });
    await account.update(record, { ...remembered, labels: { team: "platform" } }, remembered);
    expect(record.outputs.scalingConfig).toEqual(scalingConfig);
    expect(account.clusters.pools.get("general")).toHaveLength(5);
    // What a program that leaves the number to what it remembers does to a busy group.
    const stale = { minSize: 2, desiredSize: 3, maxSize: 8 };
    await account.update(record, { ...remembered, scalingConfig: stale }, remembered);
    expect(account.clusters.pools.get("general")).toHaveLength(3);
  });

  it("are found by the provider's functions", async () => {
    await nodeGroup(account, net, { tags: { Name: "general" } });
    const ask = (name: string, args: Record<string, unknown>) =>
      awsInvokes[`aws:eks/${name}:${name}`]?.(args, account.context());
    expect(ask("getClusters", {})).toMatchObject({ names: ["platform"] });
    expect(ask("getClusters", { region: "us-east-1" })).toMatchObject({ names: [] });
    expect(ask("getNodeGroups", { clusterName: "platform" })).toMatchObject({ names: ["general"] });
    expect(() => ask("getNodeGroups", { clusterName: "none" })).toThrow(
      "listing EKS Node Groups: operation error EKS: ListNodegroups, https response error StatusCode: 404, " +
        "ResourceNotFoundException: No cluster found for name: none.",
    );
    expect(ask("getNodeGroup", { clusterName: "platform", nodeGroupName: "general" })).toMatchObject({
      id: "platform:general",
      scalingConfigs: [{ minSize: 2, desiredSize: 3, maxSize: 6 }],
      status: "ACTIVE",
      tags: { Name: "general" },
    });
    expect(() => ask("getNodeGroup", { clusterName: "platform", nodeGroupName: "spot" })).toThrow(
      "No node group found for name: spot.",
    );
  });

  it("write taints as Kubernetes does", async () => {
    await nodeGroup(account, net, { taints: [{ key: "platform/spot", value: "true", effect: "PREFER_NO_SCHEDULE" }] });
    expect(account.clusters.pools.get("general")?.[0]?.taints).toEqual([
      { key: "platform/spot", value: "true", effect: "PreferNoSchedule" },
    ]);
  });

  it.each([
    [{ scalingConfig: { minSize: 3, desiredSize: 2, maxSize: 4 } }, "minSize can't be greater than desiredSize"],
    [{ scalingConfig: { minSize: 1, desiredSize: 5, maxSize: 4 } }, "desiredSize can't be greater than maxSize"],
    [{ instanceTypes: ["m9x.large"] }, "The following supplied instance types do not exist: [m9x.large]"],
    [
      { instanceTypes: ["m6g.large"] },
      "[m6g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
    ],
    [{ amiType: "AL2_x86_64" }, "AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier"],
    [{ version: "1.36" }, "Requested Kubernetes version 1.36 is not supported on a cluster of version 1.35"],
    [{ clusterName: "other" }, "ResourceNotFoundException: No cluster found for name: other."],
    [
      { launchTemplate: { id: "lt-1", version: "1" } },
      "The specified launch template, with template ID lt-1, does not exist.",
    ],
    [{ subnetIds: ["subnet-1"] }, "InvalidSubnetID.NotFound: The subnet ID 'subnet-1' does not exist"],
  ])("refuse %j", async (inputs, message) => {
    await expect(nodeGroup(account, net, inputs)).rejects.toThrow(message);
    expect(account.clusters.pools.size).toBe(0);
  });

  it("fail where their role is not EC2's, or may not join", async () => {
    const wrong = await role(account, "wrong", "eks.amazonaws.com", nodePolicies);
    await expect(nodeGroup(account, net, { nodeRoleArn: wrong.outputs.arn })).rejects.toThrow(
      "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole",
    );
    const bare = await role(account, "bare", "ec2.amazonaws.com", []);
    await expect(nodeGroup(account, net, { nodeRoleArn: bare.outputs.arn })).rejects.toThrow(
      "NodeCreationFailure: Instances failed to join the kubernetes cluster",
    );
  });

  it("fail without a way out of their subnets, and in public ones that give no address", async () => {
    const route = account.records.find(({ outputs }) => outputs.natGatewayId === net.nat.id);
    await account.delete(route!);
    await expect(nodeGroup(account, net)).rejects.toThrow("Instances failed to join the kubernetes cluster");
    await expect(nodeGroup(account, net, { subnetIds: net.publicSubnets.map(({ id }) => id) })).rejects.toThrow(
      "does not automatically assign public IP addresses to instances launched into it",
    );
  });

  it("fail without rights for the network add-on, be it by the role or by Pod Identity", async () => {
    const bare = await role(account, "bare", "ec2.amazonaws.com", nodePolicies.slice(0, 2));
    const inputs = { nodeRoleArn: bare.outputs.arn };
    await expect(nodeGroup(account, net, inputs)).rejects.toThrow("Unhealthy nodes in the kubernetes cluster");
    await account.create("eks/addon:Addon", { clusterName: "platform", addonName: "eks-pod-identity-agent" });
    const cni = await role(account, "cni", "pods.eks.amazonaws.com", ["AmazonEKS_CNI_Policy"]);
    await account.create("eks/podIdentityAssociation:PodIdentityAssociation", {
      clusterName: "platform",
      namespace: "kube-system",
      serviceAccount: "aws-node",
      roleArn: cni.outputs.arn,
    });
    await nodeGroup(account, net, inputs);
  });
});

describe("add-ons", () => {
  const addon = (addonName: string, inputs = {}) =>
    account.create("eks/addon:Addon", { clusterName: "platform", addonName, ...inputs });

  beforeEach(async () => {
    await cluster(account, net);
  });

  it("put their objects on the cluster, and take them away unless preserved", async () => {
    const { outputs } = await addon("kube-proxy");
    expect(outputs.addonVersion).toBe("v1.35.0-eksbuild.2");
    expect(account.clusters.objects.has("DaemonSet/kube-proxy")).toBe(true);
    const [cni, proxy] = account.records.filter(({ type }) => type === "aws:eks/addon:Addon");
    await account.delete(proxy!);
    expect(account.clusters.objects.has("DaemonSet/kube-proxy")).toBe(false);
    await account.update(cni!, { ...cni!.inputs, preserve: true });
    await account.delete(cni!);
    expect(account.clusters.objects.has("DaemonSet/aws-node")).toBe(true);
  });

  it.each([
    ["nginx", {}, "Addon nginx specified is not supported in 1.35 kubernetes version"],
    ["kube-proxy", { addonVersion: "v1.28.0-eksbuild.1" }, "Addon version specified is not supported"],
    ["vpc-cni", {}, "ResourceInUseException: Addon already exists."],
    ["kube-proxy", { clusterName: "other" }, "No cluster found for name: other."],
    [
      "kube-proxy",
      { configurationValues: '{"modes":"ipvs"}' },
      "[$.modes: is not defined in the schema and the schema does not allow additional properties]",
    ],
    ["kube-proxy", { configurationValues: "mode" }, "it is not a valid JSON or YAML object"],
  ])("refuse %s with %j", async (name, inputs, message) => {
    await expect(addon(name, inputs)).rejects.toThrow(message);
  });

  it("wait in vain for nodes, and for rights", async () => {
    await expect(addon("coredns")).rejects.toThrow(
      "unexpected EKS Add-On (platform:coredns) state returned during creation: timeout while waiting for state to " +
        "become 'ACTIVE' (last state: 'CREATING', timeout: 20m0s)",
    );
    await nodeGroup(account, net);
    await addon("coredns", { configurationValues: '{"autoScaling":{"enabled":true,"minReplicas":3,"maxReplicas":5}}' });
    expect(account.clusters.objects.get("Deployment/coredns")).toMatchObject({ spec: { replicas: 3 } });
    await expect(addon("aws-ebs-csi-driver")).rejects.toThrow("last state: 'DEGRADED'");
    await addon("eks-pod-identity-agent");
    const ebs = await role(account, "ebs", "pods.eks.amazonaws.com", ["service-role/AmazonEBSCSIDriverPolicy"]);
    await account.create("eks/podIdentityAssociation:PodIdentityAssociation", {
      clusterName: "platform",
      namespace: "kube-system",
      serviceAccount: "ebs-csi-controller-sa",
      roleArn: ebs.outputs.arn,
    });
    await addon("aws-ebs-csi-driver");
    expect(account.clusters.objects.has("CSIDriver/ebs.csi.aws.com")).toBe(true);
  });
});

describe("access", () => {
  const principalArn = "arn:aws:iam::123456789012:role/admins";
  const entry = (inputs = {}) =>
    account.create("eks/accessEntry:AccessEntry", { clusterName: "platform", principalArn, ...inputs });

  beforeEach(async () => {
    await cluster(account, net);
  });

  it("is one entry for a principal, with the user name that EKS makes up", async () => {
    const { id, outputs } = await entry({ kubernetesGroups: ["platform:developers"] });
    expect(id).toBe(`platform:${principalArn}`);
    expect(outputs).toMatchObject({
      type: "STANDARD",
      userName: "arn:aws:sts::123456789012:assumed-role/admins/{{SessionName}}",
    });
    await expect(entry()).rejects.toThrow("The specified access entry resource is already in use on this cluster.");
  });

  it.each([
    [
      { kubernetesGroups: ["system:masters"] },
      "The kubernetes group name system:masters is invalid, it cannot start with system:",
    ],
    [{ principalArn: "admins" }, "The specified principalArn is invalid: invalid principal."],
    [{ principalArn: "arn:aws:iam::123456789012:user/rehearsal" }, "already in use on this cluster"],
  ])("refuses %j", async (inputs, message) => {
    await expect(entry(inputs)).rejects.toThrow(message);
  });

  it("associates policies that exist with entries that exist", async () => {
    const associate = (name: string) =>
      account.create("eks/accessPolicyAssociation:AccessPolicyAssociation", {
        clusterName: "platform",
        principalArn,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
        accessScope: { type: "cluster" },
      });
    await expect(associate("AmazonEKSClusterAdminPolicy")).rejects.toThrow(
      "The specified principalArn could not be found.",
    );
    await entry();
    await expect(associate("AdministratorAccess")).rejects.toThrow("The specified policyArn could not be found.");
    await associate("AmazonEKSClusterAdminPolicy");
    await expect(associate("AmazonEKSComputePolicy")).rejects.toThrow("is not simulated");
  });

  it("is refused to the cluster's creator, who has it, but not where the creator was given none", async () => {
    const creator = { principalArn: "arn:aws:iam::123456789012:user/rehearsal" };
    await expect(entry(creator)).rejects.toThrow("StatusCode: 409, ResourceInUseException");
    const [record] = account.records.filter(({ type }) => type === "aws:eks/cluster:Cluster");
    Object.assign(record!.outputs, { accessConfig: { bootstrapClusterCreatorAdminPermissions: false } });
    expect((await entry(creator)).outputs.userName).toBe(creator.principalArn);
  });

  it("makes a principal a user of the cluster, in the entry's groups and its policies'", async () => {
    const clusterArn = "arn:aws:eks:eu-west-1:123456789012:cluster/platform";
    const who = (arn: string) => identify(account.context().inventory, clusterArn, arn, "EKSGetTokenAuth");
    expect(who(principalArn)).toBeUndefined();
    await entry({ kubernetesGroups: ["platform:developers"] });
    const association = await account.create("eks/accessPolicyAssociation:AccessPolicyAssociation", {
      clusterName: "platform",
      principalArn,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
      accessScope: { type: "cluster" },
    });
    const session = "arn:aws:sts::123456789012:assumed-role/admins/EKSGetTokenAuth";
    expect(who(principalArn)).toMatchObject({
      username: session,
      groups: ["platform:developers", "simulator:AmazonEKSViewPolicy"],
      extra: { arn: [session], canonicalArn: [principalArn] },
    });
    await account.delete(association);
    expect(who(principalArn)?.groups).toEqual(["platform:developers"]);
    expect(who("arn:aws:iam::123456789012:role/others")).toBeUndefined();
  });

  it("of pods needs a role that trusts them, and is one for a service account", async () => {
    const associate = (roleArn: unknown) =>
      account.create("eks/podIdentityAssociation:PodIdentityAssociation", {
        clusterName: "platform",
        namespace: "velero",
        serviceAccount: "velero",
        roleArn,
      });
    const nodes = await role(account, "nodes", "ec2.amazonaws.com", []);
    await expect(associate(nodes.outputs.arn)).rejects.toThrow(
      "must allow pods.eks.amazonaws.com the actions sts:AssumeRole and sts:TagSession",
    );
    const velero = await role(account, "velero", "pods.eks.amazonaws.com", []);
    const { id } = await associate(velero.outputs.arn);
    expect(id).toMatch(/^a-/);
    await expect(associate(velero.outputs.arn)).rejects.toThrow("Association already exists");
  });
});
