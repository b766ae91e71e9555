/**
 * Inputs in the form in which the API server will answer, so that what is equal compares as equal: normalizeInputs and
 * pruneLiveState of provider/pkg/provider/provider.go, Normalize of provider/pkg/clients/unstructured.go.
 */
import { hasUnknown, withoutNulls } from "./metadata";
import { at, isRecord, without } from "./objects";
import { canonicalQuantities } from "./quantity";
import type { Properties } from "../provider";

/** Groups of the API server itself (provider/pkg/kinds, KnownGroupVersions); all others are custom resources. */
const builtIn = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#objectmeta-v1-meta: what only the server sets. */
const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

export function isBuiltIn(apiVersion: unknown): boolean {
  const [group, version] = String(apiVersion).split("/");
  return builtIn.has(version === undefined ? "" : (group ?? ""));
}

export function isCrd(inputs: unknown): boolean {
  return at(inputs, "kind") === "CustomResourceDefinition" && isBuiltIn(at(inputs, "apiVersion"));
}

export function isSecret(inputs: unknown): boolean {
  return at(inputs, "kind") === "Secret" && at(inputs, "apiVersion") === "v1";
}

export function normalize(inputs: Properties): Properties {
  const known = !hasUnknown(inputs);
  let result = withoutNulls<Properties>(dashed(inputs));
  if (known && isBuiltIn(inputs.apiVersion)) {
    if (isCrd(inputs)) result = normalizeCrd(result);
    else if (isSecret(inputs)) result = normalizeSecret(result);
    else result = canonicalQuantities(result);
  }
  if (!isRecord(result.metadata)) return result;
  return { ...result, metadata: without(result.metadata, ...readOnly) };
}

/** The server drops `preserveUnknownFields: false` and every status that it is given. */
function normalizeCrd(inputs: Properties): Properties {
  const crd = without(inputs, "status");
  if (at(crd, "spec", "preserveUnknownFields") !== false || !isRecord(crd.spec)) return crd;
  return { ...crd, spec: without(crd.spec, "preserveUnknownFields") };
}

/** The server turns `stringData` into `data`, and encodes anew what it was given. */
function normalizeSecret({ stringData, ...secret }: Properties): Properties {
  const data: Record<string, unknown> = isRecord(secret.data) ? { ...secret.data } : {};
  if (!isRecord(stringData) || Object.keys(stringData).length === 0) {
    if (!isRecord(secret.data)) return secret;
    for (const [key, value] of Object.entries(data)) {
      if (typeof value === "string" && isBase64(value)) data[key] = Buffer.from(value, "base64").toString("base64");
    }
    return { ...secret, data };
  }
  for (const [key, value] of Object.entries(stringData)) {
    data[key] = Buffer.from(String(value), "utf8").toString("base64");
  }
  return { ...secret, data };
}

function isBase64(value: string): boolean {
  return /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value);
}

const dashes = [
  "embedded-resource",
  "int-or-string",
  "list-map-keys",
  "list-type",
  "map-type",
  "preserve-unknown-fields",
  "validations",
].map((name) => ({ dash: `x-kubernetes-${name}`, underscore: `x_kubernetes_${name.replaceAll("-", "_")}` }));
const toDash = new Map(dashes.map(({ dash, underscore }) => [underscore, dash]));
const toUnderscore = new Map(dashes.map(({ dash, underscore }) => [dash, underscore]));

/** Pulumi's SDKs write `x_kubernetes_…` for `x-kubernetes-…`. */
export function dashed<Value>(value: Value): Value {
  return renamed(value, toDash);
}

export function underscored<Value>(value: Value): Value {
  return renamed(value, toUnderscore);
}

function renamed<Value>(value: Value, names: Map<string, string>): Value {
  if (Array.isArray(value)) return value.map((item) => renamed(item as unknown, names)) as Value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [names.get(key) ?? key, renamed(item, names)]),
  ) as Value;
}

/** Those parts of `source` that `shape` has too (pruneMap and pruneSlice of provider/pkg/provider/util.go). */
export function prune(source: Properties, shape: Properties): Properties {
  const result: Properties = {};
  for (const [key, value] of Object.entries(source)) {
    if (key in shape) result[key] = pruneValue(value, shape[key]);
  }
  return result;
}

function pruneValue(value: unknown, shape: unknown): unknown {
  if (isRecord(value) && isRecord(shape)) return prune(value, shape);
  if (!Array.isArray(value) || !Array.isArray(shape)) return value;
  if (value.length === 0 || shape.length === 0) return [];
  if (typeof value[0] !== typeof shape[0] || Array.isArray(value[0]) !== Array.isArray(shape[0])) return value;
  return shape.slice(0, value.length).map((part, index) => pruneValue(value[index], part));
}

/** False, zero, and whatever holds nothing else: the server leaves most of these out of what it answers. */
export function isEmpty(value: unknown): boolean {
  if (value === false || value === "" || value === 0) return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isRecord(value) && Object.values(value).every(isEmpty);
}

/** `live` with the empty values of `inputs` that the server has left out: a refresh is no change of them. */
export function withEmptyInputs(live: unknown, inputs: unknown): unknown {
  if (live === undefined) return isEmpty(inputs) ? inputs : undefined;
  if (Array.isArray(live) && Array.isArray(inputs)) {
    return live.map((item, index) => withEmptyInputs(item as unknown, inputs[index]));
  }
  if (!isRecord(live) || !isRecord(inputs)) return live;
  const missing = Object.entries(inputs).filter(([key, value]) => !(key in live) && isEmpty(value));
  const present = Object.entries(live).map(([key, value]) => [key, withEmptyInputs(value, inputs[key])]);
  return Object.fromEntries([...present, ...missing]) as Properties;
}
