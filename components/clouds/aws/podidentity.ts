/** AWS identities of pods, by EKS Pod Identity: a role that one service account of one namespace may take. */
import { PodIdentityAssociation } from "@pulumi/aws/eks";
import { Role, RolePolicy, RolePolicyAttachment } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import { type Account, managedPolicy, policyDocument, type Statement } from "./iam";
import { longest, withinLimit } from "./names";

export interface PodIdentityArgs {
  account: Account;
  /** Named so that the association follows the cluster; the role does not wait for it. */
  clusterName: pulumi.Input<string>;
  namespace: string;
  serviceAccount: string;
  /** What the pods may do: statements of our own, or the path of a policy that AWS maintains. */
  policy: Statement[] | string;
}

/**
 * A role with exactly one policy and the association with its service account. Pods that start before the association
 * exists get no credentials, and never will without a restart: whatever runs them depends on `association`.
 */
export class PodIdentity extends pulumi.ComponentResource {
  readonly association: PodIdentityAssociation;

  constructor(
    name: string,
    controller: string,
    { account, clusterName, namespace, serviceAccount, policy }: PodIdentityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const full = `${name}-${controller}`;
    super("platform:aws:PodIdentity", full, {}, opts);
    const role = new Role(
      withinLimit(name, controller, longest.role),
      {
        description: `${namespace}/${serviceAccount} of the cluster ${name}`,
        assumeRolePolicy: trustPods(namespace, serviceAccount),
        tags: { Name: full },
      },
      { parent: this },
    );
    const permission =
      typeof policy === "string"
        ? new RolePolicyAttachment(
            full,
            { role: role.name, policyArn: managedPolicy(account, policy) },
            { parent: this },
          )
        : new RolePolicy(full, { role: role.name, policy: policyDocument(policy) }, { parent: this });
    this.association = new PodIdentityAssociation(
      full,
      { clusterName, namespace, serviceAccount, roleArn: role.arn, tags: { Name: full } },
      { parent: this, dependsOn: [permission] },
    );
    this.registerOutputs();
  }
}

/**
 * EKS takes the role for a pod and tags the session with where the pod is from; the condition keeps an association
 * with another service account from working: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
function trustPods(namespace: string, serviceAccount: string): pulumi.Output<string> {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:RequestTag/kubernetes-namespace": namespace,
          "aws:RequestTag/kubernetes-service-account": serviceAccount,
        },
      },
    },
  ]);
}
