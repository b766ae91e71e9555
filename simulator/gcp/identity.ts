/** Who a principal of Google's is on a cluster: itself, with what the project's roles allow it there. */
import type { Inventory } from "../cloud/behaviour";
import { text } from "../cloud/values";
import { googleRoleGroup, googleRoles } from "../controlplane/born/google";
import type { Identity } from "../controlplane/authentication";

/** Who runs a rehearsal: the owner of its project. */
const owner = "owner@example.com";

/**
 * Google lets everybody in whom it knows; what one may do there is said by IAM, and by RBAC under one's address.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
 *
 * @param principal an address: of a person, or of a service account.
 */
export function identifyOnGoogle(inventory: Inventory, clusterId: string, principal: string): Identity | undefined {
  const cluster = inventory.get("gcp:container/cluster:Cluster", clusterId);
  if (!cluster) return undefined;
  const kind = principal.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user";
  const granted = inventory
    .list("gcp:projects/iAMMember:IAMMember")
    .filter(({ outputs }) => outputs.project === cluster.outputs.project && outputs.member === `${kind}:${principal}`)
    .map(({ outputs }) => text(outputs, "role"));
  const roles = principal === owner ? ["roles/owner", ...granted] : granted;
  return {
    username: principal,
    uid: "",
    groups: roles.filter((role) => role in googleRoles).map(googleRoleGroup),
    extra: { "user-assertion.cloud.google.com": [""], "iam.gke.io/user-assertion": [""] },
  };
}
