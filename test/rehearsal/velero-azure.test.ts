/**
 * The real Velero on Azure's blobs, with a stand-in for its plugin: an AKS cluster backs a namespace up into its container,
 * and a cluster of another cloud reads it there, known to Entra by nothing but the tokens of its service account.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backUp } from "../../cli/velero/backup";
import { read } from "../../cli/velero/client";
import { maintainRepositories } from "../../cli/velero/maintain";
import { restore } from "../../cli/velero/restore";
import { tokenFile } from "../../components/backup/source";
import { caller, subscriptionId, tenantId } from "../../simulator/azure/account";
import type { CloudRecord, ClusterRequest, NodeRequest } from "../../simulator/cloud/behaviour";
import { bornOnAzure } from "../../simulator/controlplane/born/azure";
import { claim, cluster, node } from "./objects";
import { say, soon, VeleroClusters } from "./velero-cluster";
import { inShop, reading, record, shop } from "./velero-objects";

const group = `/subscriptions/${subscriptionId}/resourceGroups/prod`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/prodbackup1a2b`;
const container = `${account}/blobServices/default/containers/velero`;
const source: ClusterRequest = {
  ...cluster,
  cloud: "azure",
  id: `/subscriptions/${subscriptionId}/resourcegroups/prod/providers/Microsoft.ContainerService/managedClusters/prod`,
  region: "westeurope",
  endpointHost: "prod-1a2b.hcp.westeurope.azmk8s.io",
  serviceCidr: "172.20.0.0/16",
};
const target: ClusterRequest = { ...cluster, name: "next", serviceCidr: "10.100.0.0/16" };
const issuers = {
  source: `https://westeurope.oic.prod-aks.azure.com/${tenantId}/0a1b/`,
  target: "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
};

const audience = "api://AzureADTokenExchange";
const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
const onlyRestores =
  `((!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/add/action'}) AND !(ActionMatches{'${blobs}/delete'}))` +
  ` OR (@Resource[${blobs}:path] StringLike 'restores/*'))`;
const roles = {
  contributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  reader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  clusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
};

const azure = (type: string, id: string, outputs: Record<string, unknown> = {}): CloudRecord =>
  record(`azure-native:${type}`, id, outputs);
const assignment = "azure-native:authorization:RoleAssignment";
const assigned = (role: keyof typeof roles, principalId: string, scope = container, condition?: string): CloudRecord =>
  record(assignment, `${scope}/${role}/${principalId}`, {
    principalId,
    scope,
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`,
    ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
  });
/** An identity, and the service account that may take it. */
function identity(name: keyof typeof issuers, serviceAccount: string): CloudRecord[] {
  const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  return [
    azure("managedidentity:UserAssignedIdentity", id, { clientId: `client-${name}`, principalId: `object-${name}` }),
    azure("managedidentity:FederatedIdentityCredential", `${id}/federatedIdentityCredentials/velero`, {
      issuer: issuers[name],
      subject: `system:serviceaccount:velero:${serviceAccount}`,
      audiences: [audience],
    }),
  ];
}

/** What the clouds have: as `components/clouds/azure` makes it for the cluster, and for whoever takes over from it. */
const records: CloudRecord[] = [
  azure("storage:StorageAccount", account),
  azure("storage:BlobContainer", container),
  azure("containerservice:ManagedCluster", source.id, {
    oidcIssuerProfile: { enabled: true, issuerURL: issuers.source },
    securityProfile: { workloadIdentity: { enabled: true } },
    aadProfile: { managed: true, enableAzureRBAC: true },
  }),
  assigned("clusterAdmin", caller.objectId, source.id),
  ...identity("source", "velero"),
  assigned("contributor", "object-source"),
  record("aws:eks/cluster:Cluster", target.name, {
    arn: target.id,
    identities: [{ oidcs: [{ issuer: issuers.target }] }],
  }),
  ...identity("target", "velero-server"),
  assigned("contributor", "object-target", container, onlyRestores),
  assigned("reader", "object-target"),
];

/** Changes one of them. */
function change(id: string, outputs: Record<string, unknown>): void {
  const index = records.findIndex((one) => one.id === id);
  const found = records[index];
  if (!found) throw new Error(`there is no ${id}`);
  records[index] = { ...found, outputs: { ...found.outputs, ...outputs } };
}

let clusters: VeleroClusters;
beforeAll(async () => {
  clusters = await VeleroClusters.open(records, ["velero-plugin-for-microsoft-azure"]);
});
afterAll(() => clusters.end());

const plugin = {
  name: "velero-plugin-for-microsoft-azure",
  image: "velero/velero-plugin-for-microsoft-azure:v1.14.3",
};
const config = {
  subscriptionId,
  resourceGroup: "prod",
  storageAccount: "prodbackup1a2b",
  storageAccountURI: "https://prodbackup1a2b.blob.core.windows.net",
  useAAD: "true",
};
const podLabels = { "azure.workload.identity/use": "true" };
const own = {
  configuration: {
    backupStorageLocation: [{ name: "default", default: true, provider: "azure", bucket: "velero", config }],
    volumeSnapshotLocation: [],
    logFormat: "json",
    storeValidationFrequency: "5s",
  },
  serviceAccount: {
    server: { name: "velero", annotations: { "azure.workload.identity/client-id": "client-source" } },
  },
  podLabels,
  nodeAgent: { podLabels },
};
const ofSource = reading({
  provider: "azure",
  bucket: "velero",
  config,
  plugin,
  audience,
  environment: {
    AZURE_CLIENT_ID: "client-target",
    AZURE_TENANT_ID: tenantId,
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
  },
  ready: [],
});

function machine(zone: string): NodeRequest {
  const name = `aks-general-${zone}-vmss000000`;
  return {
    ...node("a"),
    name,
    zone: `westeurope-${zone}`,
    instanceType: "Standard_D2s_v5",
    providerId: `azure://${group}/providers/Microsoft.Compute/virtualMachines/${name}`,
    internalIP: `10.0.97.${zone}`,
  };
}

const orders = randomBytes(3 * 2 ** 20);
const field = (of: ClusterRequest, path: string, ...args: string[]) => clusters.field(of, path, ...args);
const phase = (of: ClusterRequest, location: string) => clusters.phase(of, "backupstoragelocation", location);

describe("Velero on Azure's blobs", () => {
  it("finds the cluster's own container by the identity of its pods", async () => {
    await clusters.bringUp(source, {
      nodes: ["1", "2"].map(machine),
      storageClass: { name: "managed-csi", provisioner: "disk.csi.azure.com" },
      plugins: [plugin.image],
      values: own,
      objects: bornOnAzure(source.serviceCidr),
    });
    await expect.poll(() => phase(source, "default"), soon).toBe("Available");
  });

  it("backs a namespace up into it, files of volumes too, and tidies the repository up", async () => {
    await clusters.apply(source, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      inShop(claim("data", "managed-csi")),
      shop(),
    ]);
    await expect.poll(() => field(source, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    writeFileSync(join(await clusters.disk(source), "orders"), orders);
    const connected = await clusters.clients(source);
    const request = { name: "first", namespaces: ["shop"], retentionDays: 1, timeoutSeconds: 300 };
    const { volumes } = await backUp(connected, request, say);
    expect(volumes.map(({ volume, bytes }) => ({ volume, bytes }))).toEqual([{ volume: "data", bytes: orders.length }]);
    const since = new Date();
    const [repository = ""] = await maintainRepositories(connected, { since, timeoutSeconds: 120 }, say);
    const { status } = (await read(connected, "backuprepositories", repository)) ?? {};
    expect(Date.parse(status?.lastMaintenanceTime ?? "")).toBeGreaterThan(since.getTime() - 1000);
  });

  it("is read by a cluster of another cloud, byte for byte, after the stores were closed and opened", async () => {
    await clusters.reopenStores();
    await clusters.bringUp(target, {
      nodes: ["a", "b"].map(node),
      storageClass: { name: "gp3", provisioner: "ebs.csi.aws.com" },
      ...ofSource,
    });
    await expect.poll(() => phase(target, "source"), soon).toBe("Available");
    await expect.poll(() => clusters.phase(target, "backup", "first"), soon).toBe("Completed");
    const storageClasses = { "managed-csi": "gp3" };
    const request = { name: "first", backup: "first", storageClasses, timeoutSeconds: 300 };
    const outcome = await restore(await clusters.clients(target), request, say);
    expect(outcome.volumes).toHaveLength(1);
    await expect.poll(() => field(target, ".status.readyReplicas", "deployment", "web", "-n", "shop"), soon).toBe("1");
    const restored = await clusters.disk(target);
    expect(readdirSync(restored)).toEqual(["orders"]);
    expect(readFileSync(join(restored, "orders")).equals(orders)).toBe(true);
  });

  it("is not written by it, but for what it says of its restores", async () => {
    const writable = { spec: { accessMode: "ReadWrite" } };
    const location = ["backupstoragelocation.velero.io", "source", "-n", "velero", "--type=merge"];
    await clusters.kubectl(target, "patch", ...location, "-p", JSON.stringify(writable));
    // Without a volume: what is refused is the backup itself. Its restore, before, was whole: it has written its log.
    const request = { name: "second", namespaces: ["kube-public"], retentionDays: 1, timeoutSeconds: 300 };
    await expect(backUp(await clusters.clients(target), { ...request, location: "source" }, say)).rejects.toThrow(
      "The backup second is Failed",
    );
  });

  it("refuses who is not let in, in Azure's words", async () => {
    const credential = (of: string) =>
      `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${of}/federatedIdentityCredentials/velero`;
    change(credential("source"), { subject: "system:serviceaccount:velero:another" });
    change(credential("target"), { issuer: issuers.source });
    await Promise.all([source, target].map((of) => clusters.restart(of)));
    await expect
      .poll(() => clusters.problem(source, "default"), soon)
      .toMatch(/AADSTS700213: No matching federated .* assertion subject 'system:serviceaccount:velero:velero'/);
    await expect
      .poll(() => clusters.problem(target, "source"), soon)
      .toMatch(/AADSTS700211: No matching federated .* assertion issuer 'https:\/\/oidc\.eks/);

    // Let in again, but not into the container.
    change(credential("source"), { subject: "system:serviceaccount:velero:velero" });
    change(credential("target"), { issuer: issuers.target });
    for (const role of ["contributor", "reader"])
      change(`${container}/${role}/object-target`, { principalId: "another" });
    await expect.poll(() => clusters.problem(target, "source"), soon).toMatch(/AuthorizationPermissionMismatch/);
    await expect.poll(() => phase(source, "default"), soon).toBe("Available");
  });

  it("loses its backups with the cloud's container", async () => {
    records.splice(1, 1);
    await expect
      .poll(() => clusters.problem(source, "default"), soon)
      .toMatch(/The specified container does not exist/);
  });
});
