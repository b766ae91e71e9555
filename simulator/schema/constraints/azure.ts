/** Which request of which Azure API the inputs of each resource type go into. */
import type { Mapping } from "./mappers";

/** Versions of the npm packages that the data is taken from, and the API versions in them: the SDK's own or the nearest. */
export const packages: Record<string, { version: string; api: string }> = {
  "arm-authorization": { version: "9.0.0", api: "2022-04-01" },
  "arm-containerservice": { version: "24.1.0", api: "2025-10-01" },
  "arm-dns": { version: "5.1.0", api: "2018-05-01" },
  "arm-keyvault": { version: "3.2.0", api: "2024-11-01" },
  "arm-monitor": { version: "7.0.0", api: "2021-05-01-preview" },
  "arm-msi": { version: "2.1.0", api: "2023-01-31" },
  "arm-network": { version: "33.5.0", api: "2024-05-01" },
  "arm-operationalinsights": { version: "9.0.0", api: "2022-10-01" },
  "arm-resources": { version: "5.2.0", api: "2021-04-01" },
  "arm-storage": { version: "18.6.0", api: "2024-01-01" },
};

export const mappings: Record<string, Mapping> = {
  "azure-native:authorization:RoleAssignment": {
    package: "arm-authorization",
    body: "RoleAssignmentCreateParameters",
  },
  "azure-native:containerservice:AgentPool": { package: "arm-containerservice", body: "AgentPool" },
  "azure-native:containerservice:MaintenanceConfiguration": {
    package: "arm-containerservice",
    body: "MaintenanceConfiguration",
  },
  "azure-native:containerservice:ManagedCluster": { package: "arm-containerservice", body: "ManagedCluster" },
  "azure-native:dns:RecordSet": { package: "arm-dns", body: "RecordSet" },
  "azure-native:keyvault:Key": { package: "arm-keyvault", body: "KeyCreateParameters" },
  "azure-native:keyvault:Vault": {
    package: "arm-keyvault",
    body: "VaultCreateOrUpdateParameters",
  },
  "azure-native:managedidentity:FederatedIdentityCredential": {
    package: "arm-msi",
    body: "FederatedIdentityCredential",
  },
  "azure-native:managedidentity:UserAssignedIdentity": { package: "arm-msi", body: "Identity" },
  "azure-native:monitor:DiagnosticSetting": { package: "arm-monitor", body: "DiagnosticSettingsResource" },
  "azure-native:network:DdosProtectionPlan": { package: "arm-network", body: "DdosProtectionPlan" },
  "azure-native:network:NatGateway": { package: "arm-network", body: "NatGateway" },
  "azure-native:network:NetworkSecurityGroup": { package: "arm-network", body: "NetworkSecurityGroup" },
  "azure-native:network:PublicIPAddress": { package: "arm-network", body: "PublicIPAddress" },
  "azure-native:network:Subnet": { package: "arm-network", body: "Subnet" },
  "azure-native:network:VirtualNetwork": { package: "arm-network", body: "VirtualNetwork" },
  "azure-native:operationalinsights:Workspace": { package: "arm-operationalinsights", body: "Workspace" },
  "azure-native:resources:ResourceGroup": { package: "arm-resources", body: "ResourceGroup" },
  "azure-native:storage:BlobContainer": { package: "arm-storage", body: "BlobContainer" },
  "azure-native:storage:BlobServiceProperties": { package: "arm-storage", body: "BlobServiceProperties" },
  "azure-native:storage:ManagementPolicy": { package: "arm-storage", body: "ManagementPolicy" },
  "azure-native:storage:ObjectReplicationPolicy": { package: "arm-storage", body: "ObjectReplicationPolicy" },
  "azure-native:storage:StorageAccount": { package: "arm-storage", body: "StorageAccountCreateParameters" },
};
