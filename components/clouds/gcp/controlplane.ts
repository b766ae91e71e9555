/** The GKE control plane and who may reach it. */
import { Cluster as GkeCluster } from "@pulumi/gcp/container";
import type { ClusterArgs } from "@pulumi/gcp/container";
import * as pulumi from "@pulumi/pulumi";

import { privateRanges } from "../../config/ranges";
import type { AccessConfig, Environment, MaintenanceConfig, PlatformConfig } from "../../config/types";
import type { Network } from "./network";
import type { NodeIdentity } from "./nodeidentity";
import { hardened } from "./nodes";
import type { Project } from "./project";
import { workloadPool } from "./serviceaccounts";

export interface ControlPlaneArgs {
  config: PlatformConfig;
  project: Project;
  network: Network;
  secretsKey: pulumi.Input<string>;
  nodeIdentity: NodeIdentity;
  /** What GKE's right to use the key is old enough behind. */
  dependsOn: pulumi.Resource[];
}

/** Creates the regional control plane, without nodes: those are made elsewhere. */
export function createControlPlane(
  name: string,
  { config, project, network, secretsKey, nodeIdentity, dependsOn }: ControlPlaneArgs,
  parent: pulumi.Resource,
): GkeCluster {
  return new GkeCluster(
    name,
    {
      name,
      // Never to be changed: another one would replace the cluster.
      description: "Kubernetes platform",
      location: config.region,
      nodeLocations: config.nodes.zones,
      ...version(config),
      ...firstPool(nodeIdentity),
      network: network.id,
      subnetwork: network.subnetwork,
      networkingMode: "VPC_NATIVE",
      ipAllocationPolicy: {
        clusterSecondaryRangeName: network.podRange,
        servicesSecondaryRangeName: network.serviceRange,
        stackType: "IPV4",
      },
      // Network policies are Cilium's, in the kernel; there is no kube-proxy.
      datapathProvider: "ADVANCED_DATAPATH",
      // Prometheus' switches go with it: see traits.ts.
      dnsConfig: { clusterDns: "KUBE_DNS" },
      ...reachable(config.access),
      ...groupsOf(config.access),
      workloadIdentityConfig: { workloadPool: workloadPool(project) },
      databaseEncryption: { state: "ENCRYPTED", keyName: secretsKey },
      enableShieldedNodes: true,
      enableLegacyAbac: false,
      ...observed(config),
      addonsConfig: {
        // The controller of Ingresses of the class gce.
        httpLoadBalancing: { disabled: false },
        horizontalPodAutoscaling: { disabled: false },
        gcePersistentDiskCsiDriverConfig: { enabled: true },
        gcpFilestoreCsiDriverConfig: { enabled: config.storage.shared },
        // A cache of names on every node: kube-dns has few replicas, and every request of every pod asks it.
        dnsCacheConfig: { enabled: true },
      },
      // Said outright: the provider's own default is true, and a stack that is to go would be refused at its very end.
      deletionProtection: config.protect,
    },
    {
      parent,
      protect: config.protect,
      // Written for the pool that is gone at once. GKE answers with another pool's settings in its place, and the
      // difference would replace the cluster.
      ignoreChanges: ["nodeConfig"],
      dependsOn,
    },
  );
}

/**
 * The channel upgrades the control plane and the nodes by itself, in the maintenance window; the version is the least that
 * the cluster has, so Google's upgrades are no change here and raising it upgrades at once.
 */
function version({ kubernetesVersion, environment, maintenance }: PlatformConfig): Partial<ClusterArgs> {
  return {
    releaseChannel: { channel: "REGULAR" },
    minMasterVersion: kubernetesVersion,
    maintenancePolicy: { recurringWindow: maintenance ? windowOf(maintenance) : windows[environment] },
  };
}

/**
 * Times in UTC, away from the nightly backup. Google asks for 48 hours in 32 days, in windows of four hours or more:
 * https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
 */
const windows: Record<Environment, { startTime: string; endTime: string; recurrence: string }> = {
  dev: { startTime: "2026-01-01T03:00:00Z", endTime: "2026-01-01T09:00:00Z", recurrence: "FREQ=DAILY" },
  staging: { startTime: "2026-01-01T03:00:00Z", endTime: "2026-01-01T09:00:00Z", recurrence: "FREQ=DAILY" },
  prod: { startTime: "2026-01-03T03:00:00Z", endTime: "2026-01-03T11:00:00Z", recurrence: "FREQ=WEEKLY;BYDAY=SA,SU" },
};

/** From a week that is over (its Monday was 2026-01-05), on the first of the days, as the recurrence goes on. */
function windowOf({ days, start, hours }: MaintenanceConfig): (typeof windows)[Environment] {
  const first = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].indexOf(days[0] ?? "");
  const startTime = `2026-01-${String(5 + first).padStart(2, "0")}T${start}:00Z`;
  const end = new Date(Date.parse(startTime) + hours * 3600 * 1000);
  const byDay = days.map((day) => day.slice(0, 2).toUpperCase()).join(",");
  return {
    startTime,
    endTime: end.toISOString().replace(".000Z", "Z"),
    recurrence: days.length === 7 ? "FREQ=DAILY" : `FREQ=WEEKLY;BYDAY=${byDay}`,
  };
}

/**
 * GKE makes no cluster without a first pool, and a pool that is part of the cluster cannot be changed without it. So it
 * begins with a small one, one node a zone, which the provider removes when the cluster is up.
 */
function firstPool(identity: NodeIdentity): Partial<ClusterArgs> {
  return {
    initialNodeCount: 1,
    removeDefaultNodePool: true,
    nodeConfig: { machineType: "e2-medium", diskType: "pd-standard", diskSizeGb: 20, ...hardened(identity) },
  };
}

/**
 * Nodes have no public address; the API server has one unless it is private. No range is given to the control plane: its
 * private endpoint takes an address of the nodes' range, through Private Service Connect.
 *
 * The ranges are always written down, `0.0.0.0/0` too: the provider takes a block that is left out for "as it is"
 * (https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/container/resource_container_cluster.go,
 * `master_authorized_networks_config` is computed), so it would never be lifted again.
 */
function reachable({ private: isPrivate, authorizedNetworks }: AccessConfig): Partial<ClusterArgs> {
  const publicRanges = authorizedNetworks.length > 0 ? authorizedNetworks : ["0.0.0.0/0"];
  return {
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: isPrivate },
    masterAuthorizedNetworksConfig: {
      // From inside the network, whatever the subnetwork, and what is joined to it.
      cidrBlocks: (isPrivate ? privateRanges : publicRanges).map((cidrBlock) => ({ cidrBlock })),
      // Anybody can have a machine at Google.
      gcpPublicCidrsAccessEnabled: false,
    },
  };
}

/**
 * Google looks up the members of those groups only that are members of this one:
 * https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
 */
function groupsOf({ adminGroups, developerGroups, operationsGroups }: AccessConfig): Partial<ClusterArgs> {
  const [first] = [...adminGroups, ...developerGroups, ...operationsGroups];
  const domain = first?.split("@")[1];
  return domain === undefined ? {} : { authenticatorGroupsConfig: { securityGroup: `gke-security-groups@${domain}` } };
}

/** What Google keeps of the control plane. Audit logs it always keeps; metrics are Prometheus' business. */
function observed({ protect }: PlatformConfig): Partial<ClusterArgs> {
  return {
    loggingConfig: {
      enableComponents: ["SYSTEM_COMPONENTS", ...(protect ? ["APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"] : [])],
    },
    // Left out, Google's own Prometheus would run beside ours.
    monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: false } },
  };
}
