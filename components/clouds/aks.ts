/** The platform's cluster on Azure. */
import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster, Controller, IdentityTrait, Traits } from "../cluster";
import type { PlatformConfig } from "../config/types";
import { instanceType } from "../instances";
import { type Backups, createBackups } from "./azure/backupcopy";
import { createControlPlane } from "./azure/controlplane";
import { dns, findZone, rolesOf, type Zone } from "./azure/dns";
import { SecretsKey } from "./azure/keys";
import { kubeconfigOf } from "./azure/kubeconfig";
import { IngressAddress } from "./azure/loadbalancer";
import { ControlPlaneLogs } from "./azure/logs";
import { planMaintenance } from "./azure/maintenance";
import { checkClusterName } from "./azure/names";
import { existingNetwork, type Network, VirtualNetworkOfNodes } from "./azure/network";
import { Nodes } from "./azure/nodes";
import { type Caller, type Place, zonesOf } from "./azure/place";
import { poolsOf } from "./azure/pools";
import { letNodesPull } from "./azure/registries";
import { assignRole, principalTypeOf, type RoleArgs } from "./azure/roles";
import { monitoring, storageClasses } from "./azure/traits";
import { WorkloadIdentity, type WorkloadIdentityArgs } from "./azure/workloadidentity";

/** Resource group of the domain's zone where the configuration names none. */
const zoneResourceGroup = "dns";

/**
 * Creates the cluster and everything of Azure around it, in the subscription that the environment or the Azure CLI names.
 *
 * @throws where the name is too long or has characters that Azure does not take, or where nobody is logged in
 */
export async function createAksCluster(
  name: string,
  config: PlatformConfig,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Cluster> {
  checkClusterName(name);
  const provider = new AzureProvider(`${name}-azure`, { location: config.region }, { parent: opts?.parent });
  const caller = await getClientConfig({ provider });
  return new AksCluster(name, config, caller, { ...opts, providers: [provider] }).result;
}

class AksCluster extends pulumi.ComponentResource {
  readonly result: Cluster;
  private readonly place: Place;

  constructor(
    private readonly prefix: string,
    private readonly config: PlatformConfig,
    private readonly caller: Caller,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:Cluster", prefix, {}, opts);
    const { domain, protect, environment, region: location, tags } = config;
    const parent = { parent: this };
    const zone =
      domain === undefined ? undefined : findZone(domain, config.dns?.resourceGroup ?? zoneResourceGroup, this);
    const group = new ResourceGroup(prefix, { resourceGroupName: prefix, location, tags }, parent);
    const place = { resourceGroupName: group.name, location, tags };
    this.place = place;

    const network = this.network();
    const ddosProtection = config.network.ddosProtection ?? false;
    const address = new IngressAddress(prefix, { place, ddosProtection, protect }, parent);
    const backups = config.backup.enabled ? createBackups(prefix, config, caller, this) : undefined;

    const identity = new UserAssignedIdentity(prefix, { ...place }, parent);
    const rights = this.rights(group, network, address, identity);
    const secretsKey = new SecretsKey(
      prefix,
      { place, caller, clusterPrincipalId: identity.principalId, recoverableDays: environment === "prod" ? 90 : 7 },
      parent,
    );
    // The runner's role is there before the cluster, which takes minutes: as long as Azure needs to tell everyone of it.
    const runner = this.runner(group);
    const zones = zonesOf(config.nodes.zones);
    const pools = poolsOf({ config, zones, subnets: network.subnets, vmSize: vmSizeOf(config), tags });
    const cluster = createControlPlane(
      prefix,
      {
        config,
        place,
        caller,
        network,
        identityId: identity.id,
        secretsKeyId: secretsKey.id,
        firstPool: pools.first,
        dependsOn: [...rights, runner],
      },
      parent,
    );
    const pulls = letNodesPull(prefix, config.nodes.registries ?? [], cluster, caller, parent);
    const maintenance = planMaintenance(prefix, place, cluster.name, config.maintenance, parent);
    new ControlPlaneLogs(prefix, { place, clusterId: cluster.id, environment }, parent);
    const nodes = new Nodes(
      prefix,
      { place, clusterName: cluster.name, pools: pools.others, dependsOn: maintenance },
      parent,
    );
    // Known when there is a cluster: until then the profile is what was asked for, in which there is no address.
    const issuerUrl = cluster.oidcIssuerProfile.apply(
      (profile) => profile?.issuerURL ?? pulumi.unknown,
    ) as pulumi.Output<string>;
    const identities = this.identities(issuerUrl, zone, backups);

    const kubeconfig = kubeconfigOf(cluster, { place, caller, isPrivate: config.access.private }, this);
    const kubernetes = new KubernetesProvider(
      `${prefix}-kubernetes`,
      { kubeconfig, clusterIdentifier: cluster.id, enableServerSideApply: true },
      // Nothing is asked of the API server before the first nodes are there: by then it knows the runner's role.
      { parent: this, dependsOn: [runner, ...nodes.pools.slice(0, 1)] },
    );
    const traits: Traits = {
      storageClasses: storageClasses(config),
      ingress: address.trait(),
      monitoring,
      backup: backups?.storage.trait(backups.copy),
      dns: identities.dns,
      identities: identities.traits,
      metricsServer: true,
    };
    this.result = {
      provider: kubernetes,
      kubeconfig,
      name: cluster.name,
      id: cluster.id,
      issuer: issuerUrl,
      traits,
      ready: [...nodes.pools, ...pulls, ...identities.ready],
      // AKS takes the address with the rights that its identity has; both stay until the Service is gone.
      ingressReady: rights,
    };
    this.registerOutputs();
  }

  private network(): Network {
    const { config, prefix, place } = this;
    if (config.network.existing) {
      return existingNetwork(config.network.existing, this);
    }
    const { cidr, nat } = config.network;
    return new VirtualNetworkOfNodes(
      prefix,
      { place, cidr, nat, zones: zonesOf(config.nodes.zones), protect: config.protect },
      { parent: this },
    );
  }

  /**
   * What the cluster does in Azure by itself: it puts nodes into the subnets, and the address onto its load balancer, which
   * it looks for among all addresses of the resource group.
   * https://learn.microsoft.com/azure/aks/concepts-identity, https://learn.microsoft.com/azure/aks/static-ip
   */
  private rights(
    group: ResourceGroup,
    network: Network,
    address: IngressAddress,
    { principalId }: UserAssignedIdentity,
  ): pulumi.Resource[] {
    const allow = (suffix: string, role: RoleArgs["role"], scope: pulumi.Input<string>) =>
      assignRole(
        `${this.prefix}-${suffix}`,
        this.caller,
        { role, scope, principalId, principalType: "ServicePrincipal" },
        { parent: this },
      );
    return [
      ...network.subnets.map(({ key, id }) => allow(`subnet-${key}`, "Network Contributor", id)),
      allow("ingress", "Network Contributor", address.id),
      allow("read", "Reader", group.id),
    ];
  }

  /**
   * Whoever creates the cluster administers it. The others that run `up` are in `access.adminGroups`: if the role went
   * from one to the next with each run, each would lock the other out.
   */
  private runner(group: ResourceGroup): pulumi.Resource {
    return assignRole(
      `${this.prefix}-runner`,
      this.caller,
      {
        role: "Azure Kubernetes Service RBAC Cluster Admin",
        scope: group.id,
        principalId: this.caller.objectId,
        principalType: principalTypeOf(this.caller),
      },
      { parent: this, ignoreChanges: ["principalId", "principalType"] },
    );
  }

  /** Credentials of every controller that calls Azure, by what is turned on. */
  private identities(issuerUrl: pulumi.Output<string>, zone: Zone | undefined, backups: Backups | undefined) {
    const traits: Partial<Record<Controller, IdentityTrait>> = {};
    const ready: pulumi.Resource[] = [];
    const identify = (controller: Controller, roles: WorkloadIdentityArgs["roles"]): WorkloadIdentity => {
      const identity = new WorkloadIdentity(
        this.prefix,
        controller,
        {
          place: this.place,
          caller: this.caller,
          issuerUrl,
          namespace: controller,
          serviceAccount: controller,
          roles,
        },
        { parent: this },
      );
      traits[controller] = identity.trait();
      ready.push(...identity.ready);
      return identity;
    };
    if (backups) {
      const scope = backups.storage.account.id;
      identify("velero", { backup: { role: "Storage Blob Data Contributor", scope } });
    }
    if (zone === undefined) {
      return { traits, ready, dns: undefined };
    }
    identify("external-dns", rolesOf("external-dns", zone, this.caller));
    const certManager = identify("cert-manager", rolesOf("cert-manager", zone, this.caller));
    return { traits, ready, dns: dns(zone, this.caller, certManager.clientId) };
  }
}

function vmSizeOf({ nodes }: PlatformConfig): string {
  return nodes.instanceType ?? instanceType("azure", nodes.vcpu, nodes.memoryGiB);
}
