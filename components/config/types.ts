/**
 * The validated configuration of one stack: what `loadConfig` returns and everything else takes. Every default is
 * already filled in, so no reader ever asks "was it set?" except where the type says so.
 */
import type * as pulumi from "@pulumi/pulumi";

export type Cloud = "aws" | "azure" | "gcp" | "local";
export type Environment = "dev" | "staging" | "prod";

export interface PlatformConfig {
  cloud: Cloud;
  environment: Environment;
  /** The cloud's own region name (`eu-west-1`, `westeurope`, `europe-west1`); on `local`, the kubeconfig context. */
  region: string;
  /** Kubernetes minor version, `1.35`; on `local` what the context's server runs is taken as it is. */
  kubernetesVersion: string;
  nodes: NodesConfig;
  network: NetworkConfig;
  access: AccessConfig;
  /** DNS zone that hosts the platform's names (`argocd.<domain>`, `grafana.<domain>`). Unset: no DNS, no certificates. */
  domain?: string;
  /** Where the domain's zone is, at a cloud that does not find it by its name. */
  dns?: DnsConfig;
  tls: TlsConfig;
  gitops: GitopsConfig;
  storage: StorageConfig;
  monitoring: MonitoringConfig;
  argocd: ArgocdConfig;
  backup: BackupConfig;
  /** When the cloud may change the cluster by itself. Unset: what the cloud's own component takes. */
  maintenance?: MaintenanceConfig;
  /** `paused`: without the root Application, and without whatever would claim a volume that a restore has to fill first. */
  bootstrap: Bootstrap;
  /** Unset: the stack takes over from no other. */
  migration?: MigrationConfig;
  /** On every resource that can carry tags or labels, the platform's own (`environment`, `stack`, `managed-by`) included. */
  tags: Record<string, string>;
  /** True where losing a resource loses data: cluster, network and buckets are then protected. */
  protect: boolean;
}

export interface NodesConfig {
  /** Virtual CPUs of one node. */
  vcpu: number;
  /** Memory of one node in GiB. */
  memoryGiB: number;
  /** Fewest and most nodes of the general pool, over all zones. */
  min: number;
  max: number;
  /** The cloud's own zone names; one to three. On `local` empty. */
  zones: string[];
  /** Adds a second pool of spot capacity, tainted `platform/spot=true:PreferNoSchedule`. */
  spot: boolean;
  /** The cloud's own instance type, in place of the neutral size. */
  instanceType?: string;
  /** Resource ids of registries on Azure that nodes may pull from. Unset: none. */
  registries?: string[];
}

export interface NetworkConfig {
  /** IPv4 range of the network, /16 to /20. */
  cidr: string;
  /** A network that exists already: nothing of it is created, changed or deleted. */
  existing?: { id: string; publicSubnets: string[]; privateSubnets: string[] };
  /** One NAT for the cluster, or one in each zone. */
  nat: "single" | "zonal";
  /** Azure's paid protection of the ingress's address; the other clouds' own is always on. Unset: off. */
  ddosProtection?: boolean;
}

export interface AccessConfig {
  /** True: the API server answers inside the network only. */
  private: boolean;
  /** IPv4 ranges that may reach a public API server. */
  authorizedNetworks: string[];
  /** The cloud's own principals: IAM role ARNs, Entra group object ids, Google group addresses. */
  adminGroups: string[];
  developerGroups: string[];
  operationsGroups: string[];
}

export interface DnsConfig {
  /** Azure's resource group of the zone. Unset: `dns`. */
  resourceGroup?: string;
}

export interface TlsConfig {
  /** True where a domain is set, unless turned off. */
  enabled: boolean;
  /** Address that the certificate authority writes to (ACME). Set wherever the cloud does not issue the certificate. */
  email?: string;
  /** A certificate that exists already (on AWS an ACM ARN), in place of a new one. */
  certificate?: string;
}

export interface GitopsConfig {
  repository: string;
  revision: string;
  path: string;
  credentials?: {
    username?: pulumi.Input<string>;
    password?: pulumi.Input<string>;
    sshPrivateKey?: pulumi.Input<string>;
    /** Lines of known_hosts, beside those of the public hosts that Argo CD knows. */
    knownHosts?: string[];
  };
  /** Shared secret that signs the Git host's webhook. Unset: one is generated. */
  webhookSecret?: pulumi.Input<string>;
  /** RSA keys (PEM) of Sealed Secrets, the last one to seal with. Unset: the controller makes one of its own. */
  sealingKeys?: { privateKey: pulumi.Input<string> }[];
}

export interface StorageConfig {
  /** Adds the class `shared`, whose volumes many nodes write to at once. */
  shared: boolean;
}

export interface MonitoringConfig {
  retentionDays: number;
  /** Size of Prometheus' volume in GiB. */
  storageGiB: number;
  receivers: Receiver[];
}

export type Team = "devops" | "dev" | "infra";

/** Where alerts and Argo CD's notifications go. Exactly one of the three kinds is set. */
export interface Receiver {
  name: string;
  /** Whose alerts; empty means everyone's. */
  teams: Team[];
  slack?: { channel: string; webhookUrl: pulumi.Output<string> };
  email?: { to: string; from: string; smarthost: string; username?: string; password?: pulumi.Output<string> };
  webhook?: { url: string };
}

export interface ArgocdConfig {
  /** Several replicas of everything, Redis with Sentinel: needs three nodes. */
  ha: boolean;
  sso?: { issuer: string; clientId: string; clientSecret: pulumi.Output<string> };
  /** Replicas of the application controller that share the clusters. */
  shards: number;
}

export interface MaintenanceConfig {
  /** `Sunday` */
  days: string[];
  /** `03:00`, UTC. */
  start: string;
  hours: number;
}

export type Bootstrap = "automatic" | "paused";

export interface MigrationConfig {
  source: SourceConfig;
}

/** The backups of the stack that this one takes over from, in another cloud: read, and nothing else. */
export interface SourceConfig {
  cloud: Exclude<Cloud, "local">;
  /** Region of the bucket. */
  region: string;
  /** Account id on AWS, subscription id on Azure, project id on Google. */
  account: string;
  /** Bucket; on Azure the container. */
  bucket: string;
  /** Where the container is, on Azure. */
  storageAccount?: string;
  resourceGroup?: string;
}

export interface BackupConfig {
  enabled: boolean;
  /** Cron expression, UTC. */
  schedule: string;
  retentionDays: number;
  /**
   * Whether what is written can be deleted before `retentionDays` are over: by whoever has the right to lift the lock
   * (`governance`), or by nobody, the account's owner included (`compliance`).
   */
  lock: "none" | "governance" | "compliance";
  /** Region of the same cloud that everything is copied to. Unset: no copy. */
  copyRegion?: string;
}
