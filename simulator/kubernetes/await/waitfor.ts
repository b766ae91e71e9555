/**
 * The annotation `pulumi.com/waitFor`: `jsonpath={.status.phase}=Running`, `condition=Ready`, or a JSON list of such
 * (ReadyCondition of provider/pkg/metadata/overrides.go, provider/pkg/jsonpath, await/condition/custom.go).
 */
import { conditions, isRecord, numberAt, type KubernetesObject } from "../objects";
import { notReady, ready, type ReadinessCheck } from "./readiness";

type Test = (object: KubernetesObject) => string | undefined;

/** @throws where an expression can't be understood. */
export function waitForCheck(annotation: string): ReadinessCheck {
  const expressions = parseList(annotation);
  if (expressions.length === 0) throw new Error("at least one condition must be specified");
  const tests = expressions.map(parse);
  return ({ object }) => {
    const missing = tests.map((test) => test(object)).filter((reason) => reason !== undefined);
    return missing.length === 0 ? ready : notReady(...missing);
  };
}

function parseList(annotation: string): string[] {
  try {
    const list: unknown = JSON.parse(annotation);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // One expression, not a list.
  }
  return [annotation];
}

function parse(expression: string): Test {
  if (expression.startsWith("condition=")) return conditionTest(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return pathTest(expression.slice("jsonpath=".length));
  throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
}

function conditionTest(expression: string): Test {
  const [wantedType = "", wantedStatus = "True"] = expression.split("=");
  return (object) => {
    const found = conditions(object).find(({ type }) => type?.toLowerCase() === wantedType.toLowerCase());
    const isMet = found?.status?.toLowerCase() === wantedStatus.toLowerCase();
    return isMet ? undefined : `Waiting for condition ${wantedType}=${wantedStatus}`;
  };
}

function pathTest(expression: string): Test {
  const match = /^\{?(\.[^}]*)\}?(?:=(.*))?$/s.exec(expression);
  const [, path = "", wanted] = match ?? [];
  if (!match) throw new Error(`unexpected jsonpath expression "${expression}"`);
  const steps = parsePath(path);
  return (object) => {
    const observed = numberAt(object, ["status", "observedGeneration"], Infinity);
    const isStale = observed < (object.metadata.generation ?? 0);
    const found = steps.reduce<unknown[]>((values, step) => values.flatMap(step), [object]);
    const isMet = wanted === undefined ? found.length > 0 : found.some((value) => String(value) === wanted);
    return isMet && !isStale ? undefined : `Waiting for jsonpath=${expression}`;
  };
}

/** Fields, indices and filters by equality: `.status.conditions[?(@.type=="Ready")].status`. */
function parsePath(path: string): ((value: unknown) => unknown[])[] {
  const step = /\.([\w-]+|\\.)|\[(\d+)\]|\[\*\]|\[['"]([^'"]+)['"]\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]/gy;
  const steps: ((value: unknown) => unknown[])[] = [];
  for (let end = 0; end < path.length; end = step.lastIndex) {
    const match = step.exec(path);
    if (!match) throw new Error(`unexpected jsonpath expression "${path}" at "${path.slice(end)}"`);
    const [text, field, index, quoted, filterField, filterValue] = match;
    const name = field ?? quoted;
    if (name !== undefined) steps.push((value) => (isRecord(value) && name in value ? [value[name]] : []));
    else if (index !== undefined) steps.push((value) => (Array.isArray(value) ? value.slice(+index, +index + 1) : []));
    else if (text === "[*]") steps.push((value) => (Array.isArray(value) ? value : []));
    else {
      const fields = (filterField ?? "").split(".");
      const select = (value: unknown) =>
        fields.reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), value);
      steps.push((value) => (Array.isArray(value) ? value.filter((item) => select(item) === filterValue) : []));
    }
  }
  return steps;
}
