/** Holds a custom object against its CustomResourceDefinition. Rules in CEL and `oneOf` are not evaluated. */
import { isRecord, records, texts, type Manifest, type Path } from "../model";
import { scalarFault } from "./scalars";
import { missingField, notAllowed, outOfBounds, unknownField, wrongType, type SchemaFinding } from "./words";

/** A structural schema: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ */
export type StructuralSchema = Record<string, unknown>;

export interface CustomKind {
  namespaced: boolean;
  schema: StructuralSchema;
  /** The definition's own words, where the version is deprecated. */
  deprecated?: string;
}

/** By `argoproj.io/v1alpha1 Application`: what a definition serves. */
export function customKinds(definitions: Manifest[]): Map<string, CustomKind> {
  const kinds = new Map<string, CustomKind>();
  for (const { spec } of definitions.filter(({ kind }) => kind === "CustomResourceDefinition")) {
    if (!isRecord(spec) || !isRecord(spec["names"])) continue;
    for (const version of records(spec["versions"])) {
      if (version["served"] === false) continue;
      const schema = isRecord(version["schema"]) ? version["schema"]["openAPIV3Schema"] : undefined;
      const warning = version["deprecationWarning"];
      kinds.set(`${String(spec["group"])}/${String(version["name"])} ${String(spec["names"]["kind"])}`, {
        namespaced: spec["scope"] !== "Cluster",
        schema: isRecord(schema) ? schema : {},
        ...(version["deprecated"] === true && {
          deprecated: typeof warning === "string" ? warning : "it is deprecated",
        }),
      });
    }
  }
  return kinds;
}

export function checkCustom(object: Manifest, { schema, deprecated }: CustomKind): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  // What every object has is defined by Kubernetes, whatever the definition says of it.
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const own = { ...properties, apiVersion: {}, kind: {}, metadata: free, status: free };
  check(object, { ...schema, properties: own }, [], findings);
  if (deprecated !== undefined) {
    const advice = "write the version that its documentation names in its place";
    findings.push({ path: ["apiVersion"], rule: "api-version", problem: deprecated, advice, form: false });
  }
  return findings;
}

const free = { "x-kubernetes-preserve-unknown-fields": true };

function check(value: unknown, schema: StructuralSchema, path: Path, findings: SchemaFinding[]): void {
  if (value === null || value === undefined) {
    return;
  }
  const isIntOrString = schema["x-kubernetes-int-or-string"] === true;
  const wanted = typeFault(value, isIntOrString ? "intOrString" : schema["type"]);
  if (wanted !== undefined) {
    findings.push(wrongType(path, value, wanted));
    return;
  }
  if (isIntOrString) return;
  checkValue(value, schema, path, findings);
  if (Array.isArray(value)) {
    const items = isRecord(schema["items"]) ? schema["items"] : free;
    value.forEach((item, index) => check(item, items, [...path, index], findings));
  } else if (isRecord(value)) {
    checkMap(value, schema, path, findings);
  }
}

function checkMap(
  value: Record<string, unknown>,
  schema: StructuralSchema,
  path: Path,
  findings: SchemaFinding[],
): void {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const additional = schema["additionalProperties"];
  const open =
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    additional === true ||
    schema["x-kubernetes-embedded-resource"] === true ||
    (Object.keys(properties).length === 0 && additional === undefined && schema["type"] === undefined);
  for (const field of texts(schema["required"])) {
    if (value[field] === undefined || value[field] === null) findings.push(missingField(path, field));
  }
  for (const [key, item] of Object.entries(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : additional;
    if (isRecord(property)) check(item, property, [...path, key], findings);
    else if (!open) findings.push(unknownField(path, key, Object.keys(properties)));
  }
}

function typeFault(value: unknown, type: unknown): string | undefined {
  if (type === "object") return isRecord(value) ? undefined : "a map";
  if (type === "array") return Array.isArray(value) ? undefined : "a list";
  return scalarFault(value, type);
}

function checkValue(value: unknown, schema: StructuralSchema, path: Path, findings: SchemaFinding[]): void {
  const allowed = schema["enum"];
  if (Array.isArray(allowed) && !allowed.includes(value)) findings.push(notAllowed(path, value, allowed.map(String)));
  const { pattern, minimum, maximum, minLength, maxLength, minItems } = schema;
  if (typeof value === "string") {
    if (typeof pattern === "string" && !matchesPattern(pattern, value)) {
      findings.push(outOfBounds(path, value, `what fits ${pattern}`));
    }
    if (typeof minLength === "number" && value.length < minLength) {
      findings.push(outOfBounds(path, value, `at least ${minLength} characters`));
    }
    if (typeof maxLength === "number" && value.length > maxLength) {
      findings.push(outOfBounds(path, value, `at most ${maxLength} characters`));
    }
  }
  if (typeof value === "number") {
    if (typeof minimum === "number" && value < minimum) findings.push(outOfBounds(path, value, `at least ${minimum}`));
    if (typeof maximum === "number" && value > maximum) findings.push(outOfBounds(path, value, `at most ${maximum}`));
  }
  if (Array.isArray(value) && typeof minItems === "number" && value.length < minItems) {
    findings.push(outOfBounds(path, value, `at least ${minItems} items`));
  }
}

/** Go's patterns are JavaScript's but for few; those that are not count as met. */
function matchesPattern(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}
