/** What people may do on the cluster. Admins come through the cloud: each has its own way to make one. */
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";

import { groups } from "./argocd/settings";
import type { AccessConfig } from "./config/types";

/**
 * Developers look at everything but Secrets. Operations also restart and scale what runs, and drain nodes; what is
 * deployed stays Git's.
 *
 * The subjects are the configured groups by their own names, as AKS and GKE pass them on, and the neutral names that EKS
 * maps its roles to.
 */
export function grantAccess(name: string, access: AccessConfig, opts: pulumi.CustomResourceOptions): void {
  const operations = new ClusterRole(
    `${name}-operations`,
    {
      metadata: { name: "platform-operations" },
      rules: [
        { apiGroups: [""], resources: ["pods"], verbs: ["delete"] },
        { apiGroups: [""], resources: ["pods/eviction", "pods/portforward"], verbs: ["create"] },
        { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch", "patch"] },
        { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets"], verbs: ["patch"] },
        {
          apiGroups: ["apps"],
          resources: ["deployments/scale", "statefulsets/scale"],
          verbs: ["get", "update", "patch"],
        },
      ],
    },
    opts,
  );
  const bind = (binding: string, role: pulumi.Input<string>, members: string[]): void => {
    new ClusterRoleBinding(
      `${name}-${binding}`,
      {
        metadata: { name: `platform-${binding}` },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
        subjects: members.map((member) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: member })),
      },
      opts,
    );
  };
  const developers = [groups.developers, ...access.developerGroups];
  const operators = [groups.operations, ...access.operationsGroups];
  bind("view", "view", [...developers, ...operators]);
  bind("operations", operations.metadata.name, operators);
}
