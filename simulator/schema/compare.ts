/**
 * What a change of inputs does to a resource. Values are compared as the real provider does: absent and undefined are
 * the same, sets have no order, and an input that the cloud fills in keeps its value when it is left out. Whether a
 * change replaces or updates is looked up, never guessed.
 */
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../provider";
import type { RuleBook, Rules } from "./model";
import { absent, isObject, providersOwn, segment } from "./values";

export interface Comparison {
  /** Full paths (`scalingConfig.maxSize`, `subnetIds[2]`) that change in place. */
  updates: string[];
  /** Full paths that need a new resource. */
  replaces: string[];
  /** Full paths that no rule is known for: the change must be refused. */
  unsourced: string[];
  /** Whether the old resource has to go before the new one is made. */
  deleteBeforeReplace: boolean;
}

interface Change {
  path: string;
  /** The path without indices: what rules are written for. */
  pattern: string;
  from: unknown;
  to: unknown;
}

type Effect = "updates" | "replaces" | "unsourced";

export function compareInputs(
  { common, resources }: RuleBook,
  type: string,
  oldInputs: Properties,
  newInputs: Properties,
): Comparison {
  const own = resources[type];
  const rules = new Lookup(own, common);
  const result: Comparison = { updates: [], replaces: [], unsourced: [], deleteBeforeReplace: false };
  for (const change of differences({ path: "", pattern: "", from: oldInputs, to: newInputs }, own)) {
    result[rules.effect(change)].push(change.path);
  }
  result.deleteBeforeReplace =
    result.replaces.length > 0 && (own?.deleteBeforeReplace === true || choosesName(own, newInputs));
  return result;
}

/**
 * A name that Pulumi generated is generated anew for the replacement; one that the program chose may be taken while
 * the old resource exists. As in the bridge's nameRequiresDeleteBeforeReplace: `__defaults` lists what was generated,
 * and without that list nothing is said of names.
 */
function choosesName(rules: Rules | undefined, newInputs: Properties): boolean {
  const name = rules?.autoNamed;
  const generated = newInputs["__defaults"];
  return name !== undefined && Array.isArray(generated) && !generated.includes(name) && !absent(newInputs[name]);
}

function differences(change: Change, rules: Rules | undefined): Change[] {
  const { path, pattern, from, to } = change;
  if (isDeepStrictEqual(canonical(from, pattern, rules), canonical(to, pattern, rules))) return [];
  if (absent(to) && rules?.computed?.includes(pattern)) return [];
  if (rules?.json?.includes(pattern)) return [change];
  if (isObject(from) && isObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((key) => !providersOwn(key));
    return keys.flatMap((key) =>
      differences(
        {
          path: path ? path + segment(key) : key,
          pattern: below(pattern, key),
          from: from[key],
          to: to[key],
        },
        rules,
      ),
    );
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    return rules?.sets?.includes(pattern) ? inSet(change, from, to, rules) : inList(change, from, to, rules);
  }
  return [change];
}

function inList(change: Change, from: unknown[], to: unknown[], rules: Rules | undefined): Change[] {
  return Array.from({ length: Math.max(from.length, to.length) }, (_, index) =>
    differences({ ...change, path: `${change.path}[${index}]`, from: from[index], to: to[index] }, rules),
  ).flat();
}

/** Elements of the new set are told by their place in it; those that are gone by their place in the old one. */
function inSet({ path, pattern }: Change, from: unknown[], to: unknown[], rules: Rules): Change[] {
  const text = (element: unknown) =>
    JSON.stringify(canonical(element, pattern, { ...rules, sets: inner(rules, pattern) }));
  const before = new Set(from.map(text));
  const after = new Set(to.map(text));
  const added = to.flatMap((element, index) =>
    before.has(text(element)) ? [] : [{ path: `${path}[${index}]`, pattern, from: undefined, to: element }],
  );
  const removed = from.flatMap((element, index) =>
    after.has(text(element)) ? [] : [{ path: `${path}[${index}]`, pattern, from: element, to: undefined }],
  );
  const told = new Set(added.map((each) => each.path));
  return [...added, ...removed.filter((each) => !told.has(each.path))];
}

/** An element of a set has the set's own path, but is no set itself. */
function inner(rules: Rules, pattern: string): string[] {
  return (rules.sets ?? []).filter((each) => each !== pattern);
}

/**
 * One form for all that is equal: absent properties, empty lists and Pulumi's own keys left out, sets sorted and
 * without doubles, JSON documents read, keys in order.
 */
function canonical(value: unknown, pattern: string, rules: Rules | undefined): unknown {
  if (rules?.json?.includes(pattern)) return document(value);
  if (Array.isArray(value)) {
    const elements = value.map((each) => canonical(each, pattern, rules && { ...rules, sets: inner(rules, pattern) }));
    if (elements.length === 0) return undefined;
    if (!rules?.sets?.includes(pattern)) return elements;
    return [...new Map(elements.map((each) => [JSON.stringify(each), each])).entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, each]) => each);
  }
  if (!isObject(value)) return absent(value) ? undefined : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !providersOwn(key))
      .map(([key, each]) => [key, canonical(each, below(pattern, key), rules)] as const)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Inputs may give a document as JSON text or as an object. */
function document(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function below(pattern: string, key: string): string {
  return pattern ? `${pattern}.${key}` : key;
}

class Lookup {
  private readonly effects = new Map<string, Effect>();

  constructor(
    private readonly own: Rules | undefined,
    common: RuleBook["common"],
  ) {
    for (const lists of own ? [common, own] : []) {
      for (const path of lists?.updates ?? []) this.effects.set(path, "updates");
      for (const path of lists?.replaces ?? []) this.effects.set(path, "replaces");
    }
  }

  /** A block that comes or goes as a whole brings all that is in it: the strongest rule counts. */
  effect(change: Change): Effect {
    const { pattern, from, to } = change;
    const when = this.own?.replacesWhen?.[pattern];
    if (when && (absent(to) || (when === "comesOrGoes" && absent(from)))) return "replaces";
    const inside = absent(from) || absent(to) ? leaves(pattern, absent(to) ? from : to) : [pattern];
    const effects = [...inside, ...(this.effects.has(pattern) ? [pattern] : [])].map((path) => this.nearest(path));
    if (effects.includes("replaces")) return "replaces";
    return effects.includes("unsourced") ? "unsourced" : "updates";
  }

  /** The rule of the nearest path at or above it. */
  private nearest(pattern: string): Effect {
    for (let path = pattern; path; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
      if (this.own?.replacesWhen?.[path]) return "updates";
      const effect = this.effects.get(path);
      if (effect) return effect;
    }
    return "unsourced";
  }
}

/** The paths of all plain values in `value`. */
function leaves(pattern: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.length > 0 ? value.flatMap((each) => leaves(pattern, each)) : [pattern];
  if (!isObject(value)) return [pattern];
  const inside = Object.entries(value)
    .filter(([key, each]) => !providersOwn(key) && !absent(each))
    .flatMap(([key, each]) => leaves(below(pattern, key), each));
  return inside.length > 0 ? inside : [pattern];
}
