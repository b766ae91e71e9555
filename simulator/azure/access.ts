/** Who a principal of Entra is on a cluster: itself, with what Azure's roles allow it there. */
import { text, object } from "../cloud/values";
import { azureRoles, roleGroup } from "../controlplane/born/azure";
import type { Identity } from "../controlplane/authentication";
import { caller, tenantId } from "./account";
import { propagationSeconds, rolesOn, type Asking } from "./authorization";
import { sameId } from "./ids";

/**
 * Whoever the tenant knows is let in, and may do what its roles say as soon as the API server has heard of them:
 * https://learn.microsoft.com/azure/aks/entra-id-authorization
 *
 * @param principal the id of an object of the directory, or `client:` and that of an application
 * @returns undefined on a cluster that does not ask Entra, or for an application that there is none of
 */
export function identifyOnAzure(asking: Asking, clusterId: string, principal: string): Identity | undefined {
  const cluster = asking.inventory
    .list("azure-native:containerservice:ManagedCluster")
    .find(({ id }) => sameId(id, clusterId));
  const aad = object(cluster?.outputs ?? {}, "aadProfile");
  const objectId = objectOf(principal, asking);
  if (!cluster || aad.managed !== true || objectId === undefined) return undefined;
  const roles = aad.enableAzureRBAC === true ? rolesOn(cluster.id, objectId, asking, propagationSeconds) : [];
  return {
    username: objectId,
    uid: objectId,
    groups: roles.filter(({ name }) => name in azureRoles).map(({ name }) => roleGroup(name)),
    extra: { oid: [objectId], tid: [tenantId] },
  };
}

function objectOf(principal: string, { inventory }: Asking): string | undefined {
  if (!principal.startsWith("client:")) return principal;
  const clientId = principal.slice("client:".length);
  if (clientId === caller.clientId) return caller.objectId;
  const identity = inventory
    .list("azure-native:managedidentity:UserAssignedIdentity")
    .find(({ outputs }) => outputs.clientId === clientId);
  return identity && text(identity.outputs, "principalId");
}
