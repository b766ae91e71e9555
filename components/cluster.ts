/**
 * The contract between a cloud and the platform. A cloud creates its network, cluster, nodes and identities, and
 * returns a Kubernetes provider and *traits*: plain data that the neutral components turn into Kubernetes objects.
 * Types only: neutral code never imports a cloud's SDK.
 */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { SourceConfig } from "./config/types";

export interface Cluster {
  /** Talks to this cluster, with the cloud's exec credentials and the cloud's own id as `clusterIdentifier`. */
  provider: k8s.Provider;
  /** Kubeconfig with exec credentials, marked secret. */
  kubeconfig: pulumi.Output<string>;
  name: pulumi.Output<string>;
  /** The cloud's own id: an ARN, a resource id, a self link; on `local` the context's name. */
  id: pulumi.Output<string>;
  /**
   * Who the tokens of its service accounts say that they are from: an address at which every cloud finds the keys that
   * they are signed with. Unset on `local`.
   */
  issuer?: pulumi.Output<string>;
  traits: Traits;
  /** Nodes, cluster DNS and volume drivers: whatever runs pods depends on these. */
  ready: pulumi.Resource[];
  /** What the platform's ingress needs first (a load-balancer controller and its webhook). */
  ingressReady: pulumi.Resource[];
}

export interface Traits {
  storageClasses: StorageClassTrait[];
  ingress: IngressTrait;
  monitoring: MonitoringTrait;
  /** Unset where backups are off. */
  backup?: BackupTrait;
  /** Unset where the stack takes over from no other. */
  source?: SourceTrait;
  /** Unset without a domain. */
  dns?: DnsTrait;
  /** Service-account annotations and pod labels that give a controller its cloud identity, by controller. */
  identities: Partial<Record<Controller, IdentityTrait>>;
  /** Whether the cloud runs metrics-server itself, or the cloud's component has installed it; else the platform does. */
  metricsServer: boolean;
}

export type Controller = "velero" | "external-dns" | "cert-manager";

export interface IdentityTrait {
  namespace: string;
  serviceAccount: string;
  annotations: Record<string, pulumi.Input<string>>;
  podLabels: Record<string, string>;
}

export interface StorageClassTrait {
  name: string;
  provisioner: string;
  parameters: Record<string, pulumi.Input<string>>;
  default: boolean;
  /** The cluster is born with it: adopted exactly as it is, since a class's parameters are immutable, never deleted. */
  adopted: boolean;
  reclaimPolicy: "Delete" | "Retain";
  volumeBindingMode: "WaitForFirstConsumer" | "Immediate";
  allowVolumeExpansion: boolean;
  accessModes: ("ReadWriteOnce" | "ReadWriteMany")[];
}

export interface IngressTrait {
  /** The Service in front of Traefik. */
  service: {
    type: "LoadBalancer" | "ClusterIP";
    annotations: Record<string, pulumi.Input<string>>;
    loadBalancerIP?: pulumi.Input<string>;
  };
  /** Where TLS ends: at the cloud's L7 load balancer, or at Traefik. */
  tlsAt: "load-balancer" | "ingress";
  /** Outer address, where it is known before the Service exists; unset: the Service's own status has it. */
  address?: { kind: "hostname" | "ip"; value: pulumi.Output<string> };
  /** Ranges that `X-Forwarded-For` is believed from (the load balancer's). */
  trustedIPs: pulumi.Input<string>[];
  /** Objects that tie Traefik's Service to the cloud's load balancer, created after Traefik, one after the other. */
  attachments: KubernetesObject[];
  /** True where Traefik is there already (K3s): the platform configures classes only. */
  existing: boolean;
  /** IngressClass and namespace/name of the Service of an existing controller. */
  existingService?: { namespace: string; name: string; className: string };
  /** What the load balancer is called for people: "Application Load Balancer". */
  kind: string;
}

/** An object as data, created in the namespace of what it belongs to. */
export interface KubernetesObject {
  name: string;
  apiVersion: string;
  kind: string;
  annotations?: Record<string, pulumi.Input<string>>;
  spec: Record<string, unknown>;
}

/** Which control-plane endpoints Prometheus can reach on this cloud; the others would alert for ever. */
export interface MonitoringTrait {
  etcd: boolean;
  scheduler: boolean;
  controllerManager: boolean;
  kubeProxy: boolean;
  coreDns: boolean;
  kubeDns: boolean;
}

export interface BackupTrait {
  /** Velero's provider name: `aws`, `azure`, `gcp`. */
  provider: string;
  bucket: pulumi.Output<string>;
  /** Shown to people: `s3://…`. */
  location: pulumi.Output<string>;
  /** The same of the copy in another region; unset where there is none. */
  copyLocation?: pulumi.Output<string>;
  /** `config` of the BackupStorageLocation and the VolumeSnapshotLocation, Velero's own keys. */
  config: Record<string, pulumi.Input<string>>;
  snapshotConfig: Record<string, pulumi.Input<string>>;
  /** Init-container image of Velero's plugin, with its exact tag. */
  plugin: { name: string; image: string };
}

/** The backups of the stack that this one takes over from, and how Velero's pods get at them. */
export interface SourceTrait {
  /** As in `BackupTrait`, of the other cloud. */
  provider: string;
  bucket: string;
  config: Record<string, pulumi.Input<string>>;
  plugin: BackupTrait["plugin"];
  /** Whom the token that the other cloud is shown has to be for. */
  audience: pulumi.Input<string>;
  /** File by which the plugin finds the token and what to take it for; holds no secret. Unset where `environment` says it. */
  credentials?: pulumi.Output<string>;
  /** Variables of Velero's pods; nothing secret either. */
  environment: Record<string, pulumi.Input<string>>;
  /** What lets them in: pods that start before are refused. */
  ready: pulumi.Resource[];
}

/** What a cloud needs to let another stack's cluster read a bucket in it. */
export interface SourceArgs {
  source: SourceConfig;
  reader: SourceReader;
  /** On everything that can carry tags or labels. */
  tags: Record<string, string>;
}

/** Who reads: the service account of Velero's pods. */
export interface SourceReader {
  issuer: pulumi.Output<string>;
  namespace: string;
  serviceAccount: string;
  /** Path of the token in the pods. */
  tokenFile: string;
}

export interface DnsTrait {
  /** external-dns' provider name. */
  provider: string;
  zoneId: pulumi.Output<string>;
  /** File that external-dns reads where it finds its cloud by; holds no secret. Unset where the cloud needs none. */
  configFile?: { path: string; content: Record<string, unknown> };
  /** cert-manager's DNS-01 solver, as its Issuer writes it. */
  acmeSolver: Record<string, unknown>;
}
