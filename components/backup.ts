/** Backups: Velero, into the cloud's bucket, with the cloud's identity. */
import * as pulumi from "@pulumi/pulumi";

import type { BackupTrait, Cluster, IdentityTrait } from "./cluster";
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
    release(
      `${name}-velero`,
      "velero",
      { namespace: namespace.namespaceName, values: veleroValues(config.backup, trait, identity) },
      { parent: this, dependsOn: [namespace, monitoringCrds, ...cluster.ready] },
    );
    this.registerOutputs();
  }
}

function veleroValues(
  { schedule, retentionDays }: BackupConfig,
  { provider, bucket, config, snapshotConfig, plugin }: BackupTrait,
  identity: IdentityTrait | undefined,
): Record<string, unknown> {
  return {
    configuration: {
      backupStorageLocation: [{ name: "default", provider, bucket, default: true, config }],
      volumeSnapshotLocation: [{ name: "default", provider, config: snapshotConfig }],
      // Files, not the cloud's snapshots: they are read back on every other cloud.
      defaultVolumesToFsBackup: true,
      logFormat: "json",
    },
    initContainers: [
      { name: plugin.name, image: plugin.image, volumeMounts: [{ name: "plugins", mountPath: "/target" }] },
    ],
    // The pods have the cloud's own identity: there is no key to keep.
    credentials: { useSecret: false },
    serviceAccount: {
      server: { name: identity?.serviceAccount ?? "velero-server", annotations: identity?.annotations ?? {} },
    },
    podLabels: identity?.podLabels ?? {},
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "1Gi" } },
    deployNodeAgent: true,
    nodeAgent: {
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
        },
      },
    },
    metrics: {
      serviceMonitor: { enabled: true },
      nodeAgentPodMonitor: { enabled: true },
    },
  };
}
