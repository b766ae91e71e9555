/** The inventory as the checks look at it. */
import type { V1PersistentVolumeClaimSpec, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { groupOf, records, titleOf, valueAt, type Manifest, type Scenario } from "../../validate/model";
import { workloadsOf, type Workload } from "../../validate/checks/workloads";
import { quantityValue } from "../../validate/quantity";
import type { Inventory } from "./inventory";
import { claimsOf as claimsOfPod } from "../pods";
import { isPlatforms, monitoringNamespace, moves } from "./scope";

export interface Claim {
  object: Manifest;
  /** `namespace/name` */
  key: string;
  /** Empty where it names none and no class is the default. */
  class: string;
  spec: V1PersistentVolumeClaimSpec;
  requestedBytes: number;
  phase: string;
  /** Its volume; undefined where it has none. */
  volume?: Manifest;
  /** Names of pods that run and have it mounted. */
  pods: string[];
}

export interface View {
  inventory: Inventory;
  /** What people brought to the cluster, and what becomes of that: everything else is made anew by cloud and platform. */
  mine: Manifest[];
  /** What makes pods of those, each once: a Deployment, and not its pods. */
  workloads: Workload[];
  /** All pods that run, of all namespaces. */
  pods: Manifest[];
  /** Claims that move; the platform's own history among them. */
  claims: Claim[];
  /** By name, all that the source has. */
  classes: Map<string, Manifest>;
  nodes: Manifest[];
}

export function viewOf(inventory: Inventory): View {
  const { objects } = inventory;
  const mine = objects.filter((object) => !isPlatforms(object) && !isOwned(object) && !isBorn(object));
  const scenario: Scenario = {
    name: "source",
    whole: true,
    foreign: [],
    placed: mine.map((object) => ({
      object,
      namespace: object.metadata.namespace ?? "",
      unit: { folder: ".", objects: [], locate: () => ({ file: "" }) },
      sound: true,
    })),
  };
  const pods = ofKind(objects, "", "Pod").filter(
    (pod) => !["Succeeded", "Failed"].includes(String(valueAt(pod, ["status", "phase"]))),
  );
  const classes = new Map(ofKind(objects, "storage.k8s.io", "StorageClass").map((one) => [one.metadata.name, one]));
  return {
    inventory,
    mine,
    // A Job of a CronJob and a pod of a Job are made by what is here already.
    workloads: workloadsOf(scenario),
    pods,
    claims: claimsOf(objects, pods, classes),
    classes,
    nodes: ofKind(objects, "", "Node"),
  };
}

/** @param group empty for the core group. */
export function ofKind(objects: Manifest[], group: string, ...kinds: string[]): Manifest[] {
  return objects.filter(({ apiVersion, kind }) => groupOf(apiVersion) === group && kinds.includes(kind));
}

export function specOf<Spec>(object: Manifest): Spec {
  return (object.spec ?? {}) as Spec;
}

/** Text, and none where it is anything else. */
export function textOf(value: unknown, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

/** `Deployment production/backend` */
export function nameOf(object: Manifest): string {
  return titleOf(object);
}

export function podSpecOf(pod: Manifest): V1PodSpec {
  return specOf<V1PodSpec>(pod);
}

/** Whether Argo CD keeps the object as Git has it (`application.resourceTrackingMethod: annotation`). */
export function isGits({ metadata }: Manifest): boolean {
  return metadata.annotations?.["argocd.argoproj.io/tracking-id"] !== undefined;
}

function isOwned({ metadata }: Manifest): boolean {
  return records((metadata as { ownerReferences?: unknown }).ownerReferences).some(
    ({ controller }) => controller === true,
  );
}

/** Made by Kubernetes itself in every cluster or namespace. */
function isBorn({ kind, metadata: { name, labels = {} } }: Manifest): boolean {
  if (kind === "ConfigMap" && name === "kube-root-ca.crt") return true;
  if (kind === "Service" && name === "kubernetes") return true;
  return "kubernetes.io/bootstrapping" in labels || ["Node", "APIService", "FlowSchema"].includes(kind);
}

function claimsOf(objects: Manifest[], pods: Manifest[], classes: Map<string, Manifest>): Claim[] {
  const defaultClass = [...classes.values()].find(
    ({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  const volumes = new Map(ofKind(objects, "", "PersistentVolume").map((one) => [one.metadata.name, one]));
  const claims = ofKind(objects, "", "PersistentVolumeClaim").filter(
    ({ metadata: { namespace = "" } }) => moves(namespace) || namespace === monitoringNamespace,
  );
  return claims.map((object) => {
    const spec = specOf<V1PersistentVolumeClaimSpec>(object);
    const { namespace = "", name } = object.metadata;
    const volume = volumes.get(spec.volumeName ?? "");
    return {
      object,
      key: `${namespace}/${name}`,
      class: spec.storageClassName ?? defaultClass?.metadata.name ?? "",
      spec,
      requestedBytes: quantityValue(spec.resources?.requests?.["storage"]),
      phase: textOf(valueAt(object, ["status", "phase"])),
      ...(volume ? { volume } : {}),
      pods: pods
        .filter(
          (pod) => pod.metadata.namespace === namespace && isRunning(pod) && claimsOfPod(pod as V1Pod).includes(name),
        )
        .map((pod) => pod.metadata.name)
        .sort(),
    };
  });
}

function isRunning(pod: Manifest): boolean {
  return valueAt(pod, ["status", "phase"]) === "Running";
}
