/** Add-ons that EKS maintains, each as soon as what it needs is there. */
import { Addon, getAddonVersionOutput } from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../../config/types";

/**
 * The version that EKS installs by default on this Kubernetes version: tested together, and changed rarely, where the
 * most recent one would change under an unchanged program every few weeks.
 */
export function addonVersion(
  addonName: string,
  { kubernetesVersion }: Pick<PlatformConfig, "kubernetesVersion">,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return getAddonVersionOutput({ addonName, kubernetesVersion }, { parent }).version;
}

export interface AddonArgs {
  config: PlatformConfig;
  clusterName: pulumi.Input<string>;
  /** Settings as the add-on's own configuration schema has them (`aws eks describe-addon-configuration`). */
  settings?: Record<string, unknown>;
  dependsOn: pulumi.Resource[];
}

function addon(name: string, addonName: string, args: AddonArgs, parent: pulumi.Resource): Addon {
  return new Addon(
    `${name}-${addonName}`,
    {
      clusterName: args.clusterName,
      addonName,
      addonVersion: addonVersion(addonName, args.config, parent),
      configurationValues: args.settings === undefined ? undefined : pulumi.jsonStringify(args.settings),
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      tags: { Name: `${name}-${addonName}` },
    },
    { parent, dependsOn: args.dependsOn },
  );
}

/** Hands pods the credentials of their associations. A DaemonSet, so it is complete before there is any node. */
export function podIdentityAgent(name: string, args: AddonArgs, parent: pulumi.Resource): Addon {
  return addon(name, "eks-pod-identity-agent", args, parent);
}

/** Cluster DNS. Its pods need nodes, or the add-on stays degraded until EKS gives up. */
export function coreDns(name: string, args: AddonArgs, parent: pulumi.Resource): Addon {
  return addon(
    name,
    "coredns",
    { ...args, settings: { autoScaling: { enabled: true, minReplicas: 2, maxReplicas: 10 } } },
    parent,
  );
}

/** EBS volumes. Every volume carries the stack's tags, so that one that outlives its cluster can be found. */
export function ebsCsiDriver(name: string, args: AddonArgs, parent: pulumi.Resource): Addon {
  const settings = { controller: { extraVolumeTags: args.config.tags, k8sTagClusterId: args.clusterName } };
  return addon(name, "aws-ebs-csi-driver", { ...args, settings }, parent);
}

/** Volumes of EFS, for which the driver makes access points. */
export function efsCsiDriver(name: string, args: AddonArgs, parent: pulumi.Resource): Addon {
  return addon(name, "aws-efs-csi-driver", args, parent);
}
