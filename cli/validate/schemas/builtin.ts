/** Holds an object against Kubernetes' own definition of its kind, in all supported versions at once. */
import { isRecord, type Manifest, type Path } from "../model";
import type { Field, FieldType, Kind } from "./model";
import { scalarFault } from "./scalars";
import { enumerated, kindOf, kubernetes, listed, mapped, named, newest, oldest } from "./table";
import { missingField, notAllowed, unknownField, wrongType, type SchemaFinding } from "./words";

/** Undefined where Kubernetes has no such kind. */
export function checkBuiltIn(object: Manifest): SchemaFinding[] | undefined {
  const { apiVersion, kind } = object;
  const known = kindOf(apiVersion, kind);
  if (!known) {
    const gone = kubernetes.gone[`${apiVersion} ${kind}`];
    if (!gone) return undefined;
    const successor = kubernetes.kinds[gone.replacement ?? ""];
    const differences: SchemaFinding[] = [];
    if (successor) checkDefinition(object, successor.definition, [], differences);
    // What has the form of its successor can be read as one.
    const form = successor === undefined || differences.some((one) => one.form);
    return [apiFinding(`Kubernetes serves ${apiVersion} no more since 1.${gone.removed}`, gone.replacement, form)];
  }
  const findings: SchemaFinding[] = [];
  checkDefinition(object, known.definition, [], findings);
  return [...life(apiVersion, known), ...findings];
}

function life(apiVersion: string, { from, until, deprecated, removed, replacement }: Kind): SchemaFinding[] {
  if (until !== undefined) {
    return [apiFinding(`Kubernetes serves ${apiVersion} no more since 1.${until + 1}`, replacement, false)];
  }
  if (deprecated !== undefined && deprecated <= newest) {
    const end = removed === undefined ? "" : `, to be gone with 1.${removed}`;
    return [apiFinding(`Kubernetes has deprecated it since 1.${deprecated}${end}`, replacement, false)];
  }
  if (from !== undefined) {
    return [
      apiFinding(`Kubernetes serves it from 1.${from} on: clusters of 1.${oldest} do not know it`, replacement, false),
    ];
  }
  if (/(alpha|beta)/.test(apiVersion)) {
    return [apiFinding(`${apiVersion} is off on a cluster unless somebody turns it on`, replacement, false)];
  }
  return [];
}

function apiFinding(problem: string, replacement: string | undefined, form: boolean): SchemaFinding {
  const advice = replacement === undefined ? "write another kind or a stable version" : `write ${replacement}`;
  return { path: ["apiVersion"], rule: "api-version", problem, advice, form };
}

function checkDefinition(value: unknown, name: string, path: Path, findings: SchemaFinding[]): void {
  if (!isRecord(value)) {
    findings.push(wrongType(path, value, "a map"));
    return;
  }
  const { properties, required = [] } = kubernetes.definitions[name] ?? { properties: {} };
  for (const field of required) {
    if (value[field] === undefined || value[field] === null) findings.push(missingField(path, field));
  }
  for (const [key, item] of Object.entries(value)) {
    const field = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (field === undefined) findings.push(unknownField(path, key, Object.keys(properties)));
    // An empty value is as if it were not there.
    else if (item !== null) checkField(item, field, [...path, key], findings);
  }
}

function checkField(value: unknown, field: Field, path: Path, findings: SchemaFinding[]): void {
  if (!Array.isArray(field)) {
    checkType(value, field, path, findings);
    return;
  }
  const [type, from, until] = field;
  if (from !== null) {
    const problem = `Kubernetes knows it from 1.${from} on; a cluster of 1.${oldest} refuses or drops it`;
    findings.push({
      path,
      rule: "api-version",
      problem,
      advice: "take it away, or write what all versions know",
      form: false,
    });
  }
  if (until !== null) {
    const problem = `Kubernetes does not know it any more since 1.${until + 1}`;
    findings.push({ path, rule: "api-version", problem, advice: "take it away", form: false });
  }
  checkType(value, type, path, findings);
}

function checkType(value: unknown, type: FieldType, path: Path, findings: SchemaFinding[]): void {
  const entry = listed(type);
  if (entry !== undefined) {
    if (!Array.isArray(value)) findings.push(wrongType(path, value, "a list"));
    else value.forEach((item, index) => checkType(item, entry, [...path, index], findings));
    return;
  }
  const inside = mapped(type);
  if (inside !== undefined) {
    if (!isRecord(value)) findings.push(wrongType(path, value, "a map"));
    else for (const [key, item] of Object.entries(value)) checkType(item, inside, [...path, key], findings);
    return;
  }
  const definition = named(type);
  if (definition !== undefined) checkDefinition(value, definition, path, findings);
  else checkScalar(value, type, path, findings);
}

function checkScalar(value: unknown, type: FieldType, path: Path, findings: SchemaFinding[]): void {
  const allowed = enumerated(type);
  if (allowed) {
    if (typeof value !== "string") findings.push(wrongType(path, value, "a text"));
    else if (!allowed.includes(value)) findings.push(notAllowed(path, value, allowed));
    return;
  }
  const wanted = type === "quantity" ? quantityFault(value) : scalarFault(value, type);
  if (wanted !== undefined) findings.push(wrongType(path, value, wanted));
}

function quantityFault(value: unknown): string | undefined {
  if (isQuantity(value)) return undefined;
  return `a quantity such as 500m or 64Mi${typeof value === "string" ? hint(value) : ""}`;
}

function isQuantity(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && quantityForm.test(value));
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantityForm = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function hint(value: string): string {
  const fixed = value
    .replace(/\s/g, "")
    .replace(/b$/i, "")
    .replace(/^(.*\d)K$/, "$1k");
  return fixed !== value && quantityForm.test(fixed) ? ` (${fixed})` : "";
}
