/** Resource types that take data with them when they go. */

/** `azure-native:storage/v20240101:StorageAccount` is `azure-native:storage:StorageAccount` here. */
export const preciousTypes = [
  // Clusters: every volume, Secret and object that is not in Git or in a backup.
  "aws:eks/cluster:Cluster",
  "azure-native:containerservice:ManagedCluster",
  "gcp:container/cluster:Cluster",
  // Buckets and file systems.
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:efs/fileSystem:FileSystem",
  "azure-native:storage:StorageAccount",
  "azure-native:storage:BlobContainer",
  "azure-native:storage:FileShare",
  "gcp:storage/bucket:Bucket",
  "gcp:filestore/instance:Instance",
  // Keys: without them, what they encrypt can never be read again.
  "aws:kms/key:Key",
  "azure-native:keyvault:Vault",
  "azure-native:keyvault:Key",
  "gcp:kms/keyRing:KeyRing",
  "gcp:kms/cryptoKey:CryptoKey",
  // Disks, logs and names.
  "aws:ebs/volume:Volume",
  "azure-native:compute:Disk",
  "gcp:compute/disk:Disk",
  "aws:cloudwatch/logGroup:LogGroup",
  "azure-native:operationalinsights:Workspace",
  "aws:route53/zone:Zone",
  "azure-native:dns:Zone",
  "gcp:dns/managedZone:ManagedZone",
  // In the cluster: these take with them what is in them, or what is of their kind.
  "kubernetes:core:Namespace",
  "kubernetes:core:PersistentVolumeClaim",
  "kubernetes:core:PersistentVolume",
  "kubernetes:apiextensions.k8s.io:CustomResourceDefinition",
];

const precious = new Set(preciousTypes);

/** @param type as the engine has it: Kubernetes' types carry an API version, some of Azure's do. */
export function holdsData(type: string): boolean {
  return precious.has(withoutVersion(type));
}

function withoutVersion(type: string): string {
  return type.replace(/\/v\d[^:]*(?=:)/, "");
}
