/**
 * What AKS' cloud controller does with a Service of type LoadBalancer that names a public IP address: it looks for it, with
 * the rights of the cluster's identity, and puts it onto the cluster's load balancer.
 *
 * Source: https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/, https://learn.microsoft.com/azure/aks/static-ip
 */
import type { V1Service } from "@kubernetes/client-node";
import type { CloudRecord, ClusterRequest } from "../cloud/behaviour";
import { object, objects, text } from "../cloud/values";
import type { Balance } from "../controlplane/standins/loadbalancers";
import { subscriptionId } from "./account";
import { mayDo, type Asking } from "./authorization";
import { idPart, sameId } from "./ids";

const annotation = "service.beta.kubernetes.io/azure-";

/** Undefined for a Service that leaves its address to AKS. */
export function balanceOnAzure(asking: Asking, cluster: ClusterRequest, service: V1Service): ReturnType<Balance> {
  const annotations = service.metadata?.annotations ?? {};
  const name = annotations[`${annotation}pip-name`];
  const wanted = annotations[`${annotation}load-balancer-ipv4`] ?? service.spec?.loadBalancerIP;
  const record = asking.inventory
    .list("azure-native:containerservice:ManagedCluster")
    .find(({ id }) => sameId(id, cluster.id));
  if (!record || (name === undefined && wanted === undefined)) return undefined;
  const own = text(record.outputs, "nodeResourceGroup");
  const group = annotations[`${annotation}load-balancer-resource-group`] ?? own;
  const address = asking.inventory
    .list("azure-native:network:PublicIPAddress")
    .filter(({ id }) => sameId(idPart(id, "resourceGroups"), group))
    .find(({ outputs }) => (name === undefined ? outputs.ipAddress === wanted : sameId(text(outputs, "name"), name)));
  const refusal =
    forbidden(record, group, own, address, asking) ?? unusable(address, name ?? wanted ?? "", group, asking);
  return refusal === undefined && address
    ? { addresses: [{ ip: text(address.outputs, "ipAddress"), ipMode: "VIP" }] }
    : { refusal: refusal ?? "" };
}

/** In the nodes' own group AKS may do everything; elsewhere the identity has what it has been given. */
function forbidden(
  cluster: CloudRecord,
  group: string,
  own: string,
  address: CloudRecord | undefined,
  asking: Asking,
): string | undefined {
  if (sameId(group, own)) return undefined;
  const [identity] = Object.values(object(object(cluster.outputs, "identity"), "userAssignedIdentities"));
  const principalId =
    text((identity ?? {}) as Record<string, unknown>, "principalId") ||
    text(object(cluster.outputs, "identity"), "principalId");
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
  const needed = [
    { action: "Microsoft.Network/publicIPAddresses/read", on: scope },
    ...(address ? [{ action: "Microsoft.Network/publicIPAddresses/join/action", on: address.id }] : []),
  ];
  const lacking = needed.find(({ action, on }) => !mayDo(action, on, principalId, asking));
  return (
    lacking &&
    `AuthorizationFailed: The client '${principalId}' with object id '${principalId}' does not have authorization to perform action '${lacking.action}' over scope '${lacking.on}' or the scope is invalid. If access was recently granted, please refresh your credentials.`
  );
}

function unusable(
  address: CloudRecord | undefined,
  wanted: string,
  group: string,
  { inventory }: Asking,
): string | undefined {
  if (!address) return `findMatchedPIP: cannot find public IP ${wanted} in resource group ${group}`;
  if (text(object(address.outputs, "sku"), "name") !== "Standard") {
    return `PublicIPAndLBSkuDoNotMatch: Standard sku load balancer cannot reference Basic sku publicIP ${address.id}.`;
  }
  const gateway = inventory
    .list("azure-native:network:NatGateway")
    .find(({ outputs }) => objects(outputs, "publicIpAddresses").some((each) => sameId(text(each, "id"), address.id)));
  return gateway && `PublicIPAddressInUse: ${address.id} is already allocated to resource ${gateway.id}.`;
}
