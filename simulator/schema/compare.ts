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
    result.replaces.length > 0 && (own?.deleteBeforeReplace === true || keepsName(own, oldInputs, newInputs));
  return result;
}

/**
 * A name that Pulumi generated is generated anew for the replacement; one that the program chose would be taken while
 * the old resource exists. `__defaults` lists what was generated.
 */
function keepsName(rules: Rules | undefined, oldInputs: Properties, newInputs: Properties): boolean {
  const name = rules?.autoNamed;
  const generated = newInputs["__defaults"];
  if (!name || (Array.isArray(generated) && generated.includes(name))) return false;
  return !absent(newInputs[name]) && isDeepStrictEqual(oldInputs[name], newInputs[name]);
}

function differences(change: Change, rules: Rules | undefined): Change[] {
  const { path, pattern, from, to } = change;
  if (same(from, to)) return [];
  if (absent(to) && rules?.computed?.includes(pattern)) return [];
  if (isObject(from) && isObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((key) => !providersOwn(key));
    return keys.flatMap((key) =>
      differences(
        {
          path: path ? path + segment(key) : key,
          pattern: pattern ? `${pattern}.${key}` : key,
          from: from[key],
          to: to[key],
        },
        rules,
      ),
    );
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    return rules?.sets?.includes(pattern) ? inSet(change, from, to) : inList(change, from, to, rules);
  }
  return [change];
}

function inList(change: Change, from: unknown[], to: unknown[], rules: Rules | undefined): Change[] {
  return Array.from({ length: Math.max(from.length, to.length) }, (_, index) =>
    differences({ ...change, path: `${change.path}[${index}]`, from: from[index], to: to[index] }, rules),
  ).flat();
}

/** Elements of the new set are told by their place in it; those that are gone by their place in the old one. */
function inSet({ path, pattern }: Change, from: unknown[], to: unknown[]): Change[] {
  const gone = [...from];
  const added: Change[] = [];
  to.forEach((element, index) => {
    const match = gone.findIndex((each) => same(each, element));
    if (match >= 0) gone.splice(match, 1);
    else added.push({ path: `${path}[${index}]`, pattern, from: undefined, to: element });
  });
  const paths = new Set(added.map((each) => each.path));
  const removed = gone.map((each) => ({ path: `${path}[${from.indexOf(each)}]`, pattern, from: each, to: undefined }));
  return [...added, ...removed.filter((each) => !paths.has(each.path))];
}

/** Equal, where absent properties and Pulumi's own keys do not count. */
function same(from: unknown, to: unknown): boolean {
  return isDeepStrictEqual(plain(from), plain(to));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return absent(value) ? undefined : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => !absent(each) && !providersOwn(key))
      .map(([key, each]) => [key, plain(each)]),
  );
}

class Lookup {
  private readonly effects = new Map<string, Effect>();

  constructor(
    private readonly own: Rules | undefined,
    common: RuleBook["common"],
  ) {
    for (const lists of own ? [common, own] : []) {
      for (const path of lists.updates) this.effects.set(path, "updates");
      for (const path of lists.replaces) this.effects.set(path, "replaces");
    }
  }

  /** A block that comes or goes as a whole brings all that is in it: the strongest rule counts. */
  effect(change: Change): Effect {
    const effects = [this.one(change), ...leaves(change).map((leaf) => this.one(leaf))];
    if (effects.includes("replaces")) return "replaces";
    return effects.includes("unsourced") ? "unsourced" : "updates";
  }

  /** The rule of the nearest path at or above it. */
  private one({ pattern, from, to }: Change): Effect {
    for (let path = pattern; path; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
      const when = this.own?.replacesWhen?.[path];
      if (when) return happens(when, from, to) ? "replaces" : "updates";
      const effect = this.effects.get(path);
      if (effect) return effect;
    }
    return "unsourced";
  }
}

function leaves(change: Change): Change[] {
  const { path, pattern, from, to } = change;
  const value = absent(to) ? from : to;
  if (!absent(from) && !absent(to)) return [];
  if (Array.isArray(value)) {
    return value.flatMap((each) =>
      leaves({ path, pattern, from: absent(to) ? each : undefined, to: absent(to) ? undefined : each }),
    );
  }
  if (!isObject(value)) return [change];
  return Object.entries(value)
    .filter(([key, each]) => !providersOwn(key) && !absent(each))
    .flatMap(([key, each]) =>
      leaves({
        path,
        pattern: `${pattern}.${key}`,
        from: absent(to) ? each : undefined,
        to: absent(to) ? undefined : each,
      }),
    );
}

function happens(when: NonNullable<Rules["replacesWhen"]>[string], from: unknown, to: unknown): boolean {
  switch (when) {
    case "removed":
      return absent(to);
    case "added":
      return absent(from);
    case "decreases":
      return typeof from === "number" && typeof to === "number" && to < from;
  }
}
