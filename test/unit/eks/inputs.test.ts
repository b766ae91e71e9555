import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { construct } from "../../../simulator/eks";
import { clusterProblems } from "../../../simulator/eks/inputs";

const good = { authenticationMode: "API", skipDefaultNodeGroup: true, vpcId: "vpc-1" };

describe("inputs of eks:index:Cluster", () => {
  it("takes what is rehearsed", () => {
    expect(clusterProblems({ ...good, vpcCniOptions: { enableNetworkPolicy: true }, tags: undefined })).toEqual([]);
  });

  it.each([
    [{ encryptionKeyArn: "arn" }, "encryptionKeyArn: the component has no such input"],
    [{ vpcid: "vpc-1" }, "vpcid: the component has no such input; did you mean vpcId?"],
    [{ fargate: true }, "fargate: the component has this input, but its effects are not rehearsed"],
    [
      { vpcCniOptions: { enableNetworkPolicies: true } },
      "vpcCniOptions.enableNetworkPolicies: the component has no such input; did you mean enableNetworkPolicy?",
    ],
    [
      { corednsAddonOptions: { addonVersion: "v1" } },
      "corednsAddonOptions.addonVersion: the component has no such input",
    ],
    [
      { kubeProxyAddonOptions: { resolveConflictsOnCreate: "PRESERVE" } },
      `kubeProxyAddonOptions.resolveConflictsOnCreate: "PRESERVE" is not one of NONE, OVERWRITE`,
    ],
    [
      { accessEntries: { admins: { principalArn: "arn", userName: "x" } } },
      "accessEntries.admins.userName: the component has no such input; did you mean username?",
    ],
    [
      { accessEntries: { admins: { principalArn: "arn", type: "NODE" } } },
      `accessEntries.admins.type: "NODE" is not one of STANDARD, FARGATE_LINUX, EC2_LINUX, EC2_WINDOWS, EC2`,
    ],
    [
      { accessEntries: { admins: { principalArn: "arn", accessPolicies: { a: { policyArn: "p", scope: {} } } } } },
      "accessEntries.admins.accessPolicies.a.scope: the component has no such input",
    ],
    [{ useDefaultVpcCni: pulumi.output(true) }, "useDefaultVpcCni: must be a plain value, not an output"],
    [
      { authenticationMode: "CONFIG_MAP" },
      `authenticationMode: "CONFIG_MAP", but only "API" is rehearsed (others need the ConfigMap aws-auth)`,
    ],
    [
      { skipDefaultNodeGroup: undefined },
      "skipDefaultNodeGroup: must be true, since the component's own node group is not rehearsed",
    ],
    [{ vpcId: undefined }, "vpcId: must be set, since the account's default VPC is not rehearsed"],
  ])("refuses %j", (inputs, problem) => {
    expect(clusterProblems({ ...good, ...inputs })).toContain(problem);
  });

  it("refuses every problem at once, before anything is registered", async () => {
    await expect(construct("eks:index:Cluster", "dev", { ...good, gpu: true, colour: "red" }, {})).rejects.toThrow(
      /^eks:index:Cluster "dev":\n {2}gpu: .*not rehearsed\n {2}colour: the component has no such input$/,
    );
    await expect(construct("eks:index:NodeGroup", "dev", {}, {})).rejects.toThrow(
      "the simulated eks has no component eks:index:NodeGroup, only eks:index:Cluster",
    );
  });
});
