/** Who may use the cluster's API: IAM principals mapped to Kubernetes groups. */
import { AccessEntry, AccessPolicyAssociation } from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";

import type { AccessConfig } from "../../config/types";
import { type Account, managedClusterPolicy } from "./iam";

/** Kubernetes groups that the platform binds roles to. */
export const groups = { developers: "platform:developers", operations: "platform:operations" } as const;

interface Grant {
  admin: boolean;
  groups: string[];
}

/**
 * An access entry for each principal. EKS keeps one entry a principal, so one that is named in several lists gets them
 * all in one. For the same reason the principal that creates the cluster must not be named: EKS has made it an
 * administrator by then, and the component leaves no choice there (https://github.com/pulumi/pulumi-eks/issues/2373).
 */
export function grantAccess(
  name: string,
  access: AccessConfig,
  clusterName: pulumi.Input<string>,
  account: Account,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  return [...grantsByPrincipal(access)].flatMap(([principalArn, grant]) => {
    const entryName = `${name}-access-${shortName(principalArn)}`;
    const entry = new AccessEntry(
      entryName,
      { clusterName, principalArn, type: "STANDARD", kubernetesGroups: grant.groups, tags: { Name: entryName } },
      { parent },
    );
    if (!grant.admin) {
      return [entry];
    }
    const policy = new AccessPolicyAssociation(
      entryName,
      {
        clusterName,
        principalArn,
        policyArn: managedClusterPolicy(account, "AmazonEKSClusterAdminPolicy"),
        accessScope: { type: "cluster" },
      },
      { parent, dependsOn: [entry] },
    );
    return [entry, policy];
  });
}

/** What each principal may do, over all lists. */
export function grantsByPrincipal(access: AccessConfig): Map<string, Grant> {
  const grants = new Map<string, Grant>();
  const grantOf = (principal: string): Grant => {
    const grant = grants.get(principal) ?? { admin: false, groups: [] };
    grants.set(principal, grant);
    return grant;
  };
  access.adminGroups.forEach((principal) => (grantOf(principal).admin = true));
  access.developerGroups.forEach((principal) => grantOf(principal).groups.push(groups.developers));
  access.operationsGroups.forEach((principal) => grantOf(principal).groups.push(groups.operations));
  return grants;
}

/** The role's own name, and a hash that tells roles of the same name in several accounts apart. */
function shortName(arn: string): string {
  const hash = createHash("sha256").update(arn).digest("hex").slice(0, 6);
  return `${arn.split("/").at(-1) ?? ""}-${hash}`;
}
