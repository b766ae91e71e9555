/**
 * What one resource type of a simulated cloud does beyond keeping its inputs: the ids and outputs it answers with, the
 * names that must be free, what it refuses, and what it starts. Everything else (schemas, storage, faults, time,
 * replacement rules) is the same for all types and lives beside this file.
 */
import type { Properties } from "../provider";
import type { Lock } from "./locks";

/** A resource as the cloud keeps it: survives the end of every process. */
export interface CloudRecord {
  type: string;
  id: string;
  /** The URN of the request that created it: for people who read the store, never for look-ups. */
  urn: string;
  inputs: Properties;
  /** Everything that the provider answers with: inputs, defaults and computed outputs. */
  outputs: Properties;
  /** Milliseconds since 1970 at which it was there, on this machine's clock; unset: it has always been. */
  createdAt?: number;
}

/** The cloud's resources of every type, as one resource's behaviour sees them. */
export interface Inventory {
  get(type: string, id: string): CloudRecord | undefined;
  list(type: string): CloudRecord[];
  /** Takes out what a cloud deletes together with another resource. */
  remove?(type: string, id: string): void;
}

export interface Context {
  /** `123456789012` on AWS. */
  account: string;
  region: string;
  /** The provider's own configuration: region, default tags. */
  config: Properties;
  /** The resource's logical name, from which the SDKs' auto-naming derives physical ones. */
  name: string;
  /** Random hexadecimal digits, for ids and the suffixes of generated names. */
  hex(length: number): string;
  inventory: Inventory;
  clusters: ClusterHost;
  /** The cloud's seconds since a resource was made: what is granted works only after a while. Unset: time stands still. */
  age?(record: CloudRecord): number;
}

export interface Behaviour {
  /**
   * Name that must be unique within `scope` (`account`, `region`, `global`, or an id such as the VPC's), the cloud's
   * error where it is taken. Undefined: this type has no unique name.
   */
  uniqueName?(inputs: Properties, context: Context): { scope: string; name: string; taken: string } | undefined;
  /** The cloud's own refusals, in its own words: quotas, ranges that overlap, zones, versions, missing referents. */
  refuse?(inputs: Properties, context: Context): string | undefined;
  /** Id and outputs. `outputs` is laid over the inputs: it may fill defaults in and add what is computed. */
  create(inputs: Properties, context: Context): Created | Promise<Created>;
  /**
   * Outputs after an update in place; without it, the new inputs are laid over the old outputs. `recorded` are the
   * inputs that the engine remembers: what the new ones are compared with, whatever has changed in the cloud since.
   */
  update?(
    record: CloudRecord,
    inputs: Properties,
    context: Context,
    recorded: Properties,
  ): Properties | Promise<Properties>;
  /** Properties that an update in place would change without an input having changed: merged default tags, say. */
  alsoUpdates?(outputs: Properties, inputs: Properties, context: Context): string[];
  /** Why it can't be deleted now (`DependencyViolation: …`). */
  refuseDelete?(record: CloudRecord, context: Context): string | undefined;
  delete?(record: CloudRecord, context: Context): void | Promise<void>;
  /**
   * Where the name of a deleted one stays taken: for how many of the cloud's seconds (`Infinity`: for ever), and the error
   * that whoever wants it gets. Needs `uniqueName`.
   */
  leaves?(record: CloudRecord, context: Context): { seconds: number; taken: string } | undefined;
  /** What an operation on it needs for itself, where the cloud does one at a time: the provider waits. */
  lock?(inputs: Properties, context: Context): Lock | undefined;
  /** Inputs that the provider fills in before anything else, auto-names among them (Pulumi's Check). */
  defaults?(inputs: Properties, context: Context): Properties;
  /** Seconds that the real cloud takes, and where that figure is from. */
  seconds: { create: number; update: number; delete: number; source: string };
}

export interface Created {
  id: string;
  outputs: Properties;
}

/** Starts and ends the control planes and nodes that clusters and node groups stand for. */
export interface ClusterHost {
  /** Starts (or takes up again) a control plane. `endpointHost` is the host name in the cloud's own endpoint. */
  start(cluster: ClusterRequest): Promise<{ certificateAuthority: string }>;
  stop(clusterId: string): Promise<void>;
  /** Sets the nodes of one pool; an empty list removes the pool. */
  setNodes(clusterId: string, pool: string, nodes: NodeRequest[]): Promise<void>;
  /** Server-side apply of what the cloud itself runs on a cluster (add-ons): whole objects, in order. */
  apply(clusterId: string, objects: KubernetesManifest[]): Promise<void>;
  /** Deletes these objects, the last one first; one that is gone already is passed over. */
  remove(clusterId: string, objects: KubernetesManifest[]): Promise<void>;
}

/** A whole Kubernetes object. */
export interface KubernetesManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

export interface ClusterRequest {
  /** The cloud's own id: an ARN on AWS. */
  id: string;
  name: string;
  /** `local`: a cluster that is there already, which no cloud has made. */
  cloud: "aws" | "azure" | "gcp" | "local";
  region: string;
  /** Kubernetes version the user asked for, `1.35`. */
  version: string;
  endpointHost: string;
  serviceCidr: string;
}

export interface NodeRequest {
  /** `ip-10-0-1-23.eu-west-1.compute.internal` */
  name: string;
  /** Empty where there is no cloud that has zones: the node has no topology labels then. */
  zone: string;
  instanceType: string;
  vcpu: number;
  memoryGiB: number;
  maxPods: number;
  labels: Record<string, string>;
  taints: { key: string; value?: string; effect: string }[];
  /** `aws:///eu-west-1a/i-0123456789abcdef0` */
  providerId: string;
  internalIP: string;
  /** What its kubelet runs, `1.35`; unset: what the control plane runs. */
  kubernetesVersion?: string;
}
