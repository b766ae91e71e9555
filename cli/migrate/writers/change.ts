/** What is changed on a cluster so that nobody writes, an object at a time, so that it can be taken back. */
import type { KubernetesObject, V1LabelSelector } from "@kubernetes/client-node";
import { isRecord, valueAt } from "../../validate/model";

/** In this order: nobody may start again what is stopped, and who is stopped still reaches what it writes to. */
export const phases = ["controllers", "schedules", "workloads", "services"] as const;

export type Phase = (typeof phases)[number];

type Plain = string | number | boolean;

/** One field of one object. Plain JSON. */
export interface Change {
  phase: Phase;
  /** `apps/v1` */
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** `["spec", "replicas"]` */
  path: string[];
  /** What it was; null where it was not set. */
  from: Plain | null;
  to: Plain;
}

/** What a stop changes, and what it leaves. Plain JSON, written to the journal before anything is done. */
export interface Stopped {
  namespaces: string[];
  changes: Change[];
  /** Pods without a claim that go on running, as nothing can scale them: of DaemonSets, or of nobody. `namespace/name` */
  left: string[];
}

/** `Deployment production/backend` */
export function titleOf({ kind, namespace, name }: Change): string {
  return `${kind} ${namespace}/${name}`;
}

/** Whether the object has the change. */
export function isStopped(object: KubernetesObject, { path, to }: Change): boolean {
  return valueOf(object, path) === to;
}

export function valueOf(object: unknown, path: string[]): Plain | null {
  const found = valueAt(object, path);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean" ? found : null;
}

/** JSON merge patch (RFC 7386) that sets one field, or takes it away. */
export function patchOf(path: string[], value: Plain | null): Record<string, unknown> {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;
}

/** Of a workload, over its pods; undefined for what has none. */
export function podSelector(object: KubernetesObject): V1LabelSelector | undefined {
  const selector = valueAt(object, ["spec", "selector"]);
  return isRecord(selector) && ("matchLabels" in selector || "matchExpressions" in selector) ? selector : undefined;
}
