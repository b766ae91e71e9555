/** Service accounts and custom roles. */
import type { Context } from "../cloud/behaviour";
import { text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { first, googleError } from "./refusals";
import { autoName, digits, owned, projectOf, type Resource } from "./resource";

/** https://cloud.google.com/iam/quotas */
const accountsOfProject = 100;
const rolesOfProject = 300;

const account: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, { longest: 30, property: "accountId" }),
    disabled: false,
  }),
  uniqueName(inputs, context) {
    const project = projectOf(inputs, context);
    const name = text(inputs, "accountId");
    const message = `Service account ${name} already exists within project projects/${project}.`;
    return {
      scope: project,
      name,
      taken: `Error creating service account: ${googleError(409, message, "alreadyExists")}`,
    };
  },
  refuse: (_inputs, { inventory }) =>
    inventory.list("gcp:serviceaccount/account:Account").length >= accountsOfProject
      ? `Error creating service account: ${googleError(429, "Maximum number of service accounts on project reached.", "rateLimitExceeded")}`
      : undefined,
  create(inputs, context) {
    const email = emailOf(inputs, context);
    const id = `projects/${projectOf(inputs, context)}/serviceAccounts/${email}`;
    // Another one of the same name is another account: grants to the former one are not its.
    return { id, outputs: { email, member: `serviceAccount:${email}`, name: id, uniqueId: digits(context, 21) } };
  },
};

function emailOf(inputs: Properties, context: Context): string {
  return `${text(inputs, "accountId")}@${projectOf(inputs, context)}.iam.gserviceaccount.com`;
}

/**
 * A deleted role's id is free again after 37 days at the earliest. In the first seven the provider brings the deleted role
 * back in place of a new one, so a stack that is made anew gets it: `resourceGoogleProjectIamCustomRoleCreate`.
 */
const customRole: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context, { property: "roleId" }), stage: "GA" }),
  uniqueName(inputs, context) {
    const name = roleName(inputs, context);
    const message = `A role named ${text(inputs, "roleId")} in projects/${projectOf(inputs, context)} already exists.`;
    return {
      scope: "project",
      name,
      taken: `Error creating the custom project role ${name}: ${googleError(409, message, "alreadyExists")}`,
    };
  },
  refuse: (inputs, { inventory }) =>
    first(
      texts(inputs, "permissions").length === 0 && "permissions: at least one is needed",
      inventory.list("gcp:projects/iAMCustomRole:IAMCustomRole").length >= rolesOfProject &&
        `Error creating the custom project role: ${googleError(429, "Maximum number of roles reached. Maximum is 300.", "rateLimitExceeded")}`,
    ),
  create(inputs, context) {
    const id = roleName(inputs, context);
    return { id, outputs: { deleted: false, name: id } };
  },
};

function roleName(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/roles/${text(inputs, "roleId")}`;
}

export const accountBehaviours: Record<string, Resource> = {
  "gcp:projects/iAMCustomRole:IAMCustomRole": owned(customRole),
  "gcp:serviceaccount/account:Account": owned(account),
};
