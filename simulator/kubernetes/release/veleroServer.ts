/**
 * Velero's server in full, since the program really runs: its flags, variables and volumes, as the chart's template
 * (12.1.0, templates/deployment.yaml) writes them.
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

/** What the pod of the server has beside its image and arguments. */
export function veleroPod(values: unknown): { container: Json; volumes: Json[]; initContainers: Json[] } {
  const list = (path: string): Json[] => {
    const given = valueAt(values, path);
    return Array.isArray(given) ? given.map(mapOf) : [];
  };
  const volumes = ["plugins", "scratch", "tmpdir"];
  const paths: Record<string, string> = { plugins: "/plugins", scratch: "/scratch", tmpdir: "/tmp" };
  return {
    container: {
      command: ["/velero"],
      env: [
        { name: "VELERO_SCRATCH_DIR", value: "/scratch" },
        { name: "VELERO_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        { name: "LD_LIBRARY_PATH", value: "/plugins" },
        ...list("configuration.extraEnvVars"),
      ],
      volumeMounts: [...volumes.map((name) => ({ name, mountPath: paths[name] })), ...list("extraVolumeMounts")],
    },
    volumes: [...volumes.map((name) => ({ name, emptyDir: {} })), ...list("extraVolumes")],
    initContainers: list("initContainers"),
  };
}
