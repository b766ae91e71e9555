/** How the schema checks say what they find. */
import { closest, distance } from "fastest-levenshtein";
import type { Finding, Path } from "../model";

export interface SchemaFinding extends Pick<Finding, "rule" | "problem" | "advice"> {
  path: Path;
  /** True where the form is wrong, so that nothing else can be said of the object. */
  form: boolean;
}

export function unknownField(path: Path, name: string, known: string[]): SchemaFinding {
  const near = known.length > 0 ? closest(name, known) : "";
  const likely = near !== "" && distance(near, name) <= Math.max(2, name.length / 3);
  return {
    path: [...path, name],
    rule: "schema",
    form: false,
    problem: "there is no such field",
    advice: likely ? `write ${near}` : `take it away; allowed here: ${shorten(known)}`,
  };
}

export function missingField(path: Path, name: string): SchemaFinding {
  return { path: [...path, name], rule: "schema", form: true, problem: "is required", advice: `write ${name}` };
}

export function wrongType(path: Path, value: unknown, wanted: string): SchemaFinding {
  const quoted = wanted === "a text" && ["number", "boolean"].includes(typeof value);
  return {
    path,
    rule: "schema",
    form: true,
    problem: `is ${describe(value)}, not ${wanted}`,
    advice: quoted ? `write "${String(value)}" in quotes` : `write ${wanted}`,
  };
}

export function notAllowed(path: Path, value: unknown, allowed: string[]): SchemaFinding {
  return {
    path,
    rule: "schema",
    form: false,
    problem: `${describe(value)} is not allowed`,
    advice: `write one of: ${shorten(allowed)}`,
  };
}

export function outOfBounds(path: Path, value: unknown, bound: string): SchemaFinding {
  return { path, rule: "schema", form: false, problem: `is ${describe(value)}`, advice: `write ${bound}` };
}

export function describe(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : JSON.stringify(value);
}

function shorten(names: string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(", ")} …` : names.join(", ");
}
