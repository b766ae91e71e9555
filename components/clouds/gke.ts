/** The platform's cluster on Google Cloud. */
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { hostOf } from "../addresses";
import type { Cluster, Controller, IdentityTrait, Traits } from "../cluster";
import type { PlatformConfig } from "../config/types";
import { instanceType } from "../instances";
import { BackupBucket } from "./gcp/backup";
import { createControlPlane } from "./gcp/controlplane";
import { existingNetwork } from "./gcp/existing";
import { Firewall } from "./gcp/firewall";
import { Keys } from "./gcp/keys";
import { kubeconfigOf } from "./gcp/kubeconfig";
import { IngressLoadBalancer } from "./gcp/loadbalancer";
import { checkClusterName } from "./gcp/names";
import { type Network, PlatformNetwork } from "./gcp/network";
import { NodeIdentity } from "./gcp/nodeidentity";
import { Nodes } from "./gcp/nodes";
import { lookUpProject, type Project, projectId } from "./gcp/project";
import { PodIdentity } from "./gcp/serviceaccounts";
import { dns, monitoring, storageClasses } from "./gcp/traits";
import { grantZone, grantZoneList, zoneOf } from "./gcp/zone";

/** What has to be looked up before anything is declared. */
interface Found {
  project: Project;
  /** The domain's zone; unset without a domain. */
  zone?: string;
  /** Unset where a network is made. */
  network?: Network;
}

/**
 * Creates the cluster and everything of Google Cloud around it.
 *
 * @throws where the name is too long or has characters that Google does not take, where no project is named, or where
 *   the project, the domain's zone or the existing network is not there
 */
export async function createGkeCluster(
  name: string,
  config: PlatformConfig,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Cluster> {
  checkClusterName(name);
  const id = projectId();
  const provider = new GcpProvider(
    `${name}-gcp`,
    { project: id, region: config.region, defaultLabels: config.tags, addPulumiAttributionLabel: false },
    { parent: opts?.parent },
  );
  const project = await lookUpProject(id, provider);
  const [zone, network] = await Promise.all([
    config.domain === undefined ? undefined : zoneOf(config.domain, project, provider),
    config.network.existing && existingNetwork(config.network.existing, config.nodes, provider),
  ]);
  return new GkeCluster(name, config, { project, zone, network }, { ...opts, providers: [provider] }).result;
}

class GkeCluster extends pulumi.ComponentResource {
  readonly result: Cluster;

  constructor(
    private readonly prefix: string,
    private readonly config: PlatformConfig,
    found: Found,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:Cluster", prefix, {}, opts);
    const parent = { parent: this };
    const { project, zone } = found;
    const { region, protect } = config;
    const keys = new Keys(prefix, { project, region }, parent);
    // Google takes a minute or more to tell GKE of its right on the key, and GKE tries the key at once. Nothing sleeps for
    // that: what the cluster needs anyway, or its load balancer, is made in a row behind the right.
    const nodeIdentity = new NodeIdentity(prefix, { project, after: [keys.granted] }, parent);
    const balancer = new IngressLoadBalancer(
      prefix,
      { https: this.https(), protect, after: nodeIdentity.grants },
      parent,
    );
    const network = found.network ?? this.network(nodeIdentity);
    const backup = config.backup.enabled
      ? new BackupBucket(prefix, { region, protect, backup: config.backup }, parent)
      : undefined;

    const cluster = createControlPlane(
      prefix,
      { config, project, network, secretsKey: keys.secrets, nodeIdentity, dependsOn: [keys.granted, balancer.address] },
      this,
    );
    const nodes = new Nodes(
      prefix,
      { config, cluster, identity: nodeIdentity, machineType: machineOf(config), dependsOn: network.waysOut },
      parent,
    );
    const kubeconfig = kubeconfigOf(cluster);
    const kubernetes = new KubernetesProvider(
      `${prefix}-kubernetes`,
      { kubeconfig, clusterIdentifier: cluster.id, enableServerSideApply: true },
      parent,
    );
    this.grantAdmins(kubernetes);

    const identities = this.identities(cluster, found, backup);
    const traits: Traits = {
      storageClasses: storageClasses(config.storage.shared ? network : undefined),
      ingress: balancer.trait(),
      monitoring,
      backup: identities.velero && backup?.trait(identities.velero, project),
      dns: zone === undefined ? undefined : dns(project, zone),
      identities: identities.traits,
      metricsServer: true,
    };
    this.result = {
      provider: kubernetes,
      kubeconfig,
      name: cluster.name,
      id: cluster.id,
      // https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/getJwks
      issuer: pulumi.interpolate`https://container.googleapis.com/v1/${cluster.id}`,
      traits,
      ready: [...nodes.pools, ...identities.granted],
      // The controller of Ingresses is part of the control plane.
      ingressReady: [],
    };
    this.registerOutputs();
  }

  private network(nodeIdentity: NodeIdentity): Network {
    const { config, prefix } = this;
    const { cidr, nat } = config.network;
    const network = new PlatformNetwork(
      prefix,
      { region: config.region, cidr, zones: config.nodes.zones, nat, protect: config.protect },
      { parent: this },
    );
    new Firewall(prefix, { network: network.id, nodeRange: cidr, nodeIdentity: nodeIdentity.email }, { parent: this });
    return network;
  }

  /** Rights of Google's own IAM would be on every cluster of the project; these are on this one. */
  private grantAdmins(provider: KubernetesProvider): void {
    const { adminGroups } = this.config.access;
    if (adminGroups.length === 0) return;
    new ClusterRoleBinding(
      `${this.prefix}-admins`,
      {
        metadata: { name: "platform-admins" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        subjects: adminGroups.map((group) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group })),
      },
      { parent: this, provider },
    );
  }

  /** Google identities of the platform's controllers, by what is turned on. */
  private identities(cluster: pulumi.Resource, { project, zone }: Found, backup: BackupBucket | undefined) {
    const traits: Partial<Record<Controller, IdentityTrait>> = {};
    const granted: pulumi.Resource[] = [];
    const identity = (
      controller: Controller,
      description: string,
      grant: (identity: PodIdentity) => pulumi.Resource[],
    ): PodIdentity => {
      const created = new PodIdentity(this.prefix, { project, controller, description }, cluster, { parent: this });
      traits[controller] = created.trait;
      granted.push(created.binding, ...grant(created));
      return created;
    };
    const velero =
      backup &&
      identity("velero", `Backups of the cluster ${this.prefix}`, (created) => backup.grant(created, project));
    if (zone !== undefined) {
      const inZone = { project, zone };
      identity("external-dns", `DNS records of the cluster ${this.prefix}`, (created) => [
        grantZone(created, "external-dns", inZone),
        grantZoneList(created, "external-dns", project),
      ]);
      identity("cert-manager", `DNS challenges of the cluster ${this.prefix}`, (created) => [
        grantZone(created, "cert-manager", inZone),
      ]);
    }
    return { velero, granted, traits };
  }

  private https(): ConstructorParameters<typeof IngressLoadBalancer>[1]["https"] {
    const { config } = this;
    if (!config.tls.enabled || config.domain === undefined) {
      return undefined;
    }
    const hosts = [hostOf(config, "argocd"), hostOf(config, "grafana")].filter((host) => host !== undefined);
    return { hosts, certificate: config.tls.certificate };
  }
}

function machineOf({ nodes }: PlatformConfig): string {
  return nodes.instanceType ?? instanceType("gcp", nodes.vcpu, nodes.memoryGiB);
}
