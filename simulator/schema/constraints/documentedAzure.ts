/**
 * Bounds that Azure tells in words only. Names: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 * ("naming rules" below); others name their page.
 */
import type { Constraint } from "../model";
import type { Bounds } from "./write";

const named = (pattern: string, minLength: number, maxLength: number): Constraint => ({
  source: "naming rules",
  pattern,
  minLength,
  maxLength,
});

/** Letters, digits, underscores, periods, hyphens; begins with a letter or digit, ends with one or an underscore. */
const networkName = named("^[a-zA-Z0-9]([\\w.-]*[a-zA-Z0-9_])?$", 1, 80);

const uuid = "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$";

const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const range: Constraint = {
  source: "IPv4 or IPv6 range",
  pattern: `^(?:${octet}(?:\\.${octet}){3}/(?:[0-9]|[12]\\d|3[0-2])|[0-9a-fA-F:]+/\\d{1,3})$`,
};
const ranges: Constraint = { source: range.source, items: range };

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
const tagSource = "Azure Resource Manager, limitations of tags";
export const tags: Constraint = {
  source: tagSource,
  maxLength: 50,
  keys: { source: tagSource, pattern: "^(?!microsoft|azure|windows)[^<>%&\\\\?/]+$", minLength: 1, maxLength: 512 },
  items: { source: tagSource, maxLength: 256 },
};

/** Storage accounts take shorter keys than anything else. */
const storageTags: Constraint = { ...tags, keys: { source: tagSource, ...tags.keys, maxLength: 128 } };

export const documented: { resources: Record<string, Bounds>; objects: Record<string, Bounds> } = {
  resources: {
    "azure-native:authorization:RoleAssignment": {
      roleAssignmentName: { source: "naming rules: a globally unique identifier", pattern: uuid },
      principalId: { source: "arm-authorization RoleAssignment.principalId: an object id", pattern: uuid },
    },
    "azure-native:managedidentity:UserAssignedIdentity": {
      resourceName: named("^[a-zA-Z0-9][\\w-]*$", 3, 128),
    },
    "azure-native:managedidentity:FederatedIdentityCredential": {
      audiences: {
        source: "learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations: exactly one",
        minLength: 1,
        maxLength: 1,
        items: { source: "federation considerations: 600 characters", maxLength: 600 },
      },
      issuer: { source: "federation considerations: 600 characters", pattern: "^https://", maxLength: 600 },
      subject: { source: "federation considerations: 600 characters", minLength: 1, maxLength: 600 },
    },
    "azure-native:monitor:DiagnosticSetting": { name: named("^[^*<>%&:\\\\?+/]*[^*<>%&:\\\\?+/ ]$", 1, 260) },
    "azure-native:network:DdosProtectionPlan": { ddosProtectionPlanName: networkName },
    "azure-native:network:NatGateway": { natGatewayName: networkName },
    "azure-native:network:NetworkSecurityGroup": { networkSecurityGroupName: networkName },
    "azure-native:network:PublicIPAddress": { publicIpAddressName: networkName },
    "azure-native:network:Subnet": { subnetName: networkName, addressPrefix: range, addressPrefixes: ranges },
    "azure-native:network:VirtualNetwork": { virtualNetworkName: named("^[a-zA-Z0-9]([\\w.-]*[a-zA-Z0-9_])$", 2, 64) },
    "azure-native:operationalinsights:Workspace": {
      workspaceName: named("^[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$", 4, 63),
    },
    "azure-native:resources:ResourceGroup": { resourceGroupName: named("^[\\w().-]*[\\w()-]$", 1, 90) },
    "azure-native:storage:BlobContainer": { containerName: named("^(?:[a-z0-9]|(?<=[a-z0-9])-(?=[a-z0-9]))+$", 3, 63) },
    "azure-native:storage:BlobServiceProperties": {
      blobServicesName: { source: "arm-storage BlobServices: the name must be 'default'", values: ["default"] },
    },
    "azure-native:storage:ManagementPolicy": {
      managementPolicyName: { source: "arm-storage ManagementPolicyName", values: ["default"] },
    },
    "azure-native:storage:StorageAccount": { accountName: named("^[a-z0-9]+$", 3, 24), tags: storageTags },
    "azure-native:keyvault:Key": { keyName: named("^[a-zA-Z0-9-]+$", 1, 127) },
    "azure-native:keyvault:Vault": { vaultName: named("^[a-zA-Z](?!.*--)[a-zA-Z0-9-]*[a-zA-Z0-9]$", 3, 24) },
  },
  objects: {
    "network.AddressSpaceArgs": { addressPrefixes: ranges },
    "network.SecurityRuleArgs": {
      name: networkName,
      priority: {
        source: "arm-network SecurityRule.priority: 100 to 4096 (documentation)",
        integer: true,
        min: 100,
        max: 4096,
      },
    },
    "containerservice.ManagedClusterAgentPoolProfileArgs": {
      name: {
        source: "arm-containerservice parameter agentPoolName; Linux pools up to 12 characters",
        pattern: "^[a-z][a-z0-9]{0,11}$",
      },
    },
    "containerservice.ManagedClusterAPIServerAccessProfileArgs": {
      authorizedIPRanges: {
        source: "learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges: up to 200",
        maxLength: 200,
        items: { source: range.source, pattern: `^${octet}(?:\\.${octet}){3}(?:/(?:[0-9]|[12]\\d|3[0-2]))?$` },
      },
    },
    "keyvault.VaultPropertiesArgs": {
      tenantId: { source: "arm-keyvault VaultProperties.tenantId: a tenant's id", pattern: uuid },
      softDeleteRetentionInDays: {
        source: "arm-keyvault VaultProperties.softDeleteRetentionInDays: 7 to 90 (documentation)",
        integer: true,
        min: 7,
        max: 90,
      },
    },
  },
};
