/** How the cluster is spoken to. */
import type { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import { listManagedClusterUserCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import type { Caller, Place } from "./place";

/** The application that every AKS cluster's tokens are for: https://azure.github.io/kubelogin/concepts/aks.html */
const serverId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** What of AKS' own kubeconfig is used: where the API server is, and by which authority it is known. */
interface AksKubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
}

export interface KubeconfigArgs {
  place: Place;
  caller: Caller;
  /** The API server has no public address. */
  isPrivate: boolean;
}

/**
 * A kubeconfig that asks kubelogin for a token each time, as whoever the Azure CLI is logged in as: a person by `az login`,
 * a pipeline by its log-in step. `AAD_LOGIN_METHOD` in the environment chooses another of kubelogin's ways, such as
 * `workloadidentity` or `spn`.
 *
 * A private API server has two names. AKS tells the one that only the nodes' network finds, unless it is asked for the other,
 * which everybody finds and whose address only connected networks reach:
 * https://learn.microsoft.com/azure/aks/private-clusters#disable-a-public-fqdn
 */
export function kubeconfigOf(
  cluster: ManagedCluster,
  { place: { resourceGroupName }, caller: { tenantId }, isPrivate }: KubeconfigArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { kubeconfigs } = listManagedClusterUserCredentialsOutput(
    { resourceGroupName, resourceName: cluster.name, ...(isPrivate ? { serverFqdn: "public" } : {}) },
    { parent },
  );
  const text = pulumi.all([cluster.name, kubeconfigs]).apply(([name, [found]]) => {
    const { server, authority } = endpointOf(name, found?.value);
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
      users: [
        {
          name,
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "kubelogin",
              args: ["get-token", "--login", "azurecli", "--server-id", serverId, "--tenant-id", tenantId],
              interactiveMode: "Never",
              installHint: "Install kubelogin: https://azure.github.io/kubelogin/install.html",
            },
          },
        },
      ],
    });
  });
  return pulumi.secret(text);
}

/** @throws where Azure's answer has no cluster in it */
function endpointOf(name: string, base64 = ""): { server: string; authority: string } {
  const found = parse(Buffer.from(base64, "base64").toString("utf8")) as AksKubeconfig | null;
  const cluster = found?.clusters[0]?.cluster;
  if (cluster === undefined) {
    throw new Error(`Azure gives no kubeconfig for the cluster "${name}"; see az aks get-credentials`);
  }
  return { server: cluster.server, authority: cluster["certificate-authority-data"] };
}
