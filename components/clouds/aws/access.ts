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
 * all in one.
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

/**
 * Refuses a list that names the identity which creates the cluster. EKS makes it an administrator, by an entry of its
 * own that no other may stand beside, and the component leaves no choice there
 * (https://github.com/pulumi/pulumi-eks/issues/2373): the cluster would be up before EKS refused.
 *
 * @param callerArn of the identity that runs `up`: a user's, or that of a role's session
 * @throws with every list that names it
 */
export function checkCreator(access: AccessConfig, callerArn: string): void {
  const creator = identityOf(callerArn);
  const problems = (["adminGroups", "developerGroups", "operationsGroups"] as const).flatMap((list) =>
    access[list]
      .filter((principal) => identityOf(principal) === creator)
      .map(
        (principal) =>
          `access.${list}: "${principal}" is the identity that creates the cluster, which EKS makes an administrator by ` +
          `itself and then refuses here; leave it out, or let another identity create the cluster`,
      ),
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** Account, kind and name, the same for a role and its sessions: a session's ARN leaves the role's path out. */
function identityOf(arn: string): string {
  const [, , , , account = "", resource = ""] = arn.split(":");
  const [kind = "", ...path] = resource.split("/");
  return kind === "assumed-role" ? `${account} role ${path[0] ?? ""}` : `${account} ${kind} ${path.at(-1) ?? ""}`;
}

/** The role's own name, and a hash that tells roles of the same name in several accounts apart. */
function shortName(arn: string): string {
  const hash = createHash("sha256").update(arn).digest("hex").slice(0, 6);
  return `${arn.split("/").at(-1) ?? ""}-${hash}`;
}
