import { beforeEach, describe, expect, it } from "vitest";
import { awsInvokes } from "../../../simulator/aws";
import { Account, cluster, network, nodeGroup, nodePolicies, role, type Network } from "./account";

let account: Account;
let net: Network;
beforeEach(async () => {
  account = new Account();
  net = await network(account);
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
