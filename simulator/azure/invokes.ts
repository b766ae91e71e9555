/** What Azure's functions answer. */
import type { Context } from "../cloud/behaviour";
import { text } from "../cloud/values";
import type { Properties } from "../provider";
import { caller, subscriptionId, tenantId } from "./account";
import { idOf, sameId } from "./ids";
import { requestOf } from "./managedCluster";
import { badRequest, notFound } from "./refusals";
import { find, findGroup } from "./resource";

type Invoke = (args: Properties, context: Context) => Properties | Promise<Properties>;

export const azureInvokes: Record<string, Invoke> = {
  "azure-native:authorization:getClientConfig": () => ({ ...caller, subscriptionId, tenantId }),
  "azure-native:containerservice:listManagedClusterUserCredentials": userCredentials,
  "azure-native:dns:getRecordSet": (args, context) => looked("azure-native:dns:RecordSet", args, context),
  "azure-native:dns:getZone": zone,
  "azure-native:network:getSubnet": (args, context) => looked("azure-native:network:Subnet", args, context),
  "azure-native:network:getVirtualNetwork": (args, context) =>
    looked("azure-native:network:VirtualNetwork", args, context),
  "azure-native:resources:getResourceGroup"(args, context) {
    const name = text(args, "resourceGroupName");
    const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
    return { id, name, location: "westeurope", ...findGroup(name, context)?.outputs };
  },
};

/**
 * A resource of this stack, or one that was there before. The rehearsed subscription stands for the one that such a
 * network is in.
 */
function looked(type: string, args: Properties, context: Context): Properties {
  const id = idOf(type, args, context);
  const inSubscription = (one: string) => one.split("/").slice(3).join("/");
  const before = context.inventory
    .list(type)
    .find((record) => record.urn === "" && sameId(inSubscription(record.id), inSubscription(id)));
  const record = find(type, id, context) ?? before;
  if (!record) throw new Error(notFound(id));
  return { ...record.outputs, id: record.id };
}

/** The user's domains are registered, and each has a zone. */
function zone(args: Properties): Properties {
  const [name, group] = [text(args, "zoneName"), text(args, "resourceGroupName")];
  return {
    azureApiVersion: "2023-07-01-preview",
    id: `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/dnszones/${name}`,
    location: "global",
    maxNumberOfRecordSets: 10_000,
    name,
    nameServers: [1, 2, 3, 4].map((n) => `ns${n}-01.azure-dns.${["com", "net", "org", "info"][n - 1] ?? "com"}.`),
    numberOfRecordSets: 2,
    type: "Microsoft.Network/dnszones",
    zoneType: "Public",
  };
}

/** AKS' own kubeconfig, which asks for a device code: https://learn.microsoft.com/azure/aks/kubelogin-authentication */
async function userCredentials(args: Properties, context: Context): Promise<Properties> {
  const type = "azure-native:containerservice:ManagedCluster";
  const id = idOf(type, args, context);
  const cluster = find(type, id, context);
  if (!cluster) throw new Error(notFound(id));
  const name = text(cluster.outputs, "name");
  // It is running: this tells what it is known by.
  const { certificateAuthority } = await context.clusters.start(requestOf(cluster.id, cluster.outputs));
  const server = `https://${serverOf(cluster.outputs, text(args, "serverFqdn"))}:443`;
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: ["get-token", "--environment", "AzurePublicCloud", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
    provideClusterInfo: false,
  };
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": certificateAuthority } }],
    contexts: [{ name, context: { cluster: name, user: `clusterUser_${name}` } }],
    "current-context": name,
    users: [{ name: `clusterUser_${name}`, user: { exec } }],
  };
  return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(JSON.stringify(kubeconfig)).toString("base64") }] };
}

/**
 * The private name where there is one, unless the other is asked for: https://learn.microsoft.com/azure/aks/private-clusters,
 * `az aks get-credentials --public-fqdn` in azure-cli's acs/custom.py. Nobody outside of the nodes' network finds the
 * private one.
 */
function serverOf(outputs: Properties, serverFqdn: string): string {
  const [open, inside] = [text(outputs, "fqdn"), text(outputs, "privateFQDN")];
  if (serverFqdn === "") return inside || open;
  if (serverFqdn !== "public" || open === "") {
    throw new Error(badRequest(`The cluster has no server FQDN of the type '${serverFqdn}'.`));
  }
  return open;
}
