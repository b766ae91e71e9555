import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { construct } from "../../../simulator/eks";

interface Registered {
  parent: string;
  dependsOn: string[];
  inputs: Record<string, unknown>;
}

const registered = new Map<string, Registered>();
const named = (urn: string) => urn.split("::").slice(2).join("::").split("$").pop() ?? "";

// Mocks are told inputs only; parents and dependencies are in the request itself.
const register = vi.spyOn(MockMonitor.prototype, "registerResource");

beforeEach(async () => {
  registered.clear();
  register.mockClear();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: untyped }) => {
        const inputs = untyped as Record<string, unknown>;
        registered.set(`${type}::${name}`, { parent: "", dependsOn: [], inputs });
        const computed: Record<string, unknown> = {
          name: `${name}-name`,
          ...inputs,
          arn: `arn:aws:x:eu-west-1:123456789012:${name}`,
        };
        if (type === "aws:eks/cluster:Cluster") {
          Object.assign(computed, {
            endpoint: "https://ABC.gr7.eu-west-1.eks.amazonaws.com",
            certificateAuthority: { data: "Q0E=" },
            identities: [{ oidcs: [{ issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC" }] }],
            vpcConfig: { ...(inputs.vpcConfig as object), clusterSecurityGroupId: "sg-own" },
          });
        }
        return { id: `${name}-id`, state: computed };
      },
      call: ({ token, inputs }) => {
        const { addonName } = inputs as { addonName?: string };
        if (token === "aws:eks/getAddonVersion:getAddonVersion") return { addonName, version: `v-${addonName}` };
        if (token === "aws:index/getPartition:getPartition") return { partition: "aws", dnsSuffix: "amazonaws.com" };
        throw new Error(`unexpected call of ${token}`);
      },
    },
    "platform",
    "test",
  );
});

/** Constructs a cluster and waits until every registration has ended. */
async function cluster(inputs: pulumi.Inputs): Promise<Record<string, unknown>> {
  const { state } = await construct("eks:index:Cluster", "dev", { ...required, ...inputs }, {});
  const resolved = await new Promise<Record<string, unknown>>((resolve) =>
    pulumi.output(state).apply((value) => resolve(value as Record<string, unknown>)),
  );
  await pulumi.runtime.disconnect();
  for (const [request] of register.mock.calls as [RegisterResourceRequest, unknown][]) {
    const entry = registered.get(`${request.getType()}::${request.getName()}`)!;
    entry.parent = named(request.getParent());
    entry.dependsOn = request.getDependenciesList().map(named).sort();
  }
  return resolved;
}

const required = {
  authenticationMode: "API",
  skipDefaultNodeGroup: true,
  vpcId: "vpc-1",
  publicSubnetIds: ["subnet-a"],
  privateSubnetIds: ["subnet-b"],
  version: "1.35",
};

const component = "eks:index:Cluster::dev";

/**
 * What pulumi-eks v4.3.0 registers for `required`: child, parent, and where its source says so
 * (paths below nodejs/eks).
 */
const children: [string, string, string][] = [
  ["eks:index:ServiceRole::dev-eksRole", component, "cluster/cluster.ts `if (!args.serviceRole)`"],
  ["aws:iam/role:Role::dev-eksRole-role", "eks:index:ServiceRole::dev-eksRole", "servicerole.ts"],
  [
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment::dev-eksRole-4b490823",
    "eks:index:ServiceRole::dev-eksRole",
    "servicerole.ts, sha1 of arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
  ],
  ["aws:ec2/securityGroup:SecurityGroup::dev-eksClusterSecurityGroup", component, "cluster/cluster.ts"],
  ["aws:ec2/securityGroupRule:SecurityGroupRule::dev-eksClusterInternetEgressRule", component, "cluster/cluster.ts"],
  ["aws:eks/cluster:Cluster::dev-eksCluster", component, "cluster/cluster.ts"],
  ["aws:eks/addon:Addon::dev-kube-proxy", component, "cluster/cluster.ts `kubeProxyAddonEnabled`"],
  ["pulumi:providers:kubernetes::dev-eks-k8s", component, "cluster/cluster.ts `k8sProvider`"],
  ["eks:index:VpcCniAddon::dev-vpc-cni", component, "cluster/cluster.ts `vpcCniAddonEnabled`"],
  ["aws:eks/addon:Addon::dev-vpc-cni", "eks:index:VpcCniAddon::dev-vpc-cni", "addons/cni-addon.ts"],
  ["aws:ec2/securityGroup:SecurityGroup::dev-nodeSecurityGroup", component, "nodes/securitygroup.ts"],
  ["aws:ec2/securityGroupRule:SecurityGroupRule::dev-eksNodeIngressRule", component, "nodes/securitygroup.ts"],
  ["aws:ec2/securityGroupRule:SecurityGroupRule::dev-eksNodeClusterIngressRule", component, "nodes/securitygroup.ts"],
  [
    "aws:ec2/securityGroupRule:SecurityGroupRule::dev-eksExtApiServerClusterIngressRule",
    component,
    "nodes/securitygroup.ts",
  ],
  ["aws:ec2/securityGroupRule:SecurityGroupRule::dev-eksNodeInternetEgressRule", component, "nodes/securitygroup.ts"],
  ["aws:ec2/securityGroupRule:SecurityGroupRule::dev-eksClusterIngressRule", component, "nodes/securitygroup.ts"],
];

describe("eks:index:Cluster", () => {
  it("registers the children of the real component, below the same parents", async () => {
    await cluster({});
    const found = [...registered].filter(([key]) => key !== component).map(([key, { parent }]) => [key, parent]);
    expect(found.sort()).toEqual(children.map(([key, parent]) => [key, parent]).sort());
  });

  it("creates the cluster after its role's policies, with the component's own defaults", async () => {
    await cluster({ tags: { team: "infra" }, clusterTags: { team: "lost", tier: "core" } });
    const { inputs, dependsOn } = registered.get("aws:eks/cluster:Cluster::dev-eksCluster")!;
    expect(inputs).toEqual({
      roleArn: "arn:aws:x:eu-west-1:123456789012:dev-eksRole-role",
      bootstrapSelfManagedAddons: true,
      vpcConfig: { securityGroupIds: ["dev-eksClusterSecurityGroup-id"], subnetIds: ["subnet-a", "subnet-b"] },
      version: "1.35",
      tags: { Name: "dev-eksCluster", team: "infra", tier: "core" },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    });
    expect(dependsOn).toContain("aws:iam/rolePolicyAttachment:RolePolicyAttachment::dev-eksRole-4b490823");
  });

  it("hands on names, encryption, logs, endpoint rules and the service range", async () => {
    await cluster({
      name: "platform-dev",
      encryptionConfigKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
      enabledClusterLogTypes: ["audit"],
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["198.51.100.0/24"],
      kubernetesServiceIpAddressRange: "172.20.0.0/16",
      deletionProtection: true,
    });
    expect(registered.get("aws:eks/cluster:Cluster::dev-eksCluster")!.inputs).toMatchObject({
      name: "platform-dev",
      encryptionConfig: { provider: { keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" }, resources: ["secrets"] },
      enabledClusterLogTypes: ["audit"],
      vpcConfig: {
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ["198.51.100.0/24"],
      },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
      deletionProtection: true,
    });
  });

  it("configures vpc-cni as the component computes it, the user's values winning", async () => {
    await cluster({
      vpcCniOptions: {
        enableNetworkPolicy: true,
        enablePrefixDelegation: true,
        configurationValues: { env: { WARM_ENI_TARGET: "0" }, nodeAgent: { enabled: "true" } },
      },
      accessEntries: { admins: { principalArn: "arn:aws:iam::123456789012:role/admin" } },
    });
    const { inputs } = registered.get("aws:eks/addon:Addon::dev-vpc-cni")!;
    expect(inputs).toMatchObject({
      clusterName: "dev-eksCluster-name",
      addonName: "vpc-cni",
      addonVersion: "v-vpc-cni",
      preserve: true,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    });
    expect(JSON.parse(inputs.configurationValues as string)).toEqual({
      enableNetworkPolicy: "true",
      nodeAgent: { enabled: "true" },
      env: {
        WARM_ENI_TARGET: "0",
        ENABLE_PREFIX_DELEGATION: "true",
        AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG",
        AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
        AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
        AWS_VPC_ENI_MTU: "9001",
        AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
        AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
        ENABLE_POD_ENI: "false",
        AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
        AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
      },
      init: { env: { DISABLE_TCP_EARLY_DEMUX: "false" } },
    });
    expect(registered.get("eks:index:VpcCniAddon::dev-vpc-cni")!.dependsOn).toEqual([
      "aws:eks/accessEntry:AccessEntry::dev-admins",
    ]);
  });

  it("registers access entries after the cluster, their policies below them", async () => {
    const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
    await cluster({
      accessEntries: {
        admins: {
          principalArn: "arn:aws:iam::123456789012:role/admin",
          accessPolicies: { admin: { policyArn, accessScope: { type: "cluster" } } },
        },
        developers: {
          principalArn: "arn:aws:iam::123456789012:role/dev",
          username: "dev",
          kubernetesGroups: ["platform:developers"],
        },
      },
    });
    expect(registered.get("aws:eks/accessEntry:AccessEntry::dev-developers")).toMatchObject({
      parent: component,
      dependsOn: ["aws:eks/cluster:Cluster::dev-eksCluster"],
      inputs: {
        principalArn: "arn:aws:iam::123456789012:role/dev",
        userName: "dev",
        kubernetesGroups: ["platform:developers"],
      },
    });
    const association = registered.get("aws:eks/accessPolicyAssociation:AccessPolicyAssociation::dev-admins-admin")!;
    expect(association.parent).toBe("aws:eks/accessEntry:AccessEntry::dev-admins");
    expect(association.dependsOn).toContain("aws:eks/accessEntry:AccessEntry::dev-admins");
    expect(association.inputs).toMatchObject({ policyArn, accessScope: { type: "cluster" } });
  });

  it("leaves out what is turned off and adds what is turned on", async () => {
    await cluster({
      kubeProxyAddonOptions: { enabled: false },
      useDefaultVpcCni: true,
      skipDefaultSecurityGroups: true,
      corednsAddonOptions: { enabled: true, version: "v1.12.0" },
      createOidcProvider: true,
      createInstanceRole: true,
    });
    const keys = [...registered.keys()].filter((key) => key !== component).sort();
    expect(keys).toEqual([
      "aws:eks/accessEntry:AccessEntry::dev-defaultNodeGroupInstanceRole",
      "aws:eks/addon:Addon::dev-coredns",
      "aws:eks/cluster:Cluster::dev-eksCluster",
      "aws:iam/instanceProfile:InstanceProfile::dev-instanceProfile",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider::dev-oidcProvider",
      "aws:iam/role:Role::dev-eksRole-role",
      "aws:iam/role:Role::dev-instanceRole-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::dev-eksRole-4b490823",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::dev-instanceRole-03516f97",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::dev-instanceRole-3eb088f2",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::dev-instanceRole-e1b295bd",
      "eks:index:ServiceRole::dev-eksRole",
      "eks:index:ServiceRole::dev-instanceRole",
      "pulumi:providers:kubernetes::dev-eks-k8s",
    ]);
    expect(registered.get("aws:eks/addon:Addon::dev-coredns")!.inputs).toMatchObject({ addonVersion: "v1.12.0" });
  });

  it("answers with the kubeconfig, the groups and the issuer", async () => {
    const outputs = await cluster({ providerCredentialOpts: { profileName: "ops" } });
    const config = JSON.parse(outputs.kubeconfigJson as string) as object;
    expect(config).toEqual(outputs.kubeconfig);
    expect(config).toMatchObject({
      clusters: [{ cluster: { server: "https://ABC.gr7.eu-west-1.eks.amazonaws.com" } }],
      users: [{ user: { exec: { command: "aws", args: expect.not.arrayContaining(["--profile"]) as string[] } } }],
    });
    const provider = registered.get("pulumi:providers:kubernetes::dev-eks-k8s")!;
    expect(provider.inputs.kubeconfig).toContain(`"--profile","ops"`);
    expect(outputs).toMatchObject({
      clusterSecurityGroupId: "dev-eksClusterSecurityGroup-id",
      nodeSecurityGroupId: "dev-nodeSecurityGroup-id",
      oidcIssuer: "oidc.eks.eu-west-1.amazonaws.com/id/ABC",
    });
  });
});
