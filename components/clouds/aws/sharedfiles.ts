/** Files that pods of several nodes write to at once: an EFS file system, with a door in each zone. */
import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import { SecurityGroup } from "@pulumi/aws/ec2";
import { FileSystem, MountTarget } from "@pulumi/aws/efs";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

import type { StorageClassTrait } from "../../cluster";
import type { NetworkConfig, PlatformConfig } from "../../config/types";
import { efsCsiDriver } from "./addons";
import type { Account } from "./iam";
import type { Network } from "./network";
import { PodIdentity } from "./podidentity";

export interface SharedFilesArgs {
  config: PlatformConfig;
  account: Account;
  clusterName: pulumi.Input<string>;
  network: Network;
  /** Ids of the private subnets to be reached in, one a zone; all of them unless set. */
  doors?: string[];
  /** The group that EKS puts nodes into. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** What runs the driver's pods. */
  nodes: pulumi.Resource[];
}

/** NFS: https://docs.aws.amazon.com/efs/latest/ug/network-access.html */
const nfs = 2049;

/**
 * Encrypted, with throughput by use, reached by the cluster's nodes only. It grows with what is in it; a volume is a folder
 * with a door of its own (an access point).
 */
export class SharedFiles extends pulumi.ComponentResource {
  /** The driver, and the doors: a node in a zone without one would wait for its volume. */
  readonly ready: pulumi.Resource[];
  private readonly id: pulumi.Output<string>;

  constructor(name: string, args: SharedFilesArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:aws:SharedFiles", name, {}, opts);
    const { config, account, clusterName, nodes } = args;
    const full = `${name}-shared`;
    const files = new FileSystem(
      full,
      {
        encrypted: true,
        performanceMode: "generalPurpose",
        // Paid by what is read and written. The default, bursting, is by what is stored: next to nothing at first.
        throughputMode: "elastic",
        tags: { Name: full },
      },
      { parent: this, protect: config.protect },
    );
    this.id = files.id;
    const { association } = new PodIdentity(
      name,
      "efs-csi",
      {
        account,
        clusterName,
        namespace: "kube-system",
        serviceAccount: "efs-csi-controller-sa",
        policy: "service-role/AmazonEFSCSIDriverPolicy",
      },
      { parent: this },
    );
    const driver = efsCsiDriver(name, { config, clusterName, dependsOn: [...nodes, association] }, this);
    this.ready = [driver, ...this.mountTargets(name, full, args)];
    this.registerOutputs();
  }

  private mountTargets(
    name: string,
    full: string,
    { network, doors, clusterSecurityGroupId }: SharedFilesArgs,
  ): MountTarget[] {
    const group = new SecurityGroup(
      full,
      { description: `Shared files of ${name}`, vpcId: network.vpcId, tags: { Name: full } },
      { parent: this },
    );
    const rule = new SecurityGroupIngressRule(
      full,
      {
        securityGroupId: group.id,
        description: "Nodes",
        referencedSecurityGroupId: clusterSecurityGroupId,
        ipProtocol: "tcp",
        fromPort: nfs,
        toPort: nfs,
        tags: { Name: full },
      },
      { parent: this },
    );
    const subnets = doors?.map((id, index) => ({ key: String(index + 1), id })) ?? network.privateSubnets;
    return subnets.map(
      ({ key, id }) =>
        new MountTarget(
          `${full}-${key}`,
          { fileSystemId: this.id, subnetId: id, securityGroups: [group.id] },
          { parent: this, dependsOn: [rule] },
        ),
    );
  }

  /**
   * Parameters: https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md#storage-class-parameters-for-dynamic-provisioning.
   * The driver encrypts what goes over the network unless told not to.
   */
  storageClass(): StorageClassTrait {
    return {
      name: "shared",
      provisioner: "efs.csi.aws.com",
      parameters: { provisioningMode: "efs-ap", fileSystemId: this.id, directoryPerms: "700" },
      default: false,
      adopted: false,
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      // There is nothing to expand: a volume's size is not enforced.
      allowVolumeExpansion: false,
      accessModes: ["ReadWriteMany"],
    };
  }
}

/**
 * The first private subnet of each zone: a file system has one mount target in a zone, and in a network of somebody
 * else's several subnets may share one. Undefined where the network is ours, with one subnet a zone.
 */
export async function subnetOfEachZone(
  { existing }: NetworkConfig,
  provider: pulumi.ProviderResource,
): Promise<string[] | undefined> {
  if (existing === undefined) {
    return undefined;
  }
  const found = await Promise.all(existing.privateSubnets.map((id) => getSubnet({ id }, { provider })));
  const zones = found.map(({ availabilityZone }) => availabilityZone);
  return existing.privateSubnets.filter((_, index) => zones.indexOf(zones[index] ?? "") === index);
}
