import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { principalTypeOf } from "../../../components/clouds/azure/roles";
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import {
  admins,
  computed,
  dev,
  domain,
  existing,
  invoke,
  principalOf,
  prod,
  runner,
  subscription,
  tenant,
} from "./azure";
import { record, type Recorded, type Recording, valueOf } from "./record";

function up(config: PlatformConfig, name = "platform") {
  return record(() => createCluster(name, config), computed, invoke);
}

/** The two usual clusters, each brought up once, when it is first asked for: Pulumi's mocks serve one program at a time. */
const usual = { dev: once(() => up(dev())), prod: once(() => up(prod())) };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const azure = (type: string) => `azure-native:${type}`;
const aks = (r: Recording) => r.one(azure("containerservice:ManagedCluster"), "platform");
const pool = (r: Recording, name: string) => r.one(azure("containerservice:AgentPool"), `platform-${name}`);
const pools = (r: Recording) => r.names(azure("containerservice:AgentPool"));
const role = (r: Recording, name: string) => r.one(azure("authorization:RoleAssignment"), `platform-${name}`);
const roleId = (id: string) => `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;

describe("dev", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.dev());
  });

  it("has a subnet for each zone's nodes, all with the one way out", () => {
    expect(r.names(azure("network:Subnet"))).toEqual(["platform-nodes-1", "platform-nodes-2"]);
    expect(r.one(azure("network:Subnet"), "platform-nodes-2").inputs).toMatchObject({
      addressPrefix: "10.0.64.0/18",
      natGateway: { id: "platform-nat-id" },
      networkSecurityGroup: { id: "platform-nodes-id" },
      defaultOutboundAccess: false,
    });
    expect(r.names(azure("network:NatGateway"))).toEqual(["platform-nat"]);
    expect(r.one(azure("network:NatGateway"), "platform-nat").inputs).not.toHaveProperty("zones");
  });

  it("lets clients in on 80 and 443 only", () => {
    const { securityRules } = r.one(azure("network:NetworkSecurityGroup"), "platform-nodes").inputs;
    const fromInternet = (securityRules as Record<string, unknown>[]).filter(
      (rule) => rule.sourceAddressPrefix === "Internet",
    );
    expect(fromInternet).toHaveLength(1);
    expect(fromInternet[0]).toMatchObject({ destinationPortRanges: ["80", "443"], protocol: "Tcp", access: "Allow" });
  });

  it("knows people by Entra only, and lets the allowed ranges and its own nodes in", () => {
    expect(aks(r).inputs).toMatchObject({
      resourceName: "platform",
      kubernetesVersion: "1.36",
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenant, adminGroupObjectIDs: [admins] },
      apiServerAccessProfile: { authorizedIPRanges: ["192.0.2.0/24", "198.51.100.7/32"] },
      identity: { type: "UserAssigned", userAssignedIdentities: ["platform-id"] },
    });
    expect(aks(r).inputs.apiServerAccessProfile).not.toHaveProperty("enablePrivateCluster");
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

  it("is born with one system pool, and has a general pool for each zone", () => {
    const { agentPoolProfiles } = aks(r).inputs;
    expect(agentPoolProfiles).toHaveLength(1);
    expect((agentPoolProfiles as unknown[])[0]).toMatchObject({
      name: "system1",
      mode: "System",
      availabilityZones: ["1"],
      vnetSubnetID: "platform-nodes-1-id",
      nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
      minCount: 1,
    });
    expect(pools(r)).toEqual(["platform-general-1", "platform-general-2"]);
    expect(pool(r, "general-2").inputs).toMatchObject({
      mode: "User",
      vmSize: "Standard_D2s_v5",
      availabilityZones: ["2"],
      vnetSubnetID: "platform-nodes-2-id",
      enableAutoScaling: true,
      minCount: 1,
      maxCount: 2,
      orchestratorVersion: "1.36",
      nodeLabels: { "platform/pool": "general" },
    });
    expect(pool(r, "general-2").inputs).not.toHaveProperty("nodeTaints");
  });

  it("leaves the number of nodes to the autoscaler", () => {
    const all = [...r.ofType(azure("containerservice:AgentPool")).map(({ inputs }) => inputs)];
    all.push(...(aks(r).inputs.agentPoolProfiles as Record<string, unknown>[]));
    expect(all.filter((inputs) => "count" in inputs)).toEqual([]);
  });

  it("gives the cluster's identity the subnets and the address, and a look at its resource group", () => {
    const network = roleId("4d97b98b-1d4f-4787-a291-c67834d212e7");
    const own = { principalId: principalOf("platform"), principalType: "ServicePrincipal" };
    expect(role(r, "subnet-1").inputs).toMatchObject({
      ...own,
      scope: "platform-nodes-1-id",
      roleDefinitionId: network,
    });
    expect(role(r, "subnet-2").inputs).toMatchObject({
      ...own,
      scope: "platform-nodes-2-id",
      roleDefinitionId: network,
    });
    expect(role(r, "ingress").inputs).toMatchObject({
      ...own,
      scope: "platform-ingress-id",
      roleDefinitionId: network,
    });
    expect(role(r, "read").inputs).toMatchObject({
      ...own,
      scope: "platform-id",
      roleDefinitionId: roleId("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
    });
  });

  it("makes whoever creates it its administrator, and keeps it so when somebody else runs the program", () => {
    expect(role(r, "runner")).toMatchObject({
      inputs: {
        principalId: runner,
        scope: "platform-id",
        roleDefinitionId: roleId("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
      },
      ignoreChanges: ["principalId"],
    });
    expect(role(r, "runner").inputs.principalType).toBe("ServicePrincipal");
  });

  it("knows a person by the program that they logged in with", () => {
    const caller = { clientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", objectId: runner };
    expect(principalTypeOf({ ...caller, subscriptionId: subscription, tenantId: tenant })).toBe("User");
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

  it("asks everything of the one provider", () => {
    const others = (prefix: string, provider: string) =>
      r.all().filter((resource) => resource.type.startsWith(prefix) && resource.provider !== provider);
    expect(others("azure-native:", "platform-azure")).toEqual([]);
    expect(others("kubernetes:", "platform-kubernetes")).toEqual([]);
  });
});

/** What takes no tags in Azure: parts of something else. */
const untagged = [
  "authorization:RoleAssignment",
  "containerservice:MaintenanceConfiguration",
  "managedidentity:FederatedIdentityCredential",
  "monitor:DiagnosticSetting",
  "network:Subnet",
  "storage:BlobContainer",
  "storage:BlobServiceProperties",
  "storage:ManagementPolicy",
].map(azure);

describe("prod", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });

  it("has a NAT in each zone, each zone using its own", () => {
    expect(r.names(azure("network:NatGateway"))).toEqual(["platform-nat-1", "platform-nat-2", "platform-nat-3"]);
    expect(r.one(azure("network:NatGateway"), "platform-nat-3").inputs).toMatchObject({
      zones: ["3"],
      publicIpAddresses: [{ id: "platform-nat-3-id" }],
    });
    expect(r.one(azure("network:Subnet"), "platform-nodes-3").inputs.natGateway).toEqual({ id: "platform-nat-3-id" });
  });

  it("has system pools in all zones, and a spot pool that pods come to by consent", () => {
    expect(pools(r)).toEqual([
      "platform-general-1",
      "platform-general-2",
      "platform-general-3",
      "platform-spot",
      "platform-system-2",
      "platform-system-3",
    ]);
    expect(pool(r, "system-3").inputs).toMatchObject({ mode: "System", availabilityZones: ["3"] });
    const spot = pool(r, "spot").inputs;
    expect(spot).toMatchObject({
      scaleSetPriority: "Spot",
      scaleSetEvictionPolicy: "Delete",
      spotMaxPrice: -1,
      minCount: 0,
      maxCount: 10,
      availabilityZones: ["1", "2", "3"],
      nodeTaints: ["platform/spot=true:PreferNoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
    });
    expect(spot).not.toHaveProperty("upgradeSettings");
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

  it("has the stack's tags on everything that takes tags", () => {
    const own = r.all().filter(({ type }) => type.startsWith("azure-native:") && !untagged.includes(type));
    expect(own.length).toBeGreaterThan(15);
    const without = own.filter(({ inputs }) => !isDeepStrictEqual(inputs.tags, prod().tags));
    expect(without.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });
});

describe("order", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });
  const follows = (later: Recorded, earlier: Recorded) => expect(r.waitsFor(later, earlier)).toBe(true);
  const independent = (one: Recorded, other: Recorded) => expect(r.waitsFor(one, other)).toBe(false);

  it("the cluster waits for its identity's rights, its key and its way out", () => {
    for (const right of ["subnet-1", "subnet-3", "ingress", "read"]) follows(aks(r), role(r, right));
    follows(aks(r), r.one(azure("keyvault:Key"), "platform-secrets"));
    follows(aks(r), r.one(azure("network:NatGateway"), "platform-nat-1"));
  });

  it("the API server is asked only when it knows the runner's role: made before the cluster, used after the nodes", () => {
    follows(aks(r), role(r, "runner"));
    const provider = r.one("pulumi:providers:kubernetes", "platform-kubernetes");
    follows(provider, role(r, "runner"));
    follows(provider, pool(r, "general-3"));
  });

  it("subnets are made one after the other, pools at the same time", () => {
    const subnet = (key: number) => r.one(azure("network:Subnet"), `platform-nodes-${key}`);
    follows(subnet(3), subnet(2));
    follows(subnet(2), subnet(1));
    independent(pool(r, "general-2"), pool(r, "general-1"));
  });

  it("backups and identities do not wait for the cluster; credentials do", () => {
    independent(r.one(azure("storage:StorageAccount"), "platform"), aks(r));
    independent(role(r, "velero-backup"), aks(r));
    follows(r.one(azure("managedidentity:FederatedIdentityCredential"), "platform-velero"), aks(r));
  });

  it("tells the platform what to wait for", async () => {
    const urns = await Promise.all(cluster.ready.map(({ urn }) => valueOf(urn)));
    expect(urns.map((urn) => urn.split("::").pop())).toEqual([
      "platform-system-2",
      "platform-system-3",
      "platform-general-1",
      "platform-general-2",
      "platform-general-3",
      "platform-spot",
      "platform-velero-backup",
      "platform-velero",
      "platform-external-dns-zone",
      "platform-external-dns-group",
      "platform-external-dns",
      "platform-cert-manager-zone",
      "platform-cert-manager",
    ]);
  });
});

describe("variants", () => {
  it("uses an existing network and creates nothing of one", async () => {
    const network = { ...dev().network, existing: existing("nat") };
    const { recording: r } = await up(dev({ network }));
    for (const type of ["VirtualNetwork", "Subnet", "NatGateway", "NetworkSecurityGroup"]) {
      expect(r.ofType(azure(`network:${type}`)), type).toEqual([]);
    }
    const [subnet] = network.existing.privateSubnets;
    expect(role(r, "subnet-1").inputs.scope).toBe(subnet);
    expect(aks(r)).toMatchObject({
      inputs: {
        networkProfile: { outboundType: "userAssignedNATGateway" },
        apiServerAccessProfile: { authorizedIPRanges: ["192.0.2.0/24"] },
      },
      ignoreChanges: ["networkProfile.outboundType"],
    });
    expect(pool(r, "general-2").inputs.vnetSubnetID).toBe(subnet);
  });

  it("goes out through somebody else's firewall where the subnet has routes", async () => {
    const { recording: r } = await up(dev({ network: { ...dev().network, existing: existing("routed", "other") } }));
    expect(aks(r).inputs.networkProfile).toMatchObject({ outboundType: "userDefinedRouting" });
    expect(pool(r, "general-2").inputs.vnetSubnetID).toMatch(/\/subnets\/other$/);
  });

  it("closes the public endpoint", async () => {
    const { recording: r } = await up(dev({ access: { ...dev().access, private: true, authorizedNetworks: [] } }));
    expect(aks(r).inputs.apiServerAccessProfile).toEqual({
      enablePrivateCluster: true,
      privateDNSZone: "system",
      enablePrivateClusterPublicFQDN: true,
    });
  });

  it("is open to all where nothing is said", async () => {
    const { recording: r } = await up(dev({ access: { ...dev().access, authorizedNetworks: [] } }));
    expect(aks(r).inputs).not.toHaveProperty("apiServerAccessProfile");
  });

  it("has neither storage nor identity where backups are off", async () => {
    const { recording: r, result } = await up(dev({ backup: { ...dev().backup, enabled: false } }));
    expect(r.all().filter(({ type }) => type.startsWith(azure("storage:")))).toEqual([]);
    expect(r.names(azure("resources:ResourceGroup"))).toEqual(["platform"]);
    expect(r.ofType(azure("managedidentity:FederatedIdentityCredential"))).toEqual([]);
    expect(result.traits.backup).toBeUndefined();
  });

  it("protects the address against floods where it is paid for", async () => {
    const { recording: r } = await up(dev({ network: { ...dev().network, ddosProtection: true } }));
    expect(r.one(azure("network:PublicIPAddress"), "platform-ingress").inputs.ddosSettings).toEqual({
      protectionMode: "Enabled",
    });
  });

  it("goes without zones where the region has none", async () => {
    const { recording: r } = await up(prod({ region: "westus", nodes: { ...prod().nodes, zones: [] } }));
    expect(r.names(azure("network:NatGateway"))).toEqual(["platform-nat"]);
    expect(pools(r)).toEqual(["platform-general-1", "platform-spot"]);
    expect(pool(r, "general-1").inputs).toMatchObject({ minCount: 3, maxCount: 10 });
    for (const resource of [
      pool(r, "general-1").inputs,
      pool(r, "spot").inputs,
      (aks(r).inputs.agentPoolProfiles as Record<string, unknown>[])[0],
    ]) {
      expect(resource).not.toHaveProperty("availabilityZones");
    }
    expect(r.one(azure("network:PublicIPAddress"), "platform-ingress").inputs).not.toHaveProperty("zones");
    expect(r.one(azure("storage:StorageAccount"), "platform").inputs.sku).toEqual({ name: "Standard_LRS" });
  });

  it("makes new pools beside the old ones where the machines change, under other names", async () => {
    const { recording: before } = await usual.dev();
    const { recording: after } = await up(dev({ nodes: { ...dev().nodes, vcpu: 4, memoryGiB: 16 } }));
    const name = (r: Recording) => String(pool(r, "general-1").inputs.agentPoolName);
    expect(name(before)).toMatch(/^general1[0-9a-f]{4}$/);
    expect(name(after)).not.toBe(name(before));
    // The pool that the cluster is born with cannot be exchanged.
    expect(aks(after).inputs.agentPoolProfiles).toEqual(aks(before).inputs.agentPoolProfiles);
  });

  it("refuses a name that Azure would refuse later", async () => {
    await expect(up(dev(), "Platform_dev")).rejects.toThrow(/the cluster cannot be called "Platform_dev"/);
    await expect(up(dev(), "p".repeat(51))).rejects.toThrow(/2 to 50 characters/);
  });

  it("keeps every name within Azure's limits when the stack's name is long", async () => {
    const name = "a-platform-with-quite-a-long-name-of-a-stack-in-it";
    const { recording: r } = await up(prod(), name);
    const longestOf = (type: string) => Math.max(...r.names(azure(type)).map((logical) => logical.length + 8));
    for (const type of ["keyvault:Vault", "storage:StorageAccount"]) {
      expect(longestOf(type)).toBeLessThanOrEqual(24);
      expect(r.names(azure(type))[0]).toMatch(/^[a-z][a-z0-9]*$/);
    }
    expect(longestOf("operationalinsights:Workspace")).toBeLessThanOrEqual(63);
    expect(longestOf("network:VirtualNetwork")).toBeLessThanOrEqual(64);
    const names = r.ofType(azure("containerservice:AgentPool")).map(({ inputs }) => String(inputs.agentPoolName));
    expect(names.filter((one) => !/^[a-z][a-z0-9]{0,11}$/.test(one))).toEqual([]);
    expect(new Set(names).size).toBe(6);
  });
});

describe("what the platform is told", () => {
  it("has a Service with the fixed address, and TLS at Traefik", async () => {
    const { result } = await usual.prod();
    expect(await valueOf(result.traits.ingress as never)).toEqual({
      service: {
        type: "LoadBalancer",
        annotations: {
          "service.beta.kubernetes.io/azure-pip-name": "platform-ingress01234567",
          "service.beta.kubernetes.io/azure-load-balancer-resource-group": "platform",
        },
      },
      tlsAt: "ingress",
      trustedIPs: [],
      attachments: [],
      existing: false,
      kind: "Azure Load Balancer",
    });
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

  it("has a kubeconfig that asks kubelogin for a token of the right tenant, kept secret", async () => {
    const { result } = await usual.dev();
    const kubeconfig = JSON.parse(await valueOf(result.kubeconfig)) as Record<string, never>;
    expect(kubeconfig).toMatchObject({
      "current-context": "platform",
      clusters: [
        {
          cluster: {
            server: "https://platform-0123.hcp.westeurope.azmk8s.io:443",
            "certificate-authority-data": "Q0E=",
          },
        },
      ],
      users: [
        {
          user: {
            exec: {
              command: "kubelogin",
              args: [
                "get-token",
                "--login",
                "azurecli",
                "--server-id",
                "6dae42f8-4368-4678-94ff-3960e28e3630",
                "--tenant-id",
                tenant,
              ],
            },
          },
        },
      ],
    });
    expect(await (result.kubeconfig as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
  });
});
