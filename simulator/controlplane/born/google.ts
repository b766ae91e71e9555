/**
 * What a cluster of GKE has from its first minute, as far as it is the same for all: the Service of its DNS, and what
 * Google's roles allow. Classes, definitions and system pods depend on the cluster's settings:
 * simulator/gcp/systemObjects.ts.
 */
import type { KubernetesManifest } from "../../cloud/behaviour";
import { dnsService } from "./dns";

/**
 * Google's roles for Kubernetes, and the roles of Kubernetes that come nearest. Google authorizes beside RBAC, by rules of
 * its own; here each role is a group with a role of Kubernetes.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/iam#predefined
 */
export const googleRoles: Record<string, string> = {
  "roles/owner": "cluster-admin",
  "roles/container.admin": "cluster-admin",
  "roles/editor": "edit",
  "roles/container.developer": "edit",
  "roles/viewer": "view",
  "roles/container.viewer": "view",
};

/** The group that may do what the role allows. */
export function googleRoleGroup(role: string): string {
  return `simulator:${role}`;
}

export function bornOnGoogle(serviceCidr: string): KubernetesManifest[] {
  return [dnsService(serviceCidr), ...Object.entries(googleRoles).map(roleBinding)];
}

function roleBinding([role, kubernetesRole]: [string, string]): KubernetesManifest {
  const rbac = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: `simulator-google-${role.replace("roles/", "").replace(".", "-")}` },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: kubernetesRole },
    subjects: [{ apiGroup: rbac, kind: "Group", name: googleRoleGroup(role) }],
  };
}
