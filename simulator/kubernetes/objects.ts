/** Kubernetes objects as JSON, and the names that Pulumi gives their types. */

export interface ObjectMeta {
  name?: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  deletionTimestamp?: string;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
  managedFields?: ManagedFields[];
  [field: string]: unknown;
}

export interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  apiVersion?: string;
  fieldsV1?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** `Deployment` of `apps/v1`; the core group is `v1`. */
export interface Kind {
  apiVersion: string;
  kind: string;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as text; `otherwise` where it is none, or is no plain value. */
export function text(value: unknown, otherwise = ""): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : otherwise;
}

export function without(object: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** `at(object, "status", "phase")`; undefined where any part of the way is missing. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), value);
}

/** The same, for lists: anything else is an empty list. */
export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The same, for numbers: anything else is `fallback`. */
export function numberAt(value: unknown, path: string[], fallback = 0): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : fallback;
}

export function annotation(object: unknown, key: string): string | undefined {
  const value = at(object, "metadata", "annotations", key);
  return typeof value === "string" ? value : undefined;
}

export function conditions(object: unknown): { type?: string; status?: string; reason?: string; message?: string }[] {
  return listAt(object, "status", "conditions").filter(isRecord);
}

export function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === owner.metadata.uid);
}

/**
 * Kind of a type token: `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Secret`,
 * `kubernetes:argoproj.io/v1alpha1:Application` (gvkFromURN of provider/pkg/provider/provider.go).
 *
 * @throws where the token has no group and version.
 */
export function kindOfToken(token: string): Kind {
  const [, groupVersion = "", kind = ""] = token.split(":");
  const [group, version, ...rest] = groupVersion.split("/");
  if (!group || !version || rest.length > 0 || !kind) {
    throw new Error(`apiVersion does not have both a group and a version: "${groupVersion}"`);
  }
  return { apiVersion: group === "core" ? version : `${group}/${version}`, kind };
}

/** `kubernetes:storage.k8s.io/v1:StorageClassPatch` with kind `StorageClass` (provider/pkg/kinds/util.go). */
export function isPatch(token: string, kind: unknown): boolean {
  return token.split(":")[2] === `${String(kind)}Patch`;
}

/** `namespace/name`, or the name alone (fqObjName of provider/pkg/provider/util.go). */
export function idOf(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : String(name);
}

export function parseId(id: string): { namespace?: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** For people: `StatefulSet prod/postgres`. */
export function describe(object: KubernetesObject): string {
  return `${object.kind} ${idOf(object)}`;
}
