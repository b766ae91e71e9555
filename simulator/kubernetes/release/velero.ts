/**
 * Velero's pods in full, since its program really runs: flags, variables and volumes, as the chart's templates (12.1.0,
 * templates/deployment.yaml, templates/node-agent-daemonset.yaml) write them.
 */
import { text } from "../objects";
import { mapOf, type Json } from "./pods";
import { valueAt } from "./values";

/** Flag and value below `configuration`, in the template's order; those with a default get it where there is no value. */
const flags: [flag: string, value: string, otherwise?: string][] = [
  ["uploader-type", "uploaderType", "kopia"],
  ["backup-sync-period", "backupSyncPeriod"],
  ["fs-backup-timeout", "fsBackupTimeout"],
  ["client-burst", "clientBurst"],
  ["client-page-size", "clientPageSize"],
  ["client-qps", "clientQPS"],
  ["default-backup-storage-location", "defaultBackupStorageLocation"],
  ["default-backup-ttl", "defaultBackupTTL"],
  ["default-item-operation-timeout", "defaultItemOperationTimeout"],
  ["default-volume-snapshot-locations", "defaultVolumeSnapshotLocations"],
  ["default-repo-maintain-frequency", "defaultRepoMaintainFrequency"],
  ["disable-controllers", "disableControllers"],
  ["disable-informer-cache", "disableInformerCache"],
  ["garbage-collection-frequency", "garbageCollectionFrequency"],
  ["item-block-worker-count", "itemBlockWorkerCount"],
  ["log-format", "logFormat"],
  ["log-level", "logLevel"],
  ["metrics-address", "metricsAddress"],
  ["plugin-dir", "pluginDir"],
  ["profiler-address", "profilerAddress"],
  ["restore-resource-priorities", "restoreResourcePriorities"],
  ["store-validation-frequency", "storeValidationFrequency"],
  ["terminating-resource-timeout", "terminatingResourceTimeout"],
  ["default-snapshot-move-data", "defaultSnapshotMoveData"],
  ["features", "features"],
  ["namespace", "namespace"],
];

/** Flags without a value. */
const switches: [flag: string, value: string][] = [
  ["default-volumes-to-fs-backup", "defaultVolumesToFsBackup"],
  ["restore-only", "restoreOnlyMode"],
];

export function veleroArguments(values: unknown): string[] {
  const value = (name: string) => valueAt(values, `configuration.${name}`);
  const extra = value("extraArgs");
  return [
    "server",
    ...flags.flatMap(([flag, name, otherwise]) => {
      const given = value(name) || otherwise;
      return given ? [`--${flag}=${text(given)}`] : [];
    }),
    ...switches.flatMap(([flag, name]) => (value(name) ? [`--${flag}`] : [])),
    ...(Array.isArray(extra) ? extra.map((argument) => text(argument)) : []),
  ];
}

/** What a pod of Velero has beside its image and arguments. */
export interface VeleroPod {
  container: Json;
  volumes: Json[];
  initContainers: Json[];
}

/** The server's. */
export function veleroPod(values: unknown): VeleroPod {
  const volumes = ["plugins", "scratch", "tmpdir"];
  const paths: Record<string, string> = { plugins: "/plugins", scratch: "/scratch", tmpdir: "/tmp" };
  return {
    container: {
      command: ["/velero"],
      env: [
        { name: "VELERO_SCRATCH_DIR", value: "/scratch" },
        inNamespace,
        { name: "LD_LIBRARY_PATH", value: "/plugins" },
        ...list(values, "configuration.extraEnvVars"),
      ],
      volumeMounts: [
        ...volumes.map((name) => ({ name, mountPath: paths[name] })),
        ...list(values, "extraVolumeMounts"),
      ],
    },
    volumes: [...volumes.map((name) => ({ name, emptyDir: {} })), ...list(values, "extraVolumes")],
    initContainers: list(values, "initContainers"),
  };
}

/** A node agent's (templates/node-agent-daemonset.yaml); the host's folders are in its skeleton. */
export function nodeAgentPod(values: unknown): VeleroPod {
  return {
    container: {
      command: ["/velero"],
      env: [
        { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        inNamespace,
        { name: "VELERO_SCRATCH_DIR", value: "/scratch" },
        ...list(values, "configuration.extraEnvVars"),
        ...list(values, "nodeAgent.extraEnvVars"),
      ],
      volumeMounts: [{ name: "scratch", mountPath: "/scratch" }, ...list(values, "nodeAgent.extraVolumeMounts")],
    },
    volumes: [{ name: "scratch", emptyDir: {} }, ...list(values, "nodeAgent.extraVolumes")],
    initContainers: [],
  };
}

const inNamespace = { name: "VELERO_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } };

function list(values: unknown, path: string): Json[] {
  const given = valueAt(values, path);
  return Array.isArray(given) ? given.map(mapOf) : [];
}
