/** Backups: Velero, into the cloud's bucket, with the cloud's identity. */
import { ConfigMap, Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { environmentOf, locationOf, sourceCredentials, tokenOf } from "./backup/source";
import { resourcePolicy, volumePolicy, volumePolicyData } from "./backup/volumes";
import type { BackupTrait, Cluster, IdentityTrait, SourceTrait } from "./cluster";
import type { BackupConfig, PlatformConfig } from "./config/types";
import { PlatformNamespace } from "./namespaces";
import { fromNamespace, toCloudIdentity } from "./networkpolicies";
import { release } from "./release";

export interface BackupArgs {
  config: PlatformConfig;
  cluster: Cluster;
  trait: BackupTrait;
  monitoringCrds: pulumi.Resource;
}

export class Backup extends pulumi.ComponentResource {
  constructor(
    name: string,
    { config, cluster, trait, monitoringCrds }: BackupArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:kubernetes:Backup", `${name}-backup`, {}, opts);
    const { source } = cluster.traits;
    const identity = cluster.traits.identities.velero;
    const namespace = new PlatformNamespace(
      identity?.namespace ?? "velero",
      name,
      {
        environment: config.environment,
        // The node agent reads the pods' volumes from the node's disk.
        podSecurity: "privileged",
        traffic: [
          { name: "metrics-identity", ingress: [fromNamespace("monitoring", [8085])], egress: [toCloudIdentity] },
        ],
      },
      { parent: this },
    );
    const policy = new ConfigMap(
      `${name}-${volumePolicy}`,
      { metadata: { name: volumePolicy, namespace: namespace.namespaceName }, data: volumePolicyData() },
      { parent: this, dependsOn: namespace },
    );
    const ofSource = source ? [...source.ready, ...this.sourceCredentials(name, namespace, source)] : [];
    release(
      `${name}-velero`,
      "velero",
      { namespace: namespace.namespaceName, values: veleroValues(config.backup, trait, identity, source) },
      { parent: this, dependsOn: [namespace, monitoringCrds, policy, ...cluster.ready, ...ofSource] },
    );
    this.registerOutputs();
  }

  private sourceCredentials(
    name: string,
    namespace: PlatformNamespace,
    { credentials }: SourceTrait,
  ): pulumi.Resource[] {
    if (credentials === undefined) {
      return [];
    }
    return [
      new Secret(
        `${name}-velero-source`,
        {
          metadata: { name: sourceCredentials.name, namespace: namespace.namespaceName },
          stringData: { [sourceCredentials.key]: credentials },
        },
        { parent: this, dependsOn: namespace },
      ),
    ];
  }
}

function veleroValues(
  { schedule, retentionDays }: BackupConfig,
  { provider, bucket, config, snapshotConfig, plugin }: BackupTrait,
  identity: IdentityTrait | undefined,
  source: SourceTrait | undefined,
): Record<string, unknown> {
  const plugins = [plugin, ...(source ? [source.plugin] : [])];
  const token = source ? tokenOf(source) : {};
  return {
    configuration: {
      backupStorageLocation: [
        { name: "default", provider, bucket, default: true, config },
        ...(source ? [locationOf(source)] : []),
      ],
      volumeSnapshotLocation: [{ name: "default", provider, config: snapshotConfig }],
      // Files, not the cloud's snapshots: they are read back on every other cloud.
      defaultVolumesToFsBackup: true,
      logFormat: "json",
      ...(source ? environmentOf(source) : {}),
    },
    initContainers: plugins.map(({ name, image }) => ({
      name,
      image,
      volumeMounts: [{ name: "plugins", mountPath: "/target" }],
    })),
    ...token,
    // The pods have the cloud's own identity: there is no key to keep.
    credentials: { useSecret: false },
    serviceAccount: {
      server: { name: identity?.serviceAccount ?? "velero-server", annotations: identity?.annotations ?? {} },
    },
    podLabels: identity?.podLabels ?? {},
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "1Gi" } },
    deployNodeAgent: true,
    nodeAgent: {
      ...token,
      podLabels: identity?.podLabels ?? {},
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "1Gi" } },
      // Volumes are backed up on every node that pods run on.
      tolerations: [{ operator: "Exists" }],
    },
    schedules: {
      daily: {
        schedule,
        useOwnerReferencesInBackup: false,
        template: {
          ttl: `${retentionDays * 24}h0m0s`,
          includedNamespaces: ["*"],
          storageLocation: "default",
          snapshotVolumes: false,
          resourcePolicy,
        },
      },
    },
    metrics: {
      serviceMonitor: { enabled: true },
      nodeAgentPodMonitor: { enabled: true },
    },
  };
}
