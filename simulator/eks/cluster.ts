/**
 * `eks:index:Cluster`: registers what the real component registers, with its names, parents, dependencies and inputs.
 *
 * Source: pulumi-eks v4.3.0, nodejs/eks/cluster/cluster.ts (`createCore`, `createCluster`). Three things differ: it does
 * not ask for an AWS command line, it does not wait for the API server's /healthz (a simulated control plane answers
 * when its creation has ended), and the OIDC issuer's thumbprint is a constant, as the issuer cannot be called.
 */
import * as aws from "@pulumi/aws";
import * as awsEks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import type { ClusterArgs } from "@pulumi/eks/cluster";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { accessEntries } from "./accessEntries";
import { clusterAddon } from "./addons";
import { kubeconfig, type Credentials } from "./kubeconfig";
import { clusterSecurityGroup, merged, nodeSecurityGroup } from "./securityGroups";
import { ServiceRole } from "./serviceRole";
import { VpcCniAddon } from "./vpcCni";

/**
 * SHA-1 of the root certificate above oidc.eks.<region>.amazonaws.com. AWS has trusted the issuer by its own store of
 * root certificates since 2023, whatever the thumbprint says.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
 */
const oidcThumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

export class Cluster extends pulumi.ComponentResource {
  /** Everything that the component answers with, by the names of its schema. */
  readonly outputs: pulumi.Inputs;

  /** @param args checked by `clusterProblems` before. */
  constructor(name: string, args: ClusterArgs, options: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, {}, options);
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the functions below need the component as a parent
    const parent = this;
    if (args.subnetIds && (args.publicSubnetIds || args.privateSubnetIds)) {
      throw new Error(
        "subnetIds, and the use of publicSubnetIds and/or privateSubnetIds are mutually exclusive. Choose a single approach.",
      );
    }
    const vpcId = pulumi.output(args.vpcId ?? "");
    const { partition } = aws.getPartitionOutput({}, { parent });
    const subnetIds = pulumi
      .all([args.subnetIds, args.publicSubnetIds, args.privateSubnetIds])
      .apply(([all, publicIds, privateIds]) => all ?? [...(publicIds ?? []), ...(privateIds ?? [])]);

    const serviceRole = args.serviceRole
      ? undefined
      : new ServiceRole(
          `${name}-eksRole`,
          {
            service: "eks.amazonaws.com",
            description: "Allows EKS to manage clusters on your behalf.",
            policies: ["AmazonEKSClusterPolicy"],
            actions: ["sts:AssumeRole", "sts:TagSession"],
            partition,
            tags: args.tags,
          },
          { parent },
        );

    const withGroups = args.skipDefaultSecurityGroups !== true;
    const clusterGroup = args.clusterSecurityGroup
      ? pulumi.output(args.clusterSecurityGroup)
      : withGroups
        ? pulumi.output(clusterSecurityGroup(name, vpcId, [args.clusterSecurityGroupTags, args.tags], parent))
        : undefined;

    const encryptionConfig =
      args.encryptionConfigKeyArn === undefined
        ? undefined
        : { provider: { keyArn: args.encryptionConfigKeyArn }, resources: ["secrets"] };

    const cluster = new awsEks.Cluster(
      `${name}-eksCluster`,
      {
        name: args.name,
        roleArn: serviceRole ? serviceRole.role.arn : pulumi.output(args.serviceRole as pulumi.Input<iam.Role>).arn,
        kubernetesNetworkConfig: networkConfig(args),
        bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
        vpcConfig: {
          securityGroupIds: clusterGroup && [clusterGroup.id],
          subnetIds,
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
          publicAccessCidrs: publicAccessCidrs(args),
        },
        version: args.version,
        enabledClusterLogTypes: args.enabledClusterLogTypes,
        tags: merged([args.clusterTags, args.tags], { Name: `${name}-eksCluster` }),
        encryptionConfig,
        accessConfig: {
          authenticationMode: args.authenticationMode,
          bootstrapClusterCreatorAdminPermissions: true,
        },
        upgradePolicy: args.upgradePolicy,
        deletionProtection: args.deletionProtection,
      },
      {
        parent,
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
        dependsOn: serviceRole ? [serviceRole.attached] : [],
      },
    );

    if (args.kubeProxyAddonOptions?.enabled ?? true) {
      clusterAddon(name, "kube-proxy", cluster, args.kubeProxyAddonOptions, args.tags, parent);
    }

    const credentials = args.providerCredentialOpts as pulumi.Input<Credentials> | undefined;
    const provider = new Provider(
      `${name}-eks-k8s`,
      {
        kubeconfig: kubeconfig(cluster, credentials, true).apply((config) => JSON.stringify(config)),
        enableConfigMapMutable: args.enableConfigMapMutable,
      },
      { parent },
    );

    const instanceRole = nodeRole(name, args, partition, parent);
    const entries = accessEntries(
      name,
      cluster,
      {
        ...(instanceRole && {
          defaultNodeGroupInstanceRole: { principalArn: instanceRole.arn, type: "EC2_LINUX" as const },
        }),
        ...args.accessEntries,
      },
      parent,
    );

    const vpcCni =
      args.useDefaultVpcCni === true
        ? undefined
        : new VpcCniAddon(
            `${name}-vpc-cni`,
            { ...args.vpcCniOptions, clusterName: cluster.name, clusterVersion: cluster.version, tags: args.tags },
            { parent, dependsOn: entries, providers: { kubernetes: provider } },
          );

    // Without a node group of the component's own, CoreDNS has nowhere to run unless the user says so.
    if (args.corednsAddonOptions?.enabled === true || args.corednsAddonOptions?.configurationValues) {
      clusterAddon(name, "coredns", cluster, args.corednsAddonOptions, args.tags, parent);
    }

    const oidcProvider = args.createOidcProvider
      ? new iam.OpenIdConnectProvider(
          `${name}-oidcProvider`,
          {
            clientIdLists: ["sts.amazonaws.com"],
            url: issuer(cluster),
            thumbprintLists: [oidcThumbprint],
          },
          { parent },
        )
      : undefined;

    const nodes =
      withGroups && clusterGroup
        ? nodeSecurityGroup(name, vpcId, clusterGroup.id, cluster, [args.nodeSecurityGroupTags, args.tags], parent)
        : undefined;

    const userKubeconfig = kubeconfig(cluster, credentials, false);
    const ownGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.outputs = {
      kubeconfig: userKubeconfig,
      kubeconfigJson: pulumi.jsonStringify(userKubeconfig),
      clusterSecurityGroup: clusterGroup,
      instanceRoles: instanceRole ? [instanceRole] : [],
      nodeSecurityGroup: nodes?.group,
      eksClusterIngressRule: nodes?.ingressRule,
      defaultNodeGroup: undefined,
      eksCluster: cluster,
      core: {
        vpcId,
        subnetIds,
        publicSubnetIds: args.publicSubnetIds,
        privateSubnetIds: args.privateSubnetIds,
        clusterSecurityGroup: clusterGroup,
        cluster,
        endpoint: cluster.endpoint,
        nodeGroupOptions: {
          version: args.version,
          nodeSecurityGroup: nodes?.group,
          clusterIngressRule: nodes?.ingressRule,
        },
        kubeconfig: userKubeconfig,
        provider,
        vpcCni,
        instanceRoles: instanceRole ? [instanceRole] : [],
        tags: args.tags,
        nodeSecurityGroupTags: args.nodeSecurityGroupTags,
        storageClasses: {},
        oidcProvider,
        encryptionConfig,
        clusterIamRole: args.serviceRole ?? serviceRole?.role,
        accessEntries: Object.values(args.accessEntries ?? {}),
        autoModeNodeRoleName: "",
      },
      clusterSecurityGroupId: clusterGroup?.id ?? ownGroupId,
      nodeSecurityGroupId: nodes?.group.id ?? ownGroupId,
      clusterIngressRuleId: nodes?.ingressRule.securityGroupRuleId ?? "",
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      oidcProviderArn: oidcProvider?.arn ?? "",
      oidcProviderUrl: issuer(cluster),
      oidcIssuer: issuer(cluster).apply((url) => url.replace("https://", "")),
      autoModeNodeRoleName: "",
    };
    this.registerOutputs(this.outputs);
  }
}

/** The role of nodes, where the component is to make one or is given one; none with `skipDefaultNodeGroup` alone. */
function nodeRole(
  name: string,
  args: ClusterArgs,
  partition: pulumi.Output<string>,
  parent: pulumi.Resource,
): pulumi.Output<iam.Role> | undefined {
  if (args.instanceRole) return pulumi.output(args.instanceRole);
  if (!args.createInstanceRole) return undefined;
  const role = new ServiceRole(
    `${name}-instanceRole`,
    {
      service: "ec2.amazonaws.com",
      policies: ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"],
      partition,
      tags: args.tags,
    },
    { parent },
  ).attached;
  new iam.InstanceProfile(`${name}-instanceProfile`, { role }, { parent });
  return role;
}

function networkConfig(args: ClusterArgs): awsEks.ClusterArgs["kubernetesNetworkConfig"] {
  if (args.kubernetesServiceIpAddressRange === undefined && args.ipFamily === undefined) return undefined;
  return pulumi
    .all([args.kubernetesServiceIpAddressRange, args.ipFamily])
    .apply(([range, ipFamily = "ipv4"]) => ({ serviceIpv4Cidr: ipFamily === "ipv4" ? range : undefined, ipFamily }));
}

function publicAccessCidrs(args: ClusterArgs): pulumi.Output<string[]> | undefined {
  if (!args.publicAccessCidrs) return undefined;
  return pulumi.all([args.publicAccessCidrs, args.endpointPublicAccess ?? true]).apply(([cidrs, isPublic]) => {
    if (!isPublic) throw new Error("`publicAccessCidrs` can only be set when `endpointPublicAccess` is true");
    return cidrs;
  });
}

function issuer(cluster: awsEks.Cluster): pulumi.Output<string> {
  return cluster.identities.apply((identities) => identities?.[0]?.oidcs?.[0]?.issuer ?? "");
}
