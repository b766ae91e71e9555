/** Encryption, logs, maintenance, identities and backups. */
import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../../components/cluster";
import { dev, domain, principalOf, subscription, tenant } from "../azure";
import { type Recording, valueOf } from "../record";
import { aks, azure, role, roleId, up, usual } from "./cluster";

describe("dev", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.dev());
  });

  it("has Cilium on an overlay, and Secrets encrypted by its own key", () => {
    expect(aks(r).inputs).toMatchObject({
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        outboundType: "userAssignedNATGateway",
        podCidr: "10.244.0.0/16",
        serviceCidr: "172.20.0.0/16",
        dnsServiceIP: "172.20.0.10",
      },
      oidcIssuerProfile: { enabled: true },
      securityProfile: {
        workloadIdentity: { enabled: true },
        azureKeyVaultKms: {
          enabled: true,
          keyId: "https://vault.example/keys/platform-secrets/0123",
          keyVaultNetworkAccess: "Public",
        },
      },
    });
    expect(r.one(azure("keyvault:Vault"), "platform").inputs.properties).toMatchObject({
      enablePurgeProtection: true,
      accessPolicies: [{ objectId: principalOf("platform"), permissions: { keys: ["encrypt", "decrypt"] } }],
    });
  });

  it("has neither zone nor identities for names without a domain", () => {
    expect(cluster.traits.dns).toBeUndefined();
    expect(Object.keys(cluster.traits.identities)).toEqual(["velero"]);
    expect(r.names(azure("managedidentity:FederatedIdentityCredential"))).toEqual(["platform-velero"]);
  });

  it("protects nothing, so that it can be thrown away, and costs little", () => {
    expect(r.all().filter(({ protect }) => protect)).toEqual([]);
    expect(aks(r).inputs.sku).toEqual({ name: "Base", tier: "Free" });
    expect(r.one(azure("network:PublicIPAddress"), "platform-ingress").inputs.ddosSettings).toEqual({
      protectionMode: "VirtualNetworkInherited",
    });
  });
});

describe("prod", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });

  it("protects network, cluster, address and backups, and keeps the latter in a group of their own", () => {
    const types = r.all().filter(({ protect }) => protect);
    expect(types.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "azure-native:containerservice:ManagedCluster platform",
      "azure-native:network:PublicIPAddress platform-ingress",
      "azure-native:network:VirtualNetwork platform-vnet",
      "azure-native:storage:StorageAccount platform",
    ]);
    const account = r.one(azure("storage:StorageAccount"), "platform").inputs;
    expect(account).toMatchObject({
      resourceGroupName: "platform-backup01234567",
      sku: { name: "Standard_ZRS" },
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      minimumTlsVersion: "TLS1_2",
    });
  });

  it("leaves backups where they are when the stack goes, and nothing else but the key, which goes with its vault", () => {
    const kept = r.all().filter(({ retainOnDelete }) => retainOnDelete);
    expect(kept.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "azure-native:keyvault:Key platform-secrets",
      "azure-native:resources:ResourceGroup platform-backup",
      "azure-native:storage:BlobContainer platform-backup",
      "azure-native:storage:BlobServiceProperties platform-backup",
      "azure-native:storage:ManagementPolicy platform-backup",
      "azure-native:storage:StorageAccount platform",
    ]);
  });

  it("keeps logs for a year, and the key recoverable for 90 days", () => {
    expect(r.one(azure("operationalinsights:Workspace"), "platform-logs").inputs.retentionInDays).toBe(365);
    const { logs } = r.one(azure("monitor:DiagnosticSetting"), "platform-logs").inputs;
    expect((logs as { category: string }[]).map(({ category }) => category)).toEqual([
      "kube-audit-admin",
      "guard",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "cluster-autoscaler",
    ]);
    expect(r.one(azure("keyvault:Vault"), "platform").inputs.properties).toMatchObject({
      softDeleteRetentionInDays: 90,
    });
  });

  it("is changed by AKS on Sundays only", () => {
    const windows = r.ofType(azure("containerservice:MaintenanceConfiguration")).map(({ inputs }) => inputs);
    expect(windows.map(({ configName }) => configName)).toEqual([
      "aksManagedAutoUpgradeSchedule",
      "aksManagedNodeOSUpgradeSchedule",
    ]);
    expect(windows[0]?.maintenanceWindow).toMatchObject({
      schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
      durationHours: 4,
    });
    expect(aks(r).inputs.autoUpgradeProfile).toEqual({ upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" });
  });

  it("is changed when the stack says so", async () => {
    const { recording } = await up(dev({ maintenance: { days: ["Tuesday"], start: "01:00", hours: 6 } }));
    const windows = recording.ofType(azure("containerservice:MaintenanceConfiguration"));
    expect(windows.map(({ inputs }) => inputs.maintenanceWindow)).toEqual(
      Array(2).fill({
        schedule: { weekly: { dayOfWeek: "Tuesday", intervalWeeks: 1 } },
        startTime: "01:00",
        utcOffset: "+00:00",
        durationHours: 6,
      }),
    );
  });

  it("gives each controller an identity that only its service account may take", () => {
    const subjects = r
      .ofType(azure("managedidentity:FederatedIdentityCredential"))
      .map(({ inputs }) => [inputs.subject, inputs.audiences]);
    expect(subjects).toEqual(
      ["velero", "external-dns", "cert-manager"].map((controller) => [
        `system:serviceaccount:${controller}:${controller}`,
        ["api://AzureADTokenExchange"],
      ]),
    );
    const zone = `/subscriptions/${subscription}/resourceGroups/dns/providers/Microsoft.Network/dnszones/${domain}`;
    const contributor = roleId("befefa01-2a29-4197-83a8-272ff33ce314");
    for (const controller of ["external-dns", "cert-manager"]) {
      expect(role(r, `${controller}-zone`).inputs).toMatchObject({
        scope: zone,
        roleDefinitionId: contributor,
        principalId: principalOf(`platform-${controller}`),
      });
    }
    expect(role(r, "velero-backup").inputs).toMatchObject({
      scope: "platform-id",
      roleDefinitionId: roleId("ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    });
  });

  it("tells the controllers where their cloud is, without a secret", async () => {
    const { dns, identities } = cluster.traits;
    expect(dns?.configFile).toEqual({
      path: "/etc/kubernetes/azure.json",
      content: {
        tenantId: tenant,
        subscriptionId: subscription,
        resourceGroup: "dns",
        useWorkloadIdentityExtension: true,
      },
    });
    expect(await valueOf(dns?.acmeSolver)).toEqual({
      dns01: {
        azureDNS: {
          subscriptionID: subscription,
          resourceGroupName: "dns",
          hostedZoneName: domain,
          environment: "AzurePublicCloud",
          managedIdentity: { clientID: "platform-cert-manager-client" },
        },
      },
    });
    expect(await valueOf(identities.velero as never)).toEqual({
      namespace: "velero",
      serviceAccount: "velero",
      annotations: { "azure.workload.identity/client-id": "platform-velero-client" },
      podLabels: { "azure.workload.identity/use": "true" },
    });
  });
});

it("has neither storage nor identity where backups are off", async () => {
  const { recording: r, result } = await up(dev({ backup: { ...dev().backup, enabled: false } }));
  expect(r.all().filter(({ type }) => type.startsWith(azure("storage:")))).toEqual([]);
  expect(r.names(azure("resources:ResourceGroup"))).toEqual(["platform"]);
  expect(r.ofType(azure("managedidentity:FederatedIdentityCredential"))).toEqual([]);
  expect(result.traits.backup).toBeUndefined();
});

it("has exactly one default storage class, and lays nothing immutable over those that AKS ships", async () => {
  const { result } = await usual.dev();
  const classes = result.traits.storageClasses;
  expect(classes.filter((item) => item.default).map(({ name }) => name)).toEqual(["standard"]);
  expect(classes.filter(({ adopted }) => adopted).map(({ name, parameters }) => [name, parameters])).toEqual([
    ["managed-premium", {}],
    ["default", {}],
  ]);
  expect(classes.every(({ provisioner }) => provisioner === "disk.csi.azure.com")).toBe(true);
});

it("has a class of shared volumes where asked for", async () => {
  const { result } = await up(dev({ storage: { shared: true } }));
  expect(result.traits.storageClasses.find(({ name }) => name === "shared")).toMatchObject({
    provisioner: "file.csi.azure.com",
    parameters: { skuName: "Standard_LRS" },
    accessModes: ["ReadWriteMany"],
    default: false,
    adopted: false,
  });
});

it("has backups that Velero reaches with its identity alone", async () => {
  const { result } = await usual.prod();
  const backup = await valueOf(result.traits.backup as never);
  expect(backup).toMatchObject({
    provider: "azure",
    bucket: "velero",
    location: "https://platform01234567.blob.core.windows.net/velero",
    config: {
      subscriptionId: subscription,
      resourceGroup: "platform-backup01234567",
      storageAccount: "platform01234567",
      storageAccountURI: "https://platform01234567.blob.core.windows.net/",
      useAAD: "true",
    },
  });
});
