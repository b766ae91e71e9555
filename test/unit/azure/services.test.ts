import { beforeEach, describe, expect, it } from "vitest";
import { azureBehaviours } from "../../../simulator/azure";
import { identifyOnAzure } from "../../../simulator/azure/access";
import { Locks } from "../../../simulator/cloud/locks";
import { assign, caller, cluster, network, place, Subscription, subscriptionId, tenantId } from "./account";

let azure: Subscription;
beforeEach(async () => {
  azure = new Subscription();
  await azure.create("resources:ResourceGroup", place);
});

const identity = (resourceName: string) =>
  azure.create("managedidentity:UserAssignedIdentity", { ...place, resourceName });
const group = `/subscriptions/${subscriptionId}/resourceGroups/platform`;

describe("role assignments", () => {
  it("are there once for each principal, role and scope", async () => {
    const { outputs } = await identity("one");
    const first = await assign(azure, "reader", group, outputs.principalId);
    expect(first.id).toMatch(
      /\/resourceGroups\/platform\/providers\/Microsoft\.Authorization\/roleAssignments\/[0-9a-f-]{36}$/,
    );
    await expect(assign(azure, "reader", group, outputs.principalId)).rejects.toThrow(
      'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists. The ID of the existing role assignment is',
    );
    await assign(azure, "networkContributor", group, outputs.principalId);
  });

  it("need a role and a scope that exist", async () => {
    const { outputs } = await identity("one");
    const unknown = {
      roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/0",
      principalType: "ServicePrincipal",
    };
    await expect(assign(azure, "reader", group, outputs.principalId, unknown)).rejects.toThrow(
      "RoleDefinitionDoesNotExist",
    );
    const scope = `${group}/providers/Microsoft.Network/virtualNetworks/none`;
    await expect(assign(azure, "reader", scope, outputs.principalId)).rejects.toThrow(
      "The Resource 'Microsoft.Network/virtualNetworks/none' under resource group 'platform' was not found.",
    );
  });

  it("need the kind of a principal that the directory does not know everywhere yet", async () => {
    const { outputs } = await identity("one");
    azure.seconds = 5;
    await expect(assign(azure, "reader", group, outputs.principalId, {})).rejects.toThrow("PrincipalNotFound");
    await expect(assign(azure, "reader", group, outputs.principalId, { principalType: "User" })).rejects.toThrow(
      "UnmatchedPrincipalType",
    );
    await assign(azure, "reader", group, outputs.principalId);
    await assign(azure, "networkContributor", group, caller.objectId, {});
  });

  it("cannot be given another role", async () => {
    const { outputs } = await identity("one");
    const record = await assign(azure, "reader", group, outputs.principalId);
    await expect(azure.update(record, { roleDefinitionId: "other" })).rejects.toThrow(
      "RoleAssignmentUpdateNotPermitted",
    );
  });
});

describe("access to a cluster", () => {
  it("is what Azure's roles say, five minutes later", async () => {
    azure = new Subscription();
    const { id } = await cluster(azure, await network(azure));
    const asking = azure.context();
    expect(identifyOnAzure(asking, id, caller.objectId)).toMatchObject({ username: caller.objectId, groups: [] });
    await assign(azure, "clusterAdmin", group, caller.objectId);
    azure.seconds = 299;
    expect(identifyOnAzure(asking, id, caller.objectId)?.groups).toEqual([]);
    azure.seconds = 300;
    expect(identifyOnAzure(asking, id, caller.objectId)?.groups).toEqual([
      "simulator:Azure Kubernetes Service RBAC Cluster Admin",
    ]);
    expect(identifyOnAzure(asking, id, "client:none")).toBeUndefined();
    expect(identifyOnAzure(asking, id, `client:${caller.clientId}`)?.username).toBe(caller.objectId);
  });

  it("is nobody's on a cluster that does not ask Entra", async () => {
    azure = new Subscription();
    const { id } = await cluster(azure, await network(azure), { aadProfile: undefined, disableLocalAccounts: false });
    expect(identifyOnAzure(azure.context(), id, caller.objectId)).toBeUndefined();
  });
});

describe("federated credentials", () => {
  const credential = (name: string, inputs = {}) =>
    azure.create("managedidentity:FederatedIdentityCredential", {
      resourceGroupName: "platform",
      resourceName: "one",
      federatedIdentityCredentialResourceName: name,
      issuer: "https://issuer",
      subject: `system:serviceaccount:${name}:${name}`,
      audiences: ["api://AzureADTokenExchange"],
      ...inputs,
    });

  it("are at most twenty for an identity, each for another subject", async () => {
    await identity("one");
    await credential("first");
    await expect(credential("again", { subject: "system:serviceaccount:first:first" })).rejects.toThrow(
      "Issuer and subject combination already exists for this Managed Identity.",
    );
    for (let n = 2; n <= 20; n++) await credential(`number-${n}`);
    await expect(credential("number-21")).rejects.toThrow("is 20");
  });

  it("are written one after the other under one identity, and go with it", async () => {
    const one = await identity("one");
    const lock = azureBehaviours["azure-native:managedidentity:FederatedIdentityCredential"]?.lock;
    const inputs = { resourceGroupName: "platform", resourceName: "one", federatedIdentityCredentialResourceName: "a" };
    const locks = new Locks();
    const held = locks.run(lock?.(inputs, azure.context()), () => new Promise((resolve) => setTimeout(resolve, 20)));
    await expect(locks.run(lock?.(inputs, azure.context()), () => Promise.resolve())).rejects.toThrow(
      "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    );
    await locks.run(lock?.({ ...inputs, resourceName: "two" }, azure.context()), () => Promise.resolve());
    await held;
    await credential("first");
    await azure.delete(one);
    expect(azure.records).toHaveLength(1);
  });
});

describe("key vaults", () => {
  const properties = { tenantId, sku: { family: "A", name: "standard" }, accessPolicies: [] as object[] };
  const vault = (vaultName: string, change = {}) =>
    azure.create("keyvault:Vault", { ...place, vaultName, properties: { ...properties, ...change } });
  const key = (inputs = {}) =>
    azure.create("keyvault:Key", {
      resourceGroupName: "platform",
      vaultName: "vault-1",
      keyName: "secrets",
      properties: { kty: "RSA", keySize: 2048 },
      ...inputs,
    });

  it("have names that are taken everywhere, and for days after their end", async () => {
    const record = await vault("vault-1", { softDeleteRetentionInDays: 7, enablePurgeProtection: true });
    await azure.create("resources:ResourceGroup", { ...place, resourceGroupName: "other" });
    await expect(
      azure.create("keyvault:Vault", { ...place, resourceGroupName: "other", vaultName: "Vault-1", properties }),
    ).rejects.toThrow('Code="VaultAlreadyExists"');
    const left = azureBehaviours["azure-native:keyvault:Vault"]?.leaves?.(record, azure.context());
    expect(left).toMatchObject({
      seconds: 7 * 86_400,
      taken: expect.stringContaining("already exists in deleted state") as string,
    });
  });

  it("do not give up what protects them", async () => {
    const record = await vault("vault-1", { enablePurgeProtection: true });
    await expect(azure.update(record, { properties })).rejects.toThrow(
      '"enablePurgeProtection" cannot be set to false',
    );
    await expect(
      azure.update(record, {
        properties: { ...properties, enablePurgeProtection: true, softDeleteRetentionInDays: 30 },
      }),
    ).rejects.toThrow("has been set already and it can't be modified");
    await expect(vault("vault-2", { tenantId: subscriptionId })).rejects.toThrow("does not match the tenant ID");
    await expect(vault("vault-2", { accessPolicies: undefined })).rejects.toThrow("accessPolicies is not specified");
  });

  it("take their keys along, which nobody deletes without the right to", async () => {
    const home = await vault("vault-1");
    const record = await key();
    expect(record.outputs.keyUriWithVersion).toMatch(
      /^https:\/\/vault-1\.vault\.azure\.net\/keys\/secrets\/[0-9a-f]{32}$/,
    );
    await expect(azure.delete(record)).rejects.toThrow("does not have keys delete permission on key vault 'vault-1;");
    const accessPolicies = [{ tenantId, objectId: caller.objectId, permissions: { keys: ["delete"] } }];
    await azure.update(home, { properties: { ...properties, accessPolicies } });
    await azure.delete(record);
    await key();
    await azure.delete(home);
    expect(azure.records).toHaveLength(1);
    await expect(key({ properties: { kty: "RSA", keySize: 1024 } })).rejects.toThrow("ParentResourceNotFound");
  });
});

describe("logs", () => {
  const workspace = (retentionInDays: number) =>
    azure.create("operationalinsights:Workspace", {
      ...place,
      workspaceName: "logs",
      sku: { name: "PerGB2018" },
      retentionInDays,
    });

  it("are kept for a time that the plan has", async () => {
    await expect(workspace(7)).rejects.toThrow("'RetentionInDays' property doesn't match the SKU limits");
    await workspace(30);
  });

  it("come from what exists, in categories that it has, to one place once", async () => {
    azure = new Subscription();
    const { id } = await cluster(azure, await network(azure));
    const { id: workspaceId } = await workspace(30);
    const setting = (name: string, categories: string[], inputs = {}) =>
      azure.create("monitor:DiagnosticSetting", {
        name,
        resourceUri: id,
        workspaceId,
        logs: categories.map((category) => ({ category, enabled: true })),
        ...inputs,
      });
    await expect(setting("one", ["audit"])).rejects.toThrow("Category 'audit' is not supported");
    await expect(setting("one", ["guard"], { workspaceId: undefined })).rejects.toThrow("At least one data sink");
    await expect(setting("one", ["guard"], { resourceUri: `${id}s` })).rejects.toThrow("ResourceNotFound");
    await setting("one", ["guard"]);
    await expect(setting("two", ["guard"])).rejects.toThrow("is already used in diagnostic setting 'one'");
  });
});
