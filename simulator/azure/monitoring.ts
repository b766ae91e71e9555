/** Log workspaces, and the settings that send resources' logs there. */
import { count, first, object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { sameId, uuid } from "./ids";
import { azure, badRequest } from "./refusals";
import { arm, exists, find, missing, type Resource } from "./resource";

const workspaceType = "azure-native:operationalinsights:Workspace";
const settingType = "azure-native:monitor:DiagnosticSetting";

const workspace = arm(workspaceType, {
  api: "2023-09-01",
  located: true,
  refuse: (inputs) => retentionProblem(inputs),
  outputs(inputs, context) {
    const now = new Date().toISOString();
    return {
      createdDate: now,
      customerId: uuid(context),
      features: { enableLogAccessUsingOnlyResourcePermissions: true },
      modifiedDate: now,
      provisioningState: "Succeeded",
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
      retentionInDays: 30,
      ...inputs,
      sku: { name: "PerGB2018", ...object(inputs, "sku"), lastSkuUpdate: now },
    };
  },
  update(record, inputs) {
    const problem = retentionProblem(inputs);
    if (problem) throw new Error(problem);
    return { sku: { ...object(record.outputs, "sku"), ...object(inputs, "sku") } };
  },
});

/** https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure; -1 stands for the plan's longest. */
function retentionProblem(inputs: Properties): string | undefined {
  const days = count(inputs, "retentionInDays") ?? 30;
  const isFree = /^Free$/i.test(text(object(inputs, "sku"), "name"));
  const fits = isFree ? days === 7 : days === -1 || (days >= 30 && days <= 730);
  return fits ? undefined : badRequest("'RetentionInDays' property doesn't match the SKU limits");
}

/** Logs of each kind: learn.microsoft.com/azure/aks/monitor-aks-reference, /azure/key-vault/general/monitor-key-vault-reference */
const categories: Record<string, string[]> = {
  managedClusters: [
    ...["cloud-controller-manager", "cluster-autoscaler", "csi-azuredisk-controller", "csi-azurefile-controller"],
    ...[
      "csi-snapshot-controller",
      "fleet-mcs-controller-manager",
      "fleet-member-agent",
      "fleet-member-net-controller-manager",
    ],
    ...[
      "guard",
      "karpenter-events",
      "kube-apiserver",
      "kube-audit",
      "kube-audit-admin",
      "kube-controller-manager",
      "kube-scheduler",
    ],
  ],
  vaults: ["AuditEvent", "AzurePolicyEvaluationDetails"],
  publicIPAddresses: ["DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"],
  networkSecurityGroups: ["NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"],
  default: ["StorageRead", "StorageWrite", "StorageDelete"],
};

/** https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings */
const settingsOfResource = 5;

const diagnosticSetting = arm(settingType, {
  api: "2021-05-01-preview",
  refuse(inputs, context) {
    const resource = text(inputs, "resourceUri");
    const siblings = context.inventory
      .list(settingType)
      .filter(({ outputs }) => sameId(text(outputs, "resourceUri"), resource));
    const sink = text(inputs, "workspaceId");
    const reused = siblings.find(
      ({ outputs }) =>
        sink !== "" &&
        sameId(text(outputs, "workspaceId"), sink) &&
        enabledOf(outputs).some((category) => enabledOf(inputs).includes(category)),
    );
    return first(
      missing(resource, context),
      siblings.length >= settingsOfResource &&
        badRequest(`The limit of ${settingsOfResource} diagnostic settings was reached.`),
      settingProblem(inputs),
      sink !== "" && !find(workspaceType, sink, context) && !exists(sink, context) && missing(sink, context),
      reused &&
        azure(
          409,
          "Conflict",
          `Data sink '${sink}' is already used in diagnostic setting '${text(reused.outputs, "name")}' for category '${enabledOf(inputs)[0] ?? ""}'. Data sinks can't be reused in different settings on the same category for the same resource.`,
        ),
    );
  },
  outputs: () => ({ metrics: [] }),
  update(_record, inputs) {
    const problem = settingProblem(inputs);
    if (problem) throw new Error(problem);
    return {};
  },
});

function settingProblem(inputs: Properties): string | undefined {
  const logs = objects(inputs, "logs");
  const kind = text(inputs, "resourceUri").split("/").at(-2) ?? "";
  const known = categories[kind];
  const given = logs.map((log) => text(log, "category")).filter((category) => category !== "");
  const foreign = known && given.find((category) => !known.includes(category));
  const sinks = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"];
  return first(
    sinks.every((sink) => text(inputs, sink) === "") &&
      badRequest(
        "At least one data sink needs to be specified. Data sinks are storage account, event hub or log analytics workspace",
      ),
    foreign !== undefined &&
      badRequest(`Category '${foreign}' is not supported, supported ones are: '${known?.join(", ") ?? ""}'.`),
    // https://learn.microsoft.com/azure/azure-monitor/platform/migrate-to-azure-storage-lifecycle-policy
    [...logs, ...objects(inputs, "metrics")].some((each) => Number(object(each, "retentionPolicy").days ?? 0) > 0) &&
      badRequest("Diagnostic settings does not support retention for new diagnostic settings."),
  );
}

function enabledOf(properties: Properties): string[] {
  return objects(properties, "logs")
    .filter((log) => log.enabled === true)
    .map((log) => text(log, "category") || text(log, "categoryGroup"));
}

export const monitoringBehaviours: Record<string, Resource> = {
  [workspaceType]: workspace,
  [settingType]: diagnosticSetting,
};
