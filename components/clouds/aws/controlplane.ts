/** The EKS control plane and who may use it. */
import { LogGroup } from "@pulumi/aws/cloudwatch";
import type { Cluster as AwsCluster } from "@pulumi/aws/eks";
import { Cluster as EksCluster } from "@pulumi/eks/cluster";
import { AuthenticationMode } from "@pulumi/eks/types/enums";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../../config/types";
import { addonVersion } from "./addons";
import type { Network } from "./network";

export interface ControlPlaneArgs {
  config: PlatformConfig;
  network: Network;
  secretsKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  aws: pulumi.ProviderResource;
}

export interface ControlPlane {
  eks: EksCluster;
  /** The cluster itself: what depends on one of its properties is created after it and removed before it. */
  cluster: pulumi.Output<AwsCluster>;
  /** Kubeconfig with exec credentials, marked secret; known once the API answers. */
  kubeconfig: pulumi.Output<string>;
}

/** Creates the control plane with its network add-ons; nodes are made elsewhere. */
export function createControlPlane(
  name: string,
  { config, network, secretsKeyArn, logsKeyArn, aws }: ControlPlaneArgs,
  parent: pulumi.Resource,
): ControlPlane {
  // EKS would create the group itself: unencrypted, kept for ever, and left behind when the cluster goes.
  const logs = new LogGroup(
    `${name}-control-plane`,
    {
      name: `/aws/eks/${name}/cluster`,
      kmsKeyId: logsKeyArn,
      retentionInDays: logRetention(config),
      tags: { Name: `${name}-control-plane` },
    },
    { parent },
  );
  const eks = new EksCluster(
    name,
    {
      // Taken from the group's name so that the cluster is created after the group and deleted before it.
      name: logs.name.apply(clusterOfLogGroup),
      version: config.kubernetesVersion,
      authenticationMode: AuthenticationMode.Api,
      vpcId: network.vpcId,
      privateSubnetIds: network.privateSubnets.map((subnet) => subnet.id),
      skipDefaultNodeGroup: true,
      // Managed nodes and the control plane share the security group that EKS makes by itself.
      skipDefaultSecurityGroups: true,
      createOidcProvider: false,
      endpointPrivateAccess: true,
      endpointPublicAccess: !config.access.private,
      publicAccessCidrs: config.access.private ? undefined : publicRanges(config),
      encryptionConfigKeyArn: secretsKeyArn,
      enabledClusterLogTypes: config.protect
        ? ["api", "audit", "authenticator", "controllerManager", "scheduler"]
        : ["audit", "authenticator"],
      // Production stays on its version until somebody changes it, at the price of extended support; elsewhere AWS
      // upgrades when standard support ends: https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
      upgradePolicy: { supportType: config.protect ? "EXTENDED" : "STANDARD" },
      deletionProtection: config.protect,
      // All add-ons are managed ones: nothing is installed twice.
      bootstrapSelfManagedAddons: false,
      vpcCniOptions: { addonVersion: addonVersion("vpc-cni", config, parent), enableNetworkPolicy: true },
      kubeProxyAddonOptions: { version: addonVersion("kube-proxy", config, parent) },
      // CoreDNS needs nodes: see addons.ts.
      corednsAddonOptions: { enabled: false },
    },
    { parent, providers: [aws], protect: config.protect },
  );
  return { eks, cluster: eks.eksCluster, kubeconfig: kubeconfigOf(eks, config.region) };
}

/** Days that logs are kept: a year where it matters, a month elsewhere. */
export function logRetention(config: Pick<PlatformConfig, "protect">): number {
  return config.protect ? 365 : 30;
}

function clusterOfLogGroup(group: string): string {
  return group.replace(/^\/aws\/eks\/(.*)\/cluster$/, "$1");
}

/** An empty list means no restriction, and EKS is told so instead of being left to its default. */
function publicRanges(config: PlatformConfig): string[] {
  return config.access.authorizedNetworks.length > 0 ? config.access.authorizedNetworks : ["0.0.0.0/0"];
}

/**
 * A kubeconfig that asks the AWS CLI for a token each time, with this cluster's region. The AWS profile or role is
 * whatever the environment of the one who uses it says, as it is for the AWS provider itself.
 */
function kubeconfigOf(eks: EksCluster, region: string): pulumi.Output<string> {
  const cluster = eks.eksCluster;
  // The component's own kubeconfig is known only after the endpoint's name resolves and the API answers.
  const answering = eks.kubeconfigJson;
  const text = pulumi
    .all([cluster.name, cluster.arn, cluster.endpoint, cluster.certificateAuthority, answering])
    .apply(([name, arn, server, authority]) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: arn, cluster: { server, "certificate-authority-data": authority.data } }],
        contexts: [{ name, context: { cluster: arn, user: arn } }],
        "current-context": name,
        users: [
          {
            name: arn,
            user: {
              exec: {
                apiVersion: "client.authentication.k8s.io/v1beta1",
                command: "aws",
                args: ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
                interactiveMode: "Never",
                installHint: "Install the AWS CLI 2: https://docs.aws.amazon.com/cli/latest/userguide/",
              },
            },
          },
        ],
      }),
    );
  return pulumi.secret(text);
}
