import { beforeEach, describe, expect, it } from "vitest";
import { identify } from "../../../simulator/aws/eksIdentity";
import { Account, cluster, network, role, type Network } from "./account";

let account: Account;
let net: Network;
beforeEach(async () => {
  account = new Account();
  net = await network(account);
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
