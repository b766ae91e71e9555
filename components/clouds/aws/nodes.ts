/** Managed node groups on Amazon Linux 2023. */
import { LaunchTemplate } from "@pulumi/aws/ec2";
import { NodeGroup } from "@pulumi/aws/eks";
import { Role, RolePolicyAttachment } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../../config/types";
import { type Account, managedPolicy, trustService } from "./iam";
import { amiType, spotTypes } from "./instancefamilies";
import { type Bounds, spread } from "../spread";
import { type LiveGroup, scalingOf } from "./live";
import { longest, withinLimit } from "./names";
import type { Network } from "./network";
import { decideScaling } from "./scaling";

export interface NodesArgs {
  config: PlatformConfig;
  account: Account;
  clusterName: pulumi.Input<string>;
  network: Network;
  /** EC2's name of the general pool's instances. */
  instanceType: string;
  /** The cluster's node groups as they are now; empty before there is a cluster. */
  live: LiveGroup[];
  /** What a node needs before it starts: the network add-on's identity and the agent that hands it out. */
  dependsOn: pulumi.Resource[];
}

/**
 * A general node group for each private subnet, so that the autoscaler can add a node in the very zone that a pending
 * pod's volume is in: a group over several zones leaves the choice to AWS. One spot group over all of them where asked for.
 */
export class Nodes extends pulumi.ComponentResource {
  readonly groups: NodeGroup[];

  constructor(
    private readonly prefix: string,
    private readonly args: NodesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:Nodes", prefix, {}, opts);
    const { config, network, instanceType } = args;
    const role = new Role(
      withinLimit(prefix, "nodes", longest.role),
      {
        description: `Nodes of the cluster ${prefix}`,
        assumeRolePolicy: trustService("ec2.amazonaws.com"),
        tags: { Name: `${prefix}-nodes` },
      },
      { parent: this },
    );
    // The network add-on has an identity of its own, so a node only joins and pulls images.
    const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"].map(
      (policy) =>
        new RolePolicyAttachment(
          `${prefix}-nodes-${policy}`,
          { role: role.name, policyArn: managedPolicy(args.account, policy) },
          { parent: this },
        ),
    );
    const template = this.template();
    const group = (pool: string, spec: GroupSpec) => this.group(pool, spec, role, template, policies);

    const scaling = spread(config.nodes.min, config.nodes.max, network.privateSubnets.length);
    const general = network.privateSubnets.flatMap((subnet, zone) => {
      const share = scaling[zone];
      return share === undefined || share.maxSize === 0
        ? []
        : [
            group(`general-${subnet.key}`, {
              bounds: share,
              subnetIds: [subnet.id],
              types: [instanceType],
              spot: false,
            }),
          ];
    });
    const spot = config.nodes.spot
      ? [
          group("spot", {
            bounds: { minSize: 0, maxSize: config.nodes.max },
            subnetIds: network.privateSubnets.map((subnet) => subnet.id),
            types: spotTypes(instanceType),
            spot: true,
          }),
        ]
      : [];
    this.groups = [...general, ...spot];
    this.registerOutputs();
  }

  /** Encrypted disk, and instance credentials out of the pods' reach. */
  private template(): LaunchTemplate {
    const tags = { ...this.args.config.tags, Name: `${this.prefix}-node` };
    return new LaunchTemplate(
      `${this.prefix}-nodes`,
      {
        description: `Nodes of the cluster ${this.prefix}`,
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" },
          },
        ],
        // With one hop the metadata service answers the node itself and pods on its network, no other pod:
        // https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        // The provider's default tags end at the template: what the scaling group starts is tagged here.
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
        updateDefaultVersion: true,
        tags: { Name: `${this.prefix}-nodes` },
      },
      { parent: this },
    );
  }

  private group(
    pool: string,
    spec: GroupSpec,
    role: Role,
    template: LaunchTemplate,
    policies: pulumi.Resource[],
  ): NodeGroup {
    const { config, clusterName, network, live, dependsOn } = this.args;
    const name = withinLimit(this.prefix, pool, longest.nodeGroup);
    const { scalingConfig, autoscaled } = decideScaling(spec.bounds, scalingOf(name, live));
    return new NodeGroup(
      name,
      {
        clusterName,
        nodeRoleArn: role.arn,
        version: config.kubernetesVersion,
        subnetIds: spec.subnetIds,
        amiType: amiType(spec.types),
        capacityType: spec.spot ? "SPOT" : "ON_DEMAND",
        instanceTypes: spec.types,
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        scalingConfig,
        updateConfig: { maxUnavailable: 1 },
        // A node that stays NotReady is replaced by EKS.
        nodeRepairConfig: { enabled: true },
        labels: { "platform/pool": spec.spot ? "spot" : "general" },
        taints: spec.spot ? [{ key: "platform/spot", value: "true", effect: "PREFER_NO_SCHEDULE" }] : undefined,
        tags: { Name: `${this.prefix}-${pool}` },
      },
      {
        parent: this,
        // Creations are not touched by this: a new group begins with its minimum.
        ignoreChanges: autoscaled ? ["scalingConfig.desiredSize"] : [],
        dependsOn: [...dependsOn, ...policies, ...network.privateRoutes],
      },
    );
  }
}

interface GroupSpec {
  bounds: Bounds;
  subnetIds: pulumi.Input<string>[];
  types: string[];
  spot: boolean;
}
