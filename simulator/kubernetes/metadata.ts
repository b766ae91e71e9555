/** Names and annotations that steer the provider (provider/pkg/metadata of pulumi-kubernetes 4.34). */
import { randomBytes } from "node:crypto";
import { unknown, type Properties } from "../provider";
import { annotation, at, isRecord, type KubernetesObject } from "./objects";

const prefix = "pulumi.com/";

/** The user's own override, in an object's annotations. */
export const annotations = {
  autonamed: `${prefix}autonamed`,
  skipAwait: `${prefix}skipAwait`,
  waitFor: `${prefix}waitFor`,
  timeoutSeconds: `${prefix}timeoutSeconds`,
  replaceUnready: `${prefix}replaceUnready`,
  patchForce: `${prefix}patchForce`,
  patchFieldManager: `${prefix}patchFieldManager`,
  deletionPropagation: `${prefix}deletionPropagationPolicy`,
} as const;

export function isTrue(object: unknown, key: string): boolean {
  return annotation(object, key) === "true";
}

/** Seconds to wait: the resource's `customTimeouts`, its annotation, or `fallback` (metadata/overrides.go). */
export function timeoutSeconds(object: unknown, customTimeout: number, fallback = 600): number {
  if (customTimeout > 0) return customTimeout;
  const value = Number.parseInt(annotation(object, annotations.timeoutSeconds) ?? "", 10);
  return Number.isNaN(value) ? fallback : value;
}

/** Foreground unless annotated otherwise (metadata/overrides.go). */
export function deletionPropagation(object: unknown): "Foreground" | "Background" | "Orphan" {
  const policy = annotation(object, annotations.deletionPropagation)?.toLowerCase();
  if (policy === "orphan") return "Orphan";
  return policy === "background" ? "Background" : "Foreground";
}

/** `name-1a2b3c4d`, marked as generated, unless the object has a name (metadata/naming.go). */
export function assignName(inputs: Properties, logicalName: string): Properties {
  if (isNamed(inputs) || isGenerateName(inputs)) return inputs;
  return withGeneratedName(inputs, `${logicalName}-${hex(8)}`);
}

/** Keeps the name that an earlier run generated (metadata/naming.go, AdoptOldAutonameIfUnnamed). */
export function adoptName(inputs: Properties, oldInputs: Properties): Properties {
  const oldName = at(oldInputs, "metadata", "name");
  if (isNamed(inputs) || !isAutonamed(oldInputs) || typeof oldName !== "string") return inputs;
  return withGeneratedName(inputs, oldName);
}

function withGeneratedName(inputs: Properties, name: string): Properties {
  const metadata = isRecord(inputs.metadata) ? inputs.metadata : {};
  const old = metadata.annotations;
  // An annotation can't be added to a map that is not known yet.
  const marked = old === unknown ? old : { ...(isRecord(old) ? old : {}), [annotations.autonamed]: "true" };
  return { ...inputs, metadata: { ...metadata, name, annotations: marked } };
}

export function isNamed(inputs: unknown): boolean {
  const name = at(inputs, "metadata", "name");
  return typeof name === "string" && name !== "";
}

export function isGenerateName(inputs: unknown): boolean {
  return !isNamed(inputs) && Boolean(at(inputs, "metadata", "generateName"));
}

export function isAutonamed(inputs: unknown): boolean {
  return isTrue(inputs, annotations.autonamed);
}

/** Manager of the fields: the annotation, the state's, or a new one (fieldManagerName of provider/provider.go). */
export function fieldManager(inputs: unknown, state?: Properties): string {
  const annotated = annotation(inputs, annotations.patchFieldManager);
  if (annotated) return annotated;
  const known = state?.__fieldManager;
  return typeof known === "string" && known ? known : `pulumi-kubernetes-${hex(8)}`;
}

export function hex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
}

/** True where any value within is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

/** Without fields that are null or absent: the API server does not tell them apart. */
export function withoutNulls<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)])) as Value;
}

export function asObject(inputs: Properties): KubernetesObject {
  const metadata = isRecord(inputs.metadata) ? inputs.metadata : {};
  return { ...inputs, metadata } as KubernetesObject;
}
