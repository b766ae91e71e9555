/**
 * How long Azure takes, in seconds, as a provider waits for it. From logs that users of Terraform's Azure provider have
 * published; found by the lines quoted here. What is an estimate says so.
 */
import type { Behaviour } from "../cloud/behaviour";

type Seconds = Behaviour["seconds"];

const apiCall: Seconds = {
  create: 2,
  update: 2,
  delete: 2,
  source: "an estimate: one call that answers when it is done, with the provider's look before it",
};

const network: Seconds = {
  create: 5,
  update: 5,
  delete: 11,
  source:
    "'azurerm_virtual_network.test: Creation complete after 8s', https://github.com/Azure/terraform-azurerm-aks/pull/74; subnets and addresses are of the same kind; deletions poll every ten seconds",
};

const slow: Record<string, Seconds> = {
  "azure-native:resources:ResourceGroup": {
    create: 2,
    update: 2,
    delete: 17,
    source: "an estimate: an empty group; what is in a group goes before it",
  },
  "azure-native:containerservice:ManagedCluster": {
    create: 258,
    update: 180,
    delete: 240,
    source:
      "created 2025-04-02T15:14:22 to 15:18:38 as recorded in pulumi-azure-native, provider/pkg/provider/testdata/recorded/TestProviderUpgrade/upgrade-containerservice-agentpool/2.90.0/stack.json; update and deletion are estimates",
  },
  "azure-native:containerservice:AgentPool": {
    create: 150,
    update: 120,
    delete: 120,
    source:
      "an estimate: the recorded one of that file has no nodes and took 31 s; machines that start and join take about two minutes more",
  },
  "azure-native:authorization:RoleAssignment": {
    create: 4,
    update: 2,
    delete: 4,
    source: "an estimate: a few calls; what it takes until it is known everywhere is in authorization.ts",
  },
  "azure-native:keyvault:Vault": {
    create: 33,
    update: 10,
    delete: 15,
    source: "an estimate: providers wait until the vault's own host name is known",
  },
  "azure-native:operationalinsights:Workspace": {
    create: 7,
    update: 7,
    delete: 7,
    source:
      "'module.aks.azurerm_log_analytics_workspace.main[0]: Creation complete after 7s', https://github.com/Azure/terraform-azurerm-aks/pull/74",
  },
  "azure-native:storage:StorageAccount": {
    create: 22,
    update: 5,
    delete: 4,
    source: "an estimate: creation is an operation that is polled",
  },
};

const networkTypes = [
  "azure-native:network:DdosProtectionPlan",
  "azure-native:network:NatGateway",
  "azure-native:network:NetworkSecurityGroup",
  "azure-native:network:PublicIPAddress",
  "azure-native:network:Subnet",
  "azure-native:network:VirtualNetwork",
];

/** The durations of a type. */
export function secondsOf(type: string): Seconds {
  return slow[type] ?? (networkTypes.includes(type) ? network : apiCall);
}
