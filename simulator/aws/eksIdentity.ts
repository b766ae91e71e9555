/** Who an IAM principal is on a cluster: its access entry in Kubernetes' words. */
import { createHash } from "node:crypto";
import type { Inventory } from "../cloud/behaviour";
import type { Identity } from "../controlplane/authentication";
import { policyGroup } from "../controlplane/born";
import { text, texts } from "./values";

/**
 * @param session name of the role's session, which EKS puts into the user's name
 * @returns undefined for a principal without an access entry: EKS then refuses the token
 *
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html, and what `kubectl auth whoami`
 * shows (uid, extra) in https://www.eksworkshop.com/docs/security/cluster-access-management.
 */
export function identify(
  inventory: Inventory,
  clusterArn: string,
  principalArn: string,
  session: string,
): Identity | undefined {
  const cluster = inventory.list("aws:eks/cluster:Cluster").find(({ outputs }) => outputs.arn === clusterArn);
  const entry = cluster && inventory.get("aws:eks/accessEntry:AccessEntry", `${cluster.id}:${principalArn}`);
  if (!entry) return undefined;
  const policies = inventory
    .list("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    .filter(({ outputs }) => outputs.clusterName === cluster.id && outputs.principalArn === principalArn)
    .map(({ outputs }) => text(outputs, "policyArn").split("/").at(-1) ?? "");
  const [, , , , account = "", resource = ""] = principalArn.split(":");
  const name = resource.split("/").at(-1) ?? "";
  return {
    username: text(entry.outputs, "userName").replace("{{SessionName}}", session),
    uid: `aws-iam-authenticator:${account}:AROA${createHash("sha256").update(principalArn).digest("hex").slice(0, 17).toUpperCase()}`,
    groups: [...texts(entry.outputs, "kubernetesGroups"), ...policies.map(policyGroup)],
    extra: {
      arn: [`arn:aws:sts::${account}:assumed-role/${name}/${session}`],
      canonicalArn: [principalArn],
      sessionName: [session],
    },
  };
}
