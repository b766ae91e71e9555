import { beforeEach, describe, expect, it } from "vitest";
import { azureInvokes } from "../../../simulator/azure";
import {
  assign,
  cluster,
  clusterIdentity,
  network,
  place,
  pool,
  Subscription,
  systemPool,
  tenantId,
  type Network,
} from "./account";

let azure: Subscription;
let net: Network;
beforeEach(async () => {
  azure = new Subscription();
  net = await network(azure);
});

const profile = {
  networkPlugin: "azure",
  networkPluginMode: "overlay",
  networkDataplane: "cilium",
  networkPolicy: "cilium",
  serviceCidr: "172.20.0.0/16",
  dnsServiceIP: "172.20.0.10",
};

describe("clusters", () => {
  it("answer as AKS does, with a control plane behind them", async () => {
    const { id, outputs } = await cluster(azure, net);
    expect(id).toMatch(/\/resourcegroups\/platform\/providers\/Microsoft\.ContainerService\/managedClusters\/aks$/);
    expect(outputs).toMatchObject({
      currentKubernetesVersion: expect.stringMatching(/^1\.35\.\d+$/) as string,
      fqdn: expect.stringMatching(/^aks-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/) as string,
      kubernetesVersion: "1.35",
      nodeResourceGroup: "MC_platform_aks_westeurope",
      oidcIssuerProfile: {
        enabled: true,
        issuerURL: expect.stringMatching(
          `^https://westeurope.oic.prod-aks.azure.com/${tenantId}/[0-9a-f-]{36}/$`,
        ) as string,
      },
    });
    const identity = azure.records.find(({ inputs }) => inputs.resourceName === "cluster");
    const { clientId, principalId } = identity?.outputs ?? {};
    expect(outputs.identity).toEqual({
      type: "UserAssigned",
      userAssignedIdentities: { [identity?.id ?? ""]: { clientId, principalId } },
    });
    expect(azure.clusters.started).toEqual([id]);
    expect(azure.clusters.versions.get(id)).toBe("1.35");
  });

  it("are born with AKS' classes, drivers and pods", async () => {
    await cluster(azure, net);
    const { objects } = azure.clusters;
    expect(objects.get("StorageClass/default")).toMatchObject({
      provisioner: "disk.csi.azure.com",
      // Two zones: https://learn.microsoft.com/azure/aks/concepts-storage
      parameters: { skuname: "StandardSSD_ZRS" },
      metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    });
    expect([...objects.keys()].filter((name) => name.startsWith("StorageClass/"))).toHaveLength(9);
    expect(objects.has("DaemonSet/cilium")).toBe(true);
    expect(objects.has("DaemonSet/kube-proxy")).toBe(false);
    expect(objects.has("Deployment/azure-wi-webhook-controller-manager")).toBe(false);
  });

  it("have nodes with AKS' names, labels and zones", async () => {
    await cluster(azure, net);
    const nodes = azure.clusters.pools.get("system") ?? [];
    expect(nodes.map(({ zone }) => zone)).toEqual(["westeurope-1", "westeurope-2"]);
    expect(nodes[1]).toMatchObject({
      name: expect.stringMatching(/^aks-system-\d{8}-vmss000001$/) as string,
      providerId: expect.stringMatching(
        /^azure:\/\/\/subscriptions\/[^/]+\/resourceGroups\/mc_platform_aks_westeurope\/providers\/Microsoft\.Compute\/virtualMachineScaleSets\/aks-system-\d{8}-vmss\/virtualMachines\/1$/,
      ) as string,
      internalIP: expect.stringMatching(/^10\.0\.(1[6-9]|2\d|3[01])\./) as string,
      maxPods: 250,
    });
    expect(nodes[0]?.labels).toMatchObject({
      agentpool: "system",
      "kubernetes.azure.com/mode": "system",
      "kubernetes.azure.com/cluster": "MC_platform_aks_westeurope",
      "topology.disk.csi.azure.com/zone": "westeurope-1",
    });
  });

  it("tell their endpoint to whoever asks for credentials", async () => {
    const { outputs } = await cluster(azure, net);
    const list = azureInvokes["azure-native:containerservice:listManagedClusterUserCredentials"];
    const answer = await list?.({ resourceGroupName: "platform", resourceName: "aks" }, azure.context());
    const [found] = (answer?.kubeconfigs ?? []) as { value: string }[];
    const kubeconfig = Buffer.from(found?.value ?? "", "base64").toString();
    expect(JSON.parse(kubeconfig)).toMatchObject({
      clusters: [{ cluster: { server: `https://${String(outputs.fqdn)}:443`, "certificate-authority-data": "Q0E=" } }],
    });
  });

  it("tell the name inside of the network of a private one, and the other where it is asked for", async () => {
    const server = async (apiServerAccessProfile: object, serverFqdn?: string) => {
      azure = new Subscription();
      net = await network(azure);
      const { outputs } = await cluster(azure, net, { apiServerAccessProfile });
      const list = azureInvokes["azure-native:containerservice:listManagedClusterUserCredentials"];
      const args = { resourceGroupName: "platform", resourceName: "aks", serverFqdn };
      const answer = await list?.(args, azure.context());
      const [found] = (answer?.kubeconfigs ?? []) as { value: string }[];
      const text = Buffer.from(found?.value ?? "", "base64").toString();
      const kubeconfig = JSON.parse(text) as { clusters: { cluster: { server: string } }[] };
      const host = kubeconfig.clusters[0]?.cluster.server.replace(/^https:\/\/(.*):443$/, "$1");
      return Object.keys(outputs).find((key) => /fqdn$/i.test(key) && outputs[key] === host);
    };
    const both = { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: true };
    expect(await server(both)).toBe("privateFQDN");
    expect(await server(both, "public")).toBe("fqdn");
    await expect(server({ enablePrivateCluster: true }, "public")).rejects.toThrow("no server FQDN");
  });

  it.each([
    [{ kubernetesVersion: "1.28" }, 'Code="K8sVersionNotSupported"'],
    [{ kubernetesVersion: "1.33" }, "only available for Long-Term Support"],
    [{ dnsPrefix: "-aks" }, "DNS prefix '-aks' is invalid"],
    [
      { networkProfile: { ...profile, serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" } },
      "ServiceCidrOverlapExistingSubnetsCidr",
    ],
    [{ networkProfile: { ...profile, podCidr: "10.0.0.0/12" } }, "PodCidrOverlapExistingSubnetsCidr"],
    [{ networkProfile: { ...profile, podCidr: "172.20.0.0/14" } }, "overlaps with the pod CIDR"],
    [{ networkProfile: { ...profile, dnsServiceIP: "172.21.0.10" } }, "is not within the service CIDR"],
    [{ networkProfile: { ...profile, dnsServiceIP: "172.20.0.1" } }, "cannot be the DNS service IP"],
    [{ networkProfile: { ...profile, networkDataplane: "azure" } }, "requires networkDataplane to be cilium"],
    [{ aadProfile: undefined }, "Local accounts can be disabled only for clusters"],
    [
      { apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: ["192.0.2.0/24"] } },
      "Authorized IP ranges",
    ],
    [{ agentPoolProfiles: [{ ...systemPool, mode: "User" }] }, "There has to be at least one system agent pool."],
    [{ agentPoolProfiles: [{ ...systemPool, vmSize: "Standard_D2s_v5" }] }, 'Code="SystemPoolSkuTooLow"'],
    [
      { agentPoolProfiles: [{ ...systemPool, count: 100 }] },
      "Insufficient vcpu quota requested 400, remaining 200 for family standardDSv5Family",
    ],
    [
      { securityProfile: { workloadIdentity: { enabled: true } }, oidcIssuerProfile: undefined },
      "requires the OIDC issuer",
    ],
  ])("refuse %j", async (inputs, message) => {
    await expect(cluster(azure, net, inputs)).rejects.toThrow(message);
    expect(azure.clusters.started).toEqual([]);
  });

  it("need an identity that may put nodes into their subnets", async () => {
    const identity = await azure.create("managedidentity:UserAssignedIdentity", { ...place, resourceName: "cluster" });
    await expect(cluster(azure, net)).rejects.toThrow('Status=403 Code="LinkedAuthorizationFailed"');
    await assign(azure, "reader", net.group.id, identity.outputs.principalId);
    await expect(cluster(azure, net)).rejects.toThrow("virtualNetworks/subnets/join/action");
    await assign(azure, "networkContributor", net.vnet.id, identity.outputs.principalId);
    await cluster(azure, net);
  });

  it("let in the address that their nodes come from", async () => {
    const with_ = (...authorizedIPRanges: string[]) =>
      cluster(azure, net, { apiServerAccessProfile: { authorizedIPRanges } });
    await expect(with_("192.0.2.0/24")).rejects.toThrow("K8SAPIServerConnFailVMExtensionError");
    await with_("192.0.2.0/24", `${String(net.gatewayAddress.outputs.ipAddress)}/32`);
  });

  it("encrypt with keys that their identity may use", async () => {
    const identity = await clusterIdentity(azure, net);
    const properties = { tenantId, sku: { family: "A", name: "standard" }, accessPolicies: [] as object[] };
    const vault = await azure.create("keyvault:Vault", { ...place, vaultName: "vault-1", properties });
    const { outputs } = await azure.create("keyvault:Key", {
      resourceGroupName: "platform",
      vaultName: "vault-1",
      keyName: "secrets",
      properties: { kty: "RSA" },
    });
    const encrypted = (keyId: unknown, access: object = { keyVaultNetworkAccess: "Public" }) =>
      cluster(azure, net, { securityProfile: { azureKeyVaultKms: { enabled: true, keyId, ...access } } });
    await expect(encrypted(outputs.keyUri)).rejects.toThrow("names no version of a key");
    await expect(encrypted(outputs.keyUriWithVersion)).rejects.toThrow(
      'The identity does not have keys encrypt/decrypt permission on key vault "https://vault-1.vault.azure.net"',
    );
    await expect(encrypted(outputs.keyUriWithVersion, {})).rejects.toThrow("KeyVault network access is unspecified");
    const closed = { keyVaultNetworkAccess: "Private" };
    await expect(encrypted(outputs.keyUriWithVersion, closed)).rejects.toThrow("KeyVault resource ID is empty");
    await expect(encrypted(outputs.keyUriWithVersion, { ...closed, keyVaultResourceId: vault.id })).rejects.toThrow(
      "Vnet integration should be enabled",
    );
    const permissions = { keys: ["encrypt", "decrypt"] };
    await azure.update(vault, {
      properties: {
        ...properties,
        accessPolicies: [{ tenantId, objectId: identity.outputs.principalId, permissions }],
      },
    });
    await encrypted(outputs.keyUriWithVersion);
  });

  it("are upgraded by one minor version at a time, never back", async () => {
    const record = await cluster(azure, net);
    await expect(azure.update(record, { kubernetesVersion: "1.34" })).rejects.toThrow(
      "Upgrading Kubernetes version 1.35 to 1.34 is not allowed",
    );
    await azure.update(record, { kubernetesVersion: "1.36" });
    expect(azure.clusters.versions.get(record.id)).toBe("1.36");
    expect(record.outputs.currentKubernetesVersion).toMatch(/^1\.36\./);
  });

  it("keep what cannot be changed", async () => {
    const record = await cluster(azure, net);
    const [inline] = record.inputs.agentPoolProfiles as object[];
    const pools = (change: object) => ({ agentPoolProfiles: [{ ...inline, ...change }] });
    await expect(azure.update(record, pools({ vmSize: "Standard_D8s_v5" }))).rejects.toThrow(
      `Code="PropertyChangeNotAllowed" Message="Changing property 'agentPoolProfile.vmSize' is not allowed."`,
    );
    await expect(azure.update(record, pools({ name: "other" }))).rejects.toThrow("A new agent pool was introduced.");
    await expect(azure.update(record, { apiServerAccessProfile: { enablePrivateCluster: true } })).rejects.toThrow(
      "apiServerAccessProfile.enablePrivateCluster",
    );
    await expect(azure.update(record, { oidcIssuerProfile: { enabled: false } })).rejects.toThrow(
      "OIDC issuer feature cannot be disabled.",
    );
    await azure.update(record, pools({ count: 3 }));
    expect(azure.clusters.pools.get("system")).toHaveLength(3);
  });

  it("hold on to their subnets, and go with all that is below them", async () => {
    const record = await cluster(azure, net);
    await pool(azure, net);
    await expect(azure.delete(net.subnets[0] ?? record)).rejects.toThrow('Code="InUseSubnetCannotBeDeleted"');
    await azure.delete(record);
    expect(azure.clusters.started).toEqual([]);
    expect(azure.records.some(({ type }) => type.includes("AgentPool"))).toBe(false);
    await azure.delete(net.subnets[0] ?? record);
  });
});

describe("maintenance windows", () => {
  const window = {
    startTime: "04:00",
    durationHours: 4,
    schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
  };
  const configuration = (configName: string, maintenanceWindow: object) =>
    azure.create("containerservice:MaintenanceConfiguration", {
      resourceGroupName: "platform",
      resourceName: "aks",
      configName,
      maintenanceWindow,
    });

  it("have names that AKS knows, and one schedule", async () => {
    await cluster(azure, net);
    await configuration("aksManagedAutoUpgradeSchedule", window);
    await expect(configuration("weekend", window)).rejects.toThrow("is not supported");
    await expect(configuration("aksManagedNodeOSUpgradeSchedule", { ...window, schedule: {} })).rejects.toThrow(
      "exactly one schedule",
    );
  });
});
