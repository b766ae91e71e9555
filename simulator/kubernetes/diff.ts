/** What an update would change: the live object's own fields against the new inputs (Diff of provider/provider.go). */
import { unknown, type DiffResult, type Properties } from "../provider";
import { isAutonamed, isNamed } from "./metadata";
import { isPatch, isRecord, at } from "./objects";
import { isEmpty, normalize, prune } from "./normalize";
import { forceNewPaths, needsReplacement, type Mutability, type Path } from "./replacement";

export interface DiffInput {
  type: string;
  oldInputs: Properties;
  live: Properties;
  news: Properties;
  namespaced: boolean;
  mutable: Mutability;
}

export function diffObject({ type, oldInputs, live, news, namespaced, mutable }: DiffInput): DiffResult {
  const before = normalize(oldInputs);
  const inputs = withNamespace(normalize(news), namespaced);
  const pruned = withNamespace({ apiVersion: live.apiVersion, kind: live.kind, ...prune(live, before) }, namespaced);
  if (isNamed(inputs)) {
    pruned.metadata = { ...(isRecord(pruned.metadata) ? pruned.metadata : {}), name: at(live, "metadata", "name") };
  }
  const forceNew = isPatch(type, news.kind) ? ["metadata.name", "metadata.namespace"] : forceNewPaths(inputs, mutable);
  const updates: string[] = [];
  const replaces: string[] = [];
  for (const change of changesBetween(pruned, inputs, before)) {
    const replace =
      needsReplacement(change.path, change.value, forceNew) ||
      (change.value === undefined && change.path.length === 1 && change.path[0] === "metadata");
    (replace ? replaces : updates).push(pathText(change.path));
  }
  const sameIdentity =
    at(inputs, "metadata", "name") === at(live, "metadata", "name") &&
    at(inputs, "metadata", "namespace") === at(withNamespace(live, namespaced), "metadata", "namespace");
  return {
    updates,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && isNamed(inputs) && !isAutonamed(inputs) && sameIdentity,
  };
}

/** `default` where none is set; none at all where the kind has no namespaces. */
function withNamespace(object: Properties, namespaced: boolean): Properties {
  const { namespace, ...metadata } = isRecord(object.metadata) ? object.metadata : {};
  return { ...object, metadata: namespaced ? { ...metadata, namespace: namespace || "default" } : metadata };
}

interface Change {
  path: Path;
  /** Undefined where the property goes away. */
  value: unknown;
}

function changesBetween(live: unknown, news: unknown, oldInputs: unknown, path: Path = []): Change[] {
  if (isRecord(live) && isRecord(news)) {
    const before = isRecord(oldInputs) ? oldInputs : {};
    const keys = new Set([...Object.keys(live), ...Object.keys(news)]);
    return [...keys].flatMap((key) => changesBetween(live[key], news[key], before[key], [...path, key]));
  }
  if (Array.isArray(live) && Array.isArray(news)) {
    const before = Array.isArray(oldInputs) ? oldInputs : [];
    const length = Math.max(live.length, news.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      changesBetween(live[index], news[index], before[index], [...path, index]),
    );
  }
  if (live === news && news !== unknown) return [];
  // The server leaves empty values out; one that was sent before and is not in the object was left out then.
  if (live === undefined && isEmpty(news) && sameJson(news, oldInputs)) return [];
  return [{ path, value: news }];
}

function sameJson(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** `metadata.labels["app.kubernetes.io/name"]`, `spec.containers[0].image`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
