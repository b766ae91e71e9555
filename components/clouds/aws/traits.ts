/** What EKS offers, in the platform's words. */
import type { DnsTrait, IdentityTrait, MonitoringTrait, StorageClassTrait } from "../../cluster";
import type { PlatformConfig } from "../../config/types";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Parameters: https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md. `gp2` is what EKS
 * creates in every cluster; from 1.30 on it is not the default: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html
 */
export function storageClasses(): StorageClassTrait[] {
  const gp3 = { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" };
  return [
    ebs("standard", gp3, true),
    // 50 operations a second for each GiB, never under gp3's 3,000; a fixed number would be refused for small volumes.
    ebs("premium", { ...gp3, iopsPerGB: "50", allowAutoIOPSPerGBIncrease: "true", throughput: "250" }, false),
    ebs("gp3", gp3, false),
    {
      ...ebs("gp2", { type: "gp2", fsType: "ext4" }, false),
      provisioner: "kubernetes.io/aws-ebs",
      adopted: true,
      allowVolumeExpansion: false,
    },
  ];
}

function ebs(name: string, parameters: Record<string, string>, isDefault: boolean): StorageClassTrait {
  return {
    name,
    provisioner: "ebs.csi.aws.com",
    parameters,
    default: isDefault,
    adopted: false,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    accessModes: ["ReadWriteOnce"],
  };
}

/** AWS runs the control plane and shows only the API server; kube-proxy's metrics listen on the node's loopback. */
export const monitoring: MonitoringTrait = {
  etcd: false,
  scheduler: false,
  controllerManager: false,
  kubeProxy: false,
  coreDns: true,
  kubeDns: false,
};

/** With Pod Identity the association says it all: nothing is written on the service account or the pods. */
export function identity(namespace: string, serviceAccount: string): IdentityTrait {
  return { namespace, serviceAccount, annotations: {}, podLabels: {} };
}

export function dns(config: Pick<PlatformConfig, "region">, zoneId: pulumi.Output<string>): DnsTrait {
  return {
    provider: "aws",
    zoneId,
    acmeSolver: { dns01: { route53: { region: config.region, hostedZoneID: zoneId } } },
  };
}
