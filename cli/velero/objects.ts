/**
 * Velero's own objects, as far as they are read and written here. Group and fields: velero.io/v1 of Velero 1.18,
 * https://velero.io/docs/v1.18/api-types/
 */

/** Where the platform installs Velero. */
export const veleroNamespace = "velero";

interface Metadata {
  name: string;
  namespace?: string;
  /** The API server's; unset where it is written. */
  uid?: string;
  labels?: Record<string, string>;
  creationTimestamp?: string;
}

export type Phase =
  | "New"
  | "Queued"
  | "ReadyToStart"
  | "FailedValidation"
  | "InProgress"
  | "WaitingForPluginOperations"
  | "WaitingForPluginOperationsPartiallyFailed"
  | "Finalizing"
  | "FinalizingPartiallyFailed"
  | "Completed"
  | "PartiallyFailed"
  | "Failed"
  | "Deleting";

interface Status {
  phase?: Phase;
  validationErrors?: string[];
  failureReason?: string;
  /** RFC 3339. */
  startTimestamp?: string;
  completionTimestamp?: string;
  warnings?: number;
  errors?: number;
}

export interface BackupSpec {
  includedNamespaces?: string[];
  excludedNamespaces?: string[];
  excludedResources?: string[];
  labelSelector?: { matchLabels: Record<string, string> };
  storageLocation: string;
  /** Go duration: `720h0m0s`. */
  ttl: string;
  /** Files of volumes by the node agents; the cloud's snapshots stay off, since no other cloud reads them. */
  defaultVolumesToFsBackup: boolean;
  snapshotVolumes: boolean;
  resourcePolicy?: { kind: "configmap"; name: string };
}

export interface Backup {
  metadata: Metadata;
  spec: BackupSpec;
  status?: Status & { progress?: { totalItems?: number; itemsBackedUp?: number }; expiration?: string };
}

export interface RestoreSpec {
  backupName: string;
  includedNamespaces?: string[];
  excludedNamespaces?: string[];
  includedResources?: string[];
  excludedResources?: string[];
  namespaceMapping?: Record<string, string>;
  restorePVs?: boolean;
  existingResourcePolicy?: "none" | "update";
  resourceModifier?: { kind: "ConfigMap"; name: string };
}

export interface Restore {
  metadata: Metadata;
  spec: RestoreSpec;
  status?: Status & { progress?: { totalItems?: number; itemsRestored?: number } };
}

interface PodVolume {
  metadata: Metadata;
  spec: { pod: { namespace: string; name: string }; volume: string };
  status?: {
    phase?: string;
    message?: string;
    /** Unset where the volume was empty. */
    snapshotID?: string;
    /** RFC 3339. */
    completionTimestamp?: string;
    progress?: { totalBytes?: number; bytesDone?: number };
  };
}

export type PodVolumeBackup = PodVolume;
export type PodVolumeRestore = PodVolume;

export interface BackupStorageLocation {
  metadata: Metadata;
  spec: { provider: string; objectStorage: { bucket: string; prefix?: string }; accessMode?: "ReadOnly" | "ReadWrite" };
  status?: { phase?: "Available" | "Unavailable"; message?: string };
}

/** Where the files of one namespace's volumes are, in one location. */
export interface BackupRepository {
  metadata: Metadata;
  spec: {
    backupStorageLocation: string;
    volumeNamespace: string;
    /** Go duration: `1h0m0s`. */
    maintenanceFrequency: string;
  };
  status?: {
    phase?: "New" | "Ready" | "NotReady";
    /** RFC 3339: the newest that succeeded. */
    lastMaintenanceTime?: string;
    recentMaintenance?: { result?: "Succeeded" | "Failed"; startTimestamp?: string; message?: string }[];
  };
}

/** Plural of each kind: the path of its objects. */
export interface Kinds {
  backups: Backup;
  restores: Restore;
  podvolumebackups: PodVolumeBackup;
  podvolumerestores: PodVolumeRestore;
  backupstoragelocations: BackupStorageLocation;
  backuprepositories: BackupRepository;
}
