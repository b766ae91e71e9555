/** What a cluster of each cloud has from its first minute, before anybody installs anything. */
import type { ClusterRequest, KubernetesManifest } from "../cloud/behaviour";
import { bornOnAzure } from "./born/azure";
import { dnsService } from "./born/dns";
import { bornOnGoogle } from "./born/google";

export function bornWith(cluster: ClusterRequest): KubernetesManifest[] {
  switch (cluster.cloud) {
    case "aws":
      return [gp2, dnsService(cluster.serviceCidr), adminView, ...Object.entries(accessPolicies).map(policyBinding)];
    case "local":
      // The rest is its distribution's: simulator/local.
      return [dnsService(cluster.serviceCidr)];
    case "azure":
      return bornOnAzure(cluster.serviceCidr);
    case "gcp":
      return bornOnGoogle(cluster.serviceCidr);
  }
}

/**
 * EKS's own class. From 1.30 on it is not the default one:
 * docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-extended.html ("Kubernetes 1.30").
 */
const gp2: KubernetesManifest = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "gp2" },
  provisioner: "kubernetes.io/aws-ebs",
  parameters: { type: "gp2", fsType: "ext4" },
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

/**
 * EKS' access policies that a person may have, and the roles of Kubernetes that come nearest. EKS authorizes beside RBAC,
 * by rules of its own; here each policy is a group with a role.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
export const accessPolicies = {
  AmazonEKSClusterAdminPolicy: "cluster-admin",
  AmazonEKSAdminPolicy: "admin",
  AmazonEKSAdminViewPolicy: "simulator-admin-view",
  AmazonEKSEditPolicy: "edit",
  AmazonEKSViewPolicy: "view",
} as const;

/** The group that has what the policy allows. */
export function policyGroup(policy: string): string {
  return `simulator:${policy}`;
}

const adminView: KubernetesManifest = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: accessPolicies.AmazonEKSAdminViewPolicy },
  rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] }],
};

function policyBinding([policy, role]: [string, string]): KubernetesManifest {
  const rbac = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: `simulator-${policy.toLowerCase()}` },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: rbac, kind: "Group", name: policyGroup(policy) }],
  };
}
