/** The AKS cluster itself, with its first node pool. */
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";

import { podRange, serviceRange } from "../../config/ranges";
import type { PlatformConfig } from "../../config/types";
import type { Network } from "./network";
import type { Caller, Place } from "./place";
import type { Pool } from "./pools";

export interface ControlPlaneArgs {
  config: PlatformConfig;
  place: Place;
  caller: Caller;
  network: Network;
  /** Resource id of the cluster's own identity. */
  identityId: pulumi.Input<string>;
  /** Address of the key that Secrets are encrypted with. */
  secretsKeyId: pulumi.Input<string>;
  /** The pool that the cluster is born with. */
  firstPool: Pool;
  /** What the identity may do. */
  dependsOn: pulumi.Resource[];
}

/** The tenth address of the Services' range, as every cloud has it by custom; the first one is the API server's. */
const dnsServiceIP = serviceRange.replace(/\.0\/\d+$/, ".10");

export function createControlPlane(
  name: string,
  args: ControlPlaneArgs,
  opts: pulumi.CustomResourceOptions,
): ManagedCluster {
  const { config, place, caller, network, firstPool } = args;
  return new ManagedCluster(
    name,
    {
      ...place,
      resourceName: name,
      nodeResourceGroup: `${name}-nodes`,
      dnsPrefix: name,
      kubernetesVersion: config.kubernetesVersion,
      // Standard has an SLA and room for thousands of nodes: https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers
      sku: { name: "Base", tier: config.environment === "prod" ? "Standard" : "Free" },
      identity: { type: "UserAssigned", userAssignedIdentities: [args.identityId] },
      // People and pipelines come as themselves; there is no administrator's certificate that could get lost.
      disableLocalAccounts: true,
      enableRBAC: true,
      aadProfile: {
        managed: true,
        enableAzureRBAC: true,
        tenantID: caller.tenantId,
        adminGroupObjectIDs: config.access.adminGroups,
      },
      apiServerAccessProfile: apiServer(config, network),
      oidcIssuerProfile: { enabled: true },
      securityProfile: {
        workloadIdentity: { enabled: true },
        azureKeyVaultKms: { enabled: true, keyId: args.secretsKeyId, keyVaultNetworkAccess: "Public" },
      },
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        loadBalancerSku: "standard",
        outboundType: network.outboundType,
        podCidr: podRange,
        serviceCidr: serviceRange,
        dnsServiceIP,
      },
      agentPoolProfiles: [{ name: firstPool.name, ...firstPool.settings }],
      autoScalerProfile: {
        // A pool for each zone: https://learn.microsoft.com/azure/aks/cluster-autoscaler
        balanceSimilarNodeGroups: "true",
        expander: "least-waste",
        skipNodesWithLocalStorage: "false",
        skipNodesWithSystemPods: "false",
      },
      // `kubernetesVersion` names a minor version, so patches are no change of the program's.
      autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
      storageProfile: {
        diskCSIDriver: { enabled: true },
        fileCSIDriver: { enabled: true },
        snapshotController: { enabled: true },
      },
    },
    {
      ...opts,
      protect: config.protect,
      dependsOn: args.dependsOn,
      // Found out by looking at somebody else's subnet: a change there must not replace the cluster.
      ignoreChanges: config.network.existing ? ["networkProfile.outboundType"] : [],
    },
  );
}

/**
 * A public API server lets the nodes in by their address on the way out, which Azure adds by itself only where that is
 * a load balancer's: https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
 */
function apiServer({ access }: PlatformConfig, { egress }: Network) {
  if (access.private) {
    // The name is public and the address behind it is not, so that it is found from every connected network.
    return { enablePrivateCluster: true, privateDNSZone: "system", enablePrivateClusterPublicFQDN: true };
  }
  // An empty list means no restriction, and AKS is told so: without one it keeps the list it has.
  return {
    authorizedIPRanges:
      access.authorizedNetworks.length === 0
        ? []
        : [...access.authorizedNetworks, ...egress.map((ip) => pulumi.interpolate`${ip}/32`)],
  };
}
