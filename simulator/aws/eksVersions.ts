/**
 * What EKS offers for each Kubernetes minor version, on 2026-11-21: versions in standard and extended support, and the
 * add-ons' versions that users saw resolved for them.
 *
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html,
 * https://endoflife.date/amazon-eks, the tables of
 * https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html (and managing-coredns, managing-vpc-cni,
 * workloads-add-ons-available-eks), and published configurations of clusters of these versions.
 */
interface Offer {
  platformVersion: string;
  kubeProxy: string;
  coreDns: string;
}

const offers: Record<string, Offer> = {
  "1.31": { platformVersion: "eks.50", kubeProxy: "v1.31.14-eksbuild.2", coreDns: "v1.11.4-eksbuild.24" },
  "1.32": { platformVersion: "eks.34", kubeProxy: "v1.32.11-eksbuild.2", coreDns: "v1.11.4-eksbuild.24" },
  "1.33": { platformVersion: "eks.27", kubeProxy: "v1.33.7-eksbuild.2", coreDns: "v1.12.4-eksbuild.1" },
  "1.34": { platformVersion: "eks.13", kubeProxy: "v1.34.1-eksbuild.2", coreDns: "v1.12.4-eksbuild.6" },
  "1.35": { platformVersion: "eks.3", kubeProxy: "v1.35.0-eksbuild.2", coreDns: "v1.13.2-eksbuild.1" },
  "1.36": { platformVersion: "eks.1", kubeProxy: "v1.36.0-eksbuild.21", coreDns: "v1.14.3-eksbuild.16" },
};

/** Add-ons that have one version for all of these Kubernetes versions. */
const independent: Record<string, string> = {
  "vpc-cni": "v1.22.4-eksbuild.3",
  "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
  // Seen on EKS 1.34: https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/CHANGELOG-2.x.md
  "aws-efs-csi-driver": "v2.1.15-eksbuild.1",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
};

export const kubernetesVersions = Object.keys(offers);

export function platformVersion(kubernetesVersion: string): string {
  return offers[kubernetesVersion]?.platformVersion ?? "eks.1";
}

/** The add-on's default version, which here is the latest one too; undefined where EKS has none. */
export function addonVersion(addonName: string, kubernetesVersion: string): string | undefined {
  const offer = offers[kubernetesVersion];
  if (!offer) return undefined;
  if (addonName === "kube-proxy") return offer.kubeProxy;
  if (addonName === "coredns") return offer.coreDns;
  return independent[addonName];
}

/** Whether EKS has the add-on at all. */
export function isAddon(addonName: string): boolean {
  return ["kube-proxy", "coredns"].includes(addonName) || independent[addonName] !== undefined;
}

/** The minor number: 35 of `1.35`. */
export function minor(version: string): number {
  return Number(version.split(".")[1]);
}
