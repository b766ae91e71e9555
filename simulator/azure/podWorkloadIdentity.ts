/**
 * What AKS' webhook for Workload Identity puts into a pod that asks for it: the identity that its service account names, and
 * a token for Entra. https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-labels-and-annotations
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import type { Inventory } from "../cloud/behaviour";
import type { PodPlace } from "../cloud/services";
import { object } from "../cloud/values";
import { tokenOf } from "../programs/surroundings";
import { tenantId } from "./account";
import { entraHost } from "./entra";
import { sameId } from "./ids";

const label = "azure.workload.identity/use";
const annotations = { client: "azure.workload.identity/client-id", tenant: "azure.workload.identity/tenant-id" };
const audience = "api://AzureADTokenExchange";
const tokenFile = "/var/run/secrets/azure/tokens/azure-identity-token";

/** The longest that a pod may ask for: nobody renews it here. */
const tokenSeconds = 86_400;

/** @returns variables for the pod: none on another cloud, in a cluster without the webhook, or without the label. */
export async function workloadIdentity(
  { pod, cluster, config, folder }: PodPlace,
  inventory: Pick<Inventory, "list">,
): Promise<Record<string, string>> {
  const found = inventory
    .list("azure-native:containerservice:ManagedCluster")
    .find(({ id }) => cluster.cloud === "azure" && sameId(id, cluster.id));
  const webhook = object(object(found?.outputs ?? {}, "securityProfile"), "workloadIdentity");
  if (webhook.enabled !== true || pod.metadata?.labels?.[label] !== "true") return {};
  const { namespace = "" } = pod.metadata;
  const name = pod.spec?.serviceAccountName ?? "default";
  const { metadata } = await config.makeApiClient(CoreV1Api).readNamespacedServiceAccount({ name, namespace });
  const file = join(folder, tokenFile);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, await tokenOf(pod, config, [audience], tokenSeconds), { mode: 0o600 });
  return {
    AZURE_CLIENT_ID: metadata?.annotations?.[annotations.client] ?? "",
    AZURE_TENANT_ID: metadata?.annotations?.[annotations.tenant] ?? tenantId,
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_AUTHORITY_HOST: `https://${entraHost}/`,
  };
}
