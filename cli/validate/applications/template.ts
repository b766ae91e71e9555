/** Fills in what an ApplicationSet's templates say, as far as it is known: paths, `index`, `printf` and a few more. */
import { isRecord, valueAt } from "../model";

/** Stands for what nobody knows before the cluster does. */
export const unknown = "\u0000";

export type Parameters = Record<string, unknown>;

/** Fills in every text of a value, keys too. */
export function fill(value: unknown, known: Parameters): unknown {
  if (typeof value === "string") {
    return value.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, term: string) => evaluate(term, known));
  }
  if (Array.isArray(value)) return (value as unknown[]).map((item) => fill(item, known));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [String(fill(key, known)), fill(item, known)]));
}

function evaluate(term: string, known: Parameters): string {
  // Without Go's templates: `{{path.basename}}`, `{{path[0]}}`, `{{path}}`.
  if (/^[\w-]+([.[][\w\]./-]+)?$/.test(term)) {
    const segment = /^path\[(\d+)\]$/.exec(term)?.[1];
    if (segment !== undefined) return asText(valueAt(known, ["path", "segments", Number(segment)]));
    const value = known[term] ?? valueAt(known, term.split("."));
    return term === "path" && isRecord(value) ? asText(value["path"]) : asText(value);
  }
  const tokens = term.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|[^\s()|"`]+/g) ?? [];
  return asText(pipeline(tokens, known));
}

function asText(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : unknown;
}

/** `printf "%s/apps" (index .a "b") | trimPrefix "./"`: what is left of `|` is the last argument of what is right of it. */
function pipeline(tokens: string[], known: Parameters): unknown {
  let piped: unknown[] = [];
  let token: string | undefined;
  do {
    const operands: unknown[] = [];
    const first = tokens[0];
    for (token = tokens.shift(); token !== undefined && token !== "|" && token !== ")"; token = tokens.shift()) {
      operands.push(operand(token, tokens, known));
    }
    const isCall = first !== undefined && /^[a-zA-Z]\w*$/.test(first);
    const value = isCall ? call(first, [...operands.slice(1), ...piped]) : operands[0];
    piped = [value];
  } while (token === "|");
  return piped[0];
}

function operand(token: string, tokens: string[], known: Parameters): unknown {
  if (token === "(") return pipeline(tokens, known);
  if (/^["`]/.test(token)) return token.slice(1, -1).replaceAll('\\"', '"');
  if (/^-?\d+$/.test(token)) return Number(token);
  if (token.startsWith(".")) return valueAt(known, token.slice(1).split(".").filter(Boolean)) ?? unknown;
  return token;
}

function call(name: string, values: unknown[]): unknown {
  if (name === "index") {
    const [from, ...keys] = values as [unknown, ...(string | number)[]];
    return valueAt(from, keys) ?? unknown;
  }
  const texts = values.map(asText);
  const [first = "", ...others] = texts;
  const last = texts.at(-1) ?? "";
  switch (name) {
    case "printf":
      return first.replaceAll(/%[svqd]/g, () => others.shift() ?? unknown);
    case "trimPrefix":
      return last.startsWith(first) ? last.slice(first.length) : last;
    case "trimSuffix":
      return last.endsWith(first) ? last.slice(0, -first.length) : last;
    case "lower":
    case "normalize":
      return last.toLowerCase();
    case "default":
      return last === unknown ? unknown : last || first;
    default:
      return unknown;
  }
}
