/** Azure as the tests see it: configurations, and answers in the shape of the cloud's own. */
import { createHash } from "node:crypto";

import type { PlatformConfig } from "../../../components/config/types";
import { devDefaults, prodDefaults } from "../configuration";
import type { Computed, Invoke } from "./record";

export const domain = "example.com";
export const subscription = "11111111-1111-1111-1111-111111111111";
export const tenant = "22222222-2222-2222-2222-222222222222";
export const runner = "33333333-3333-3333-3333-333333333333";
export const admins = "44444444-4444-4444-4444-444444444444";

export function dev(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    ...devDefaults,
    cloud: "azure",
    region: "westeurope",
    nodes: { ...devDefaults.nodes, zones: ["1", "2"] },
    access: { ...devDefaults.access, authorizedNetworks: ["192.0.2.0/24"], adminGroups: [admins] },
    ...change,
  };
}

export function prod(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    ...prodDefaults,
    cloud: "azure",
    region: "westeurope",
    nodes: { ...prodDefaults.nodes, max: 10, zones: ["1", "2", "3"], spot: true },
    domain,
    tls: { enabled: true, email: "platform@example.com" },
    ...change,
  };
}

/** A network of somebody else's, with a NAT gateway on the subnet `nat` and a route table on all others. */
const theirs = `/subscriptions/${subscription}/resourceGroups/shared/providers/Microsoft.Network/virtualNetworks/hub`;
export const existing = (...subnets: string[]) => ({
  id: theirs,
  publicSubnets: [`${theirs}/subnets/public`],
  privateSubnets: subnets.map((name) => `${theirs}/subnets/${name}`),
});

/** Registries of somebody else's, the second one in another subscription. */
export const registries = ["one", "other"].map((name, index) => {
  const owner = index === 0 ? subscription : subscription.replace(/.$/, "f");
  return `/subscriptions/${owner}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/${name}images`;
});

const aksKubeconfig = `
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Q0E=
    server: https://platform-0123.hcp.westeurope.azmk8s.io:443
  name: platform
`;

/** Object id that the directory has for a managed identity of Pulumi's name. */
export function principalOf(name: string): string {
  return createHash("md5")
    .update(name)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A name in Azure: given, or Pulumi's own with its eight digits. */
const named = (name: string, given: unknown) => (typeof given === "string" ? given : `${name}01234567`);

export const computed: Computed = (type, name, inputs) => {
  switch (type) {
    case "azure-native:resources:ResourceGroup":
      return { name: named(name, inputs.resourceGroupName) };
    case "azure-native:containerservice:ManagedCluster":
      return {
        name: inputs.resourceName,
        identityProfile: { kubeletidentity: { objectId: principalOf("kubelets") } },
        oidcIssuerProfile: { enabled: true, issuerURL: `https://westeurope.oic.prod-aks.azure.com/${tenant}/0123/` },
      };
    case "azure-native:network:PublicIPAddress":
      return { name: named(name, inputs.publicIpAddressName), ipAddress: "198.51.100.7" };
    case "azure-native:managedidentity:UserAssignedIdentity":
      return { name: named(name, inputs.resourceName), clientId: `${name}-client`, principalId: principalOf(name) };
    case "azure-native:keyvault:Key":
      return { keyUriWithVersion: `https://vault.example/keys/${name}/0123` };
    case "azure-native:storage:StorageAccount":
      return {
        name: named(name, inputs.accountName),
        primaryEndpoints: { blob: `https://${named(name, inputs.accountName)}.blob.core.windows.net/` },
      };
    case "azure-native:storage:ObjectReplicationPolicy":
      return {
        policyId: "the-policy",
        rules: (inputs.rules as object[]).map((rule) => ({ ruleId: "the-rule", ...rule })),
      };
    case "azure-native:storage:BlobContainer":
      return { name: inputs.containerName };
    default:
      return { name: named(name, undefined) };
  }
};

export const invoke: Invoke = (token, inputs) => {
  switch (token) {
    case "azure-native:authorization:getClientConfig":
      return { clientId: "client", objectId: runner, subscriptionId: subscription, tenantId: tenant };
    case "azure-native:containerservice:listManagedClusterUserCredentials":
      return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(aksKubeconfig).toString("base64") }] };
    case "azure-native:dns:getZone":
      return {
        ...inputs,
        id: `/subscriptions/${subscription}/resourceGroups/dns/providers/Microsoft.Network/dnszones/${domain}`,
      };
    case "azure-native:network:getSubnet":
      return {
        ...inputs,
        ...(inputs.subnetName === "nat" ? { natGateway: { id: "nat" } } : { routeTable: { id: "routes" } }),
      };
    default:
      throw new Error(`unexpected call of ${token}`);
  }
};
