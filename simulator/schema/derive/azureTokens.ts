/** The resource types and functions of Azure that the program uses. */
import type { Provider } from "./tokens";

export const azureNative: Provider = {
  sdk: "@pulumi/azure-native",
  // Each type speaks one version of one API, whose enumerations the SDK lists whole.
  closedEnums: true,
  resources: [
    "azure-native:authorization:RoleAssignment",
    "azure-native:containerservice:AgentPool",
    "azure-native:containerservice:MaintenanceConfiguration",
    "azure-native:containerservice:ManagedCluster",
    "azure-native:dns:RecordSet",
    "azure-native:keyvault:Key",
    "azure-native:keyvault:Vault",
    "azure-native:managedidentity:FederatedIdentityCredential",
    "azure-native:managedidentity:UserAssignedIdentity",
    "azure-native:monitor:DiagnosticSetting",
    "azure-native:network:DdosProtectionPlan",
    "azure-native:network:NatGateway",
    "azure-native:network:NetworkSecurityGroup",
    "azure-native:network:PublicIPAddress",
    "azure-native:network:Subnet",
    "azure-native:network:VirtualNetwork",
    "azure-native:operationalinsights:Workspace",
    "azure-native:resources:ResourceGroup",
    "azure-native:storage:BlobContainer",
    "azure-native:storage:BlobServiceProperties",
    "azure-native:storage:ManagementPolicy",
    "azure-native:storage:ObjectReplicationPolicy",
    "azure-native:storage:StorageAccount",
  ],
  functions: [
    "azure-native:authorization:getClientConfig",
    "azure-native:containerservice:listManagedClusterUserCredentials",
    "azure-native:dns:getRecordSet",
    "azure-native:dns:getZone",
    "azure-native:network:getSubnet",
    "azure-native:network:getVirtualNetwork",
    "azure-native:resources:getResourceGroup",
  ],
};
