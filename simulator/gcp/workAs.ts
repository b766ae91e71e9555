/** Who may work as a service account. https://cloud.google.com/iam/docs/service-account-permissions */
import type { Inventory } from "../cloud/behaviour";
import { text } from "../cloud/values";
import { memberOf } from "./members";

/** Predefined roles with `iam.serviceAccounts.getAccessToken`. */
const roles = ["roles/iam.workloadIdentityUser", "roles/iam.serviceAccountTokenCreator"];

/**
 * Whether an account lets somebody have its tokens.
 *
 * @param member as policies name it.
 * @param email the account's.
 */
export function mayWorkAs(inventory: Pick<Inventory, "list">, member: string, email: string): boolean {
  return inventory
    .list("gcp:serviceaccount/iAMMember:IAMMember")
    .map(({ outputs }) => outputs)
    .some(
      (outputs) =>
        roles.includes(text(outputs, "role")) &&
        text(outputs, "serviceAccountId").endsWith(`/${email}`) &&
        memberOf(outputs) === member.toLowerCase(),
    );
}

/** IAM's words for who may not: https://github.com/google-github-actions/auth/blob/main/docs/TROUBLESHOOTING.md */
export const noAccessToken =
  "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
