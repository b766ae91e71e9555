/** Identities of Google's: service accounts, what they may do, and which pods work in their name. */
import { IAMMember as ProjectMember } from "@pulumi/gcp/projects";
import { Account, IAMMember as AccountMember } from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";

import type { IdentityTrait } from "../../cluster";
import { named } from "./names";
import type { Project } from "./project";

/** A service account of the stack's own. */
export function serviceAccount(
  name: string,
  { purpose, description }: { purpose: string; description: string },
  opts: pulumi.CustomResourceOptions,
): Account {
  return new Account(named(name, purpose, "serviceAccount"), { displayName: `${name} ${purpose}`, description }, opts);
}

/** Lets the account take a role in the whole project. */
export function grantProject(
  name: string,
  { project, role, account }: { project: Project; role: pulumi.Input<string>; account: Account },
  parent: pulumi.Resource,
  after: pulumi.Resource[] = [],
): ProjectMember {
  return new ProjectMember(name, { project: project.id, role, member: account.member }, { parent, dependsOn: after });
}

/** Pool of the project's Kubernetes service accounts: https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity */
export function workloadPool(project: Project): string {
  return `${project.id}.svc.id.goog`;
}

export interface PodIdentityArgs {
  project: Project;
  /** Namespace and Kubernetes service account, both called so. */
  controller: string;
  description: string;
}

/**
 * A service account that the pods of one Kubernetes service account work as. Roles granted to an account of the stack's
 * own go with the stack; granted to the Kubernetes service account itself, by its name, they would be the same for every
 * cluster of the project, and one stack's teardown would take the other's.
 */
export class PodIdentity extends pulumi.ComponentResource {
  readonly account: Account;
  readonly trait: IdentityTrait;
  /** Pods get no token before it exists: whatever runs them depends on it. */
  readonly binding: AccountMember;

  constructor(
    readonly prefix: string,
    { project, controller, description }: PodIdentityArgs,
    /** The pool of the project exists once the project's first cluster does. */
    cluster: pulumi.Resource,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:PodIdentity", `${prefix}-${controller}`, {}, opts);
    this.account = serviceAccount(prefix, { purpose: controller, description }, { parent: this });
    this.binding = new AccountMember(
      `${prefix}-${controller}`,
      {
        serviceAccountId: this.account.name,
        role: "roles/iam.workloadIdentityUser",
        member: `serviceAccount:${workloadPool(project)}[${controller}/${controller}]`,
      },
      { parent: this, dependsOn: [cluster] },
    );
    this.trait = {
      namespace: controller,
      serviceAccount: controller,
      annotations: { "iam.gke.io/gcp-service-account": this.account.email },
      podLabels: {},
    };
    this.registerOutputs();
  }
}
