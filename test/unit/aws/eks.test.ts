import { beforeEach, describe, expect, it } from "vitest";
import { Account, cluster, network, nodeGroup, role, type Network } from "./account";

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
