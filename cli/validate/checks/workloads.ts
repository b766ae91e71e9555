/** Pods, by what makes them. */
import type {
  V1Container,
  V1CronJobSpec,
  V1DaemonSetSpec,
  V1DeploymentSpec,
  V1HorizontalPodAutoscaler,
  V1JobSpec,
  V1LabelSelector,
  V1PodSpec,
  V1PodTemplateSpec,
  V1StatefulSetSpec,
  V2HorizontalPodAutoscalerSpec,
} from "@kubernetes/client-node";
import { groupOf, type Path, type Placed, type Scenario } from "../model";

export interface Workload {
  placed: Placed;
  kind: string;
  pod: V1PodSpec;
  labels: Record<string, string>;
  /** Path of the pod's `spec`. */
  path: Path;
  /** Pods at most, an autoscaler's maximum included; undefined for a DaemonSet: one a node. */
  pods: number | undefined;
  /** Pods that a roll adds for a while. */
  surge: number;
  selector?: V1LabelSelector;
  /** Runs until it is ended: is probed, spread, and kept up while nodes are drained. */
  serves: boolean;
}

/** Kinds that others than Kubernetes define have a `spec.template` of their own meaning. */
const groups: Record<string, string> = {
  Deployment: "apps",
  StatefulSet: "apps",
  DaemonSet: "apps",
  ReplicaSet: "apps",
  Job: "batch",
  CronJob: "batch",
  Pod: "",
};

const cache = new WeakMap<Scenario, Workload[]>();

export function workloadsOf(scenario: Scenario): Workload[] {
  const found = cache.get(scenario) ?? scenario.placed.flatMap((placed) => workloadOf(placed, scenario) ?? []);
  cache.set(scenario, found);
  return found;
}

function workloadOf(placed: Placed, scenario: Scenario): Workload | undefined {
  const { object, sound } = placed;
  const group = groupOf(object.apiVersion);
  // Workloads were in `extensions` once.
  if (!sound || groups[object.kind] !== (group === "extensions" ? "apps" : group)) return undefined;
  const below = object.kind === "CronJob" ? ["spec", "jobTemplate", "spec"] : ["spec"];
  const base = { placed, kind: object.kind, surge: 0 };
  if (object.kind === "Pod") {
    const labels = object.metadata.labels ?? {};
    return { ...base, pod: object.spec as V1PodSpec, labels, path: ["spec"], pods: 1, serves: false };
  }
  const spec = object.kind === "CronJob" ? (object.spec as V1CronJobSpec).jobTemplate.spec : object.spec;
  const { template } = spec as { template?: V1PodTemplateSpec };
  if (!template?.spec) return undefined;
  const path = [...below, "template", "spec"];
  const common = { ...base, pod: template.spec, labels: template.metadata?.labels ?? {}, path };
  switch (object.kind) {
    case "DaemonSet":
      return { ...common, pods: undefined, selector: (spec as V1DaemonSetSpec).selector, serves: true };
    case "Job":
    case "CronJob":
      return { ...common, pods: (spec as V1JobSpec).parallelism ?? 1, serves: false };
    default: {
      const { replicas = 1, selector, strategy } = spec as V1DeploymentSpec & V1StatefulSetSpec;
      const pods = Math.max(replicas, autoscalerOf(placed, scenario)?.spec.maxReplicas ?? 0);
      const rolls = object.kind === "Deployment" && strategy?.type !== "Recreate";
      const surge = rolls ? portion(strategy?.rollingUpdate?.maxSurge ?? "25%", pods) : 0;
      return { ...common, pods, surge, selector, serves: true };
    }
  }
}

/** `25%` of the pods, rounded up as Kubernetes does, or the number itself. */
export function portion(value: string | number, pods: number): number {
  if (typeof value === "number") return value;
  return value.endsWith("%") ? Math.ceil((pods * Number.parseInt(value, 10)) / 100) : Number(value);
}

export interface Autoscaler {
  placed: Placed;
  spec: V2HorizontalPodAutoscalerSpec;
}

export function autoscalers(scenario: Scenario): Autoscaler[] {
  return scenario.placed
    .filter(({ object, sound }) => sound && object.kind === "HorizontalPodAutoscaler")
    .map((placed) => ({
      placed,
      spec: (placed.object as unknown as V1HorizontalPodAutoscaler).spec as Autoscaler["spec"],
    }));
}

export function autoscalerOf({ object, namespace }: Placed, scenario: Scenario): Autoscaler | undefined {
  return autoscalers(scenario).find(
    ({ placed, spec }) =>
      placed.namespace === namespace &&
      spec.scaleTargetRef.kind === object.kind &&
      spec.scaleTargetRef.name === object.metadata.name,
  );
}

export interface PlacedContainer {
  container: V1Container;
  path: Path;
  /** Ends before the others begin, or (a side car) runs beside them. */
  init: boolean;
}

export function containersOf({ pod, path }: Workload): PlacedContainer[] {
  const list = (field: "containers" | "initContainers"): PlacedContainer[] =>
    (pod[field] ?? []).map((container, index) => ({
      container,
      path: [...path, field, index],
      init: field === "initContainers",
    }));
  return [...list("containers"), ...list("initContainers")];
}

const ordinal = "statefulset.kubernetes.io/pod-name";

/** Whether a selector selects pods of a workload, by the labels that Kubernetes gives to each pod of a StatefulSet too. */
export function selectsPods(selector: V1LabelSelector, { placed, kind, labels, pods = 0 }: Workload): boolean {
  const wanted = selector.matchLabels?.[ordinal];
  const number = wanted === undefined ? 0 : Number(wanted.slice(placed.object.metadata.name.length + 1));
  const named = kind === "StatefulSet" && wanted === `${placed.object.metadata.name}-${number}` && number < pods;
  return selects(selector, named ? { ...labels, [ordinal]: wanted } : labels);
}

/** Whether labels fit a selector; an empty one selects everything. */
export function selects(selector: V1LabelSelector | undefined, labels: Record<string, string>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

export function isEmpty({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** `app=web,tier in (a, b)` */
export function showSelector({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(
      ({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(", ")})` : ""}`,
    ),
  ].join(",");
}

/** Sound objects of one kind. */
export function ofKind(scenario: Scenario, kind: string): Placed[] {
  return scenario.placed.filter(({ object, sound }) => sound && object.kind === kind);
}
