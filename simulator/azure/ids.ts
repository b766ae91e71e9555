/**
 * Where each type of Azure stands: the path of its id, whose last name Pulumi makes up where the program leaves it out.
 *
 * Paths: the types' API specifications, https://github.com/Azure/azure-rest-api-specs. AKS answers with `resourcegroups` in
 * small letters where every other API keeps to `resourceGroups`: recorded in pulumi-azure-native,
 * provider/pkg/provider/testdata/recorded/TestProviderUpgrade/upgrade-containerservice-agentpool.
 */
import { createHash } from "node:crypto";
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { text } from "../cloud/values";

interface Place {
  /** Path below the subscription, or below the input that names the scope; inputs in braces. */
  path: string;
  /** How Pulumi names what the program does not: a random suffix for what stands in a resource group by itself. */
  naming: "random" | "copy" | "uuid";
}

const inGroup = (kind: string, name: string): Place => ({
  path: `/subscriptions/{subscription}/resourceGroups/{resourceGroupName}/providers/${kind}/{${name}}`,
  naming: "random",
});
const below = (parent: Place, kind: string, name: string): Place => ({
  path: `${parent.path}/${kind}/{${name}}`,
  naming: "copy",
});

const managedCluster: Place = {
  path: "/subscriptions/{subscription}/resourcegroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}",
  naming: "random",
};
const vault = inGroup("Microsoft.KeyVault/vaults", "vaultName");
const identity = inGroup("Microsoft.ManagedIdentity/userAssignedIdentities", "resourceName");
const network = inGroup("Microsoft.Network/virtualNetworks", "virtualNetworkName");
const account = inGroup("Microsoft.Storage/storageAccounts", "accountName");
const blobs: Place = { path: `${account.path}/blobServices/default`, naming: "copy" };

export const places: Record<string, Place> = {
  "azure-native:authorization:RoleAssignment": {
    path: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    naming: "uuid",
  },
  "azure-native:containerservice:AgentPool": below(managedCluster, "agentPools", "agentPoolName"),
  "azure-native:containerservice:MaintenanceConfiguration": below(
    managedCluster,
    "maintenanceConfigurations",
    "configName",
  ),
  "azure-native:containerservice:ManagedCluster": managedCluster,
  "azure-native:dns:RecordSet": {
    path: "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/dnsZones/{zoneName}/{recordType}/{relativeRecordSetName}",
    naming: "copy",
  },
  "azure-native:keyvault:Key": below(vault, "keys", "keyName"),
  "azure-native:keyvault:Vault": vault,
  "azure-native:managedidentity:FederatedIdentityCredential": below(
    identity,
    "federatedIdentityCredentials",
    "federatedIdentityCredentialResourceName",
  ),
  "azure-native:managedidentity:UserAssignedIdentity": identity,
  "azure-native:monitor:DiagnosticSetting": {
    path: "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    naming: "copy",
  },
  "azure-native:network:DdosProtectionPlan": inGroup("Microsoft.Network/ddosProtectionPlans", "ddosProtectionPlanName"),
  "azure-native:network:NatGateway": inGroup("Microsoft.Network/natGateways", "natGatewayName"),
  "azure-native:network:NetworkSecurityGroup": inGroup(
    "Microsoft.Network/networkSecurityGroups",
    "networkSecurityGroupName",
  ),
  "azure-native:network:PublicIPAddress": inGroup("Microsoft.Network/publicIPAddresses", "publicIpAddressName"),
  "azure-native:network:Subnet": below(network, "subnets", "subnetName"),
  "azure-native:network:VirtualNetwork": network,
  "azure-native:operationalinsights:Workspace": inGroup("Microsoft.OperationalInsights/workspaces", "workspaceName"),
  "azure-native:resources:ResourceGroup": {
    path: "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}",
    naming: "random",
  },
  "azure-native:storage:BlobContainer": { path: `${blobs.path}/containers/{containerName}`, naming: "copy" },
  "azure-native:storage:BlobServiceProperties": {
    path: `${account.path}/blobServices/{blobServicesName}`,
    naming: "copy",
  },
  "azure-native:storage:ManagementPolicy": {
    path: `${account.path}/managementPolicies/{managementPolicyName}`,
    naming: "copy",
  },
  "azure-native:storage:ObjectReplicationPolicy": {
    path: `${account.path}/objectReplicationPolicies/{objectReplicationPolicyId}`,
    naming: "copy",
  },
  "azure-native:storage:StorageAccount": account,
};

/** The inputs that a type's id is made of, its own name last. */
export function pathInputs(type: string): string[] {
  const names = [...place(type).path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.filter((name) => name !== "subscription");
}

/** The input that is a type's own name. */
export function nameInput(type: string): string {
  return pathInputs(type).at(-1) ?? "";
}

export function idOf(type: string, inputs: Properties, { account }: Context): string {
  return place(type).path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === "subscription" ? account : text(inputs, name).replace(/\/$/, ""),
  );
}

/** `Microsoft.Network/virtualNetworks/subnets`, as the output `type` has it. */
export function armType(type: string): string {
  const after = place(type).path.split("/providers/").at(-1) ?? "";
  if (!place(type).path.includes("/providers/")) return "Microsoft.Resources/resourceGroups";
  const [namespace, ...segments] = after.split("/");
  return [namespace, ...segments.filter((_, index) => index % 2 === 0)].join("/");
}

/** Ids are compared without regard to case, as Azure does. */
export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The part of an id that follows a kind: `idPart(id, "resourceGroups")`. */
export function idPart(id: string, kind: string): string {
  const segments = id.split("/");
  const at = segments.findIndex((segment) => segment.toLowerCase() === kind.toLowerCase());
  return at < 0 ? "" : (segments[at + 1] ?? "");
}

/**
 * Pulumi's automatic name: the logical name and eight hexadecimal digits, that name alone for what stands below another
 * resource, a UUID for role assignments (pulumi-azure-native provider/pkg/provider/provider.go, `getDefaultName`).
 */
export function autoName(type: string, context: Context): Properties {
  const { naming } = place(type);
  const name = {
    random: () => context.name + context.hex(8),
    copy: () => context.name,
    uuid: () => uuid(context),
  }[naming]();
  return { [nameInput(type)]: name };
}

export function uuid({ hex }: Context): string {
  return [8, 4, 4, 4, 12].map((length) => hex(length)).join("-");
}

/** A stable UUID for what has none of its own. */
export function derivedUuid(seed: string): string {
  const digits = createHash("sha256").update(seed).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}

function place(type: string): Place {
  const found = places[type];
  if (!found) throw new Error(`no id is known for ${type}`);
  return found;
}
