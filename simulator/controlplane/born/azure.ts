/**
 * What a cluster of AKS has from its first minute, as far as it is the same for all: the Service of its DNS, and what
 * Azure's roles allow. Classes and system pods depend on the cluster's zones and settings: simulator/azure/systemObjects.ts.
 */
import type { KubernetesManifest } from "../../cloud/behaviour";
import { dnsService } from "./dns";

/**
 * Azure's roles for Kubernetes, and the roles of Kubernetes that come nearest. Azure authorizes beside RBAC, by rules of
 * its own; here each role is a group with a role of Kubernetes.
 * https://learn.microsoft.com/azure/aks/entra-id-authorization#aks-built-in-roles
 */
export const azureRoles = {
  "Azure Kubernetes Service RBAC Cluster Admin": "cluster-admin",
  "Azure Kubernetes Service RBAC Admin": "admin",
  "Azure Kubernetes Service RBAC Writer": "edit",
  "Azure Kubernetes Service RBAC Reader": "view",
} as const;

/** The group that may do what the role allows. */
export function roleGroup(role: string): string {
  return `simulator:${role}`;
}

export function bornOnAzure(serviceCidr: string): KubernetesManifest[] {
  return [dnsService(serviceCidr), ...Object.entries(azureRoles).map(roleBinding)];
}

function roleBinding([role, kubernetesRole]: [string, string]): KubernetesManifest {
  const rbac = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: `simulator-azure-${kubernetesRole}` },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: kubernetesRole },
    subjects: [{ apiGroup: rbac, kind: "Group", name: roleGroup(role) }],
  };
}
