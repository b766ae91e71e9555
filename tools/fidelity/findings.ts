/** Holds what is in use against the rules of the rehearsal and the evidence. */
import { compare } from "../../simulator/schema";
import type { Evidence, Uncertain } from "./evidence";
import type { Use } from "./use";

export interface Finding {
  type: string;
  properties: number;
  /** Properties whose change is known to replace or to update, from the provider's source. */
  ruled: number;
  /** Paths that no rule is known for: a rehearsal refuses a change of them. */
  unruled: string[];
  /** Properties on which the cloud's API puts a bound. */
  bounded: number;
  /** Values of enumerations. */
  values: number;
  /** Properties, and values as `path=value`, that no public program was found for. */
  unseen: string[];
}

/** One for each type in use, by name. */
export function findings(use: Use, evidence: Evidence): Finding[] {
  return [...use.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, properties]) => {
      const sources = evidence.types[type] ?? [];
      const seen = new Set(sources.flatMap((each) => each.properties));
      const seenValues = new Set(sources.flatMap(({ values = {} }) => Object.entries(values).flatMap(pairs)));
      const given = [...properties.entries()].flatMap(([path, { values }]) => pairs([path, [...values]]));
      const paths = [...properties.keys()];
      const unruled = type.startsWith("eks:") ? [] : paths.filter((path) => !isRuled(type, path));
      return {
        type,
        properties: properties.size,
        ruled: type.startsWith("eks:") ? 0 : properties.size - unruled.length,
        unruled: unruled.sort(),
        bounded: [...properties.values()].filter(({ bounded }) => bounded).length,
        values: given.length,
        unseen: [...paths.filter((path) => !seen.has(path)), ...given.filter((each) => !seenValues.has(each))].sort(),
      };
    });
}

/** What is wrong with the two data files: sentences, each with what to do. */
export function complaints(all: Finding[], use: Use, evidence: Evidence, uncertain: Uncertain): string[] {
  const missing = all.flatMap(({ type, unseen }) => [
    ...(evidence.types[type] ? [] : [`${type}: no public program sets it; add one to evidence.json`]),
    ...unseen
      .filter((each) => !uncertain[type]?.[each])
      .map(
        (each) =>
          `${type} ${each}: not in evidence.json; add where it is set, or what is known of it to uncertain.json`,
      ),
  ]);
  const unseenBy = new Map(all.map(({ type, unseen }) => [type, new Set(unseen)]));
  const settled = Object.entries(uncertain).flatMap(([type, notes]) =>
    Object.keys(notes)
      .filter((each) => !unseenBy.get(type)?.has(each))
      .map((each) => `${type} ${each}: seen, or no longer in use; take it out of uncertain.json`),
  );
  const unused = Object.entries(evidence.types).flatMap(([type, sources]) =>
    sources
      .flatMap(({ properties, values = {} }) => [...properties, ...Object.keys(values)])
      .filter((path) => !use.get(type)?.has(path))
      .map((path) => `${type} ${path}: no longer in use; take it out of evidence.json`),
  );
  return [...missing, ...settled, ...new Set(unused)];
}

function pairs([path, values]: [string, string[]]): string[] {
  return values.map((value) => `${path}=${value}`);
}

/** Asks the rule book as the simulated cloud does: by a change of that property alone. */
function isRuled(type: string, path: string): boolean {
  return compare(type, nested(path, "before"), nested(path, "after")).unsourced.length === 0;
}

function nested(path: string, value: string): Record<string, unknown> {
  const [first = "", ...rest] = path.split(".");
  return { [first]: rest.length > 0 ? nested(rest.join("."), value) : value };
}
