/** What is wrong with a configuration, in words. */
import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { childrenOf, formatPath, type Key, keys, matches, secretPaths } from "./keys";

export interface Problem {
  /** As the user wrote it: `nodes.min`, `monitoring.receivers[0].name`. */
  key: string;
  /** What is wrong, why, and what is allowed or to be done next: the text behind the key. */
  message: string;
}

type Path = readonly PropertyKey[];

/**
 * A value as messages show it: JSON, cut at 80 characters. What is secret, or could be by its place, is never shown, and
 * neither are names and passwords inside an address.
 *
 * @param secret whether the user keeps the value encrypted, whatever the schema says.
 */
export function show(path: Path, value: unknown, secret: boolean): string {
  const nearSecret = secretPaths.some(
    (pattern) => matches(path, pattern.slice(0, path.length)) && !holds(value, pattern[path.length]),
  );
  if (secret || nearSecret) return "(hidden)";
  const text = JSON.stringify(withoutSecrets(path, value)) ?? "nothing";
  const masked = text.replace(
    /(https?:\/\/)[^/\s"]*@|[^\s"/@]+:[^\s"/@]+@/g,
    (_, scheme: string | undefined) => `${scheme ?? ""}***@`,
  );
  return masked.length > 80 ? `${masked.slice(0, 77)}...` : masked;
}

/** Problems of shape and of single values, as the schema found them. */
export function schemaProblems(
  issues: z.core.$ZodIssue[],
  tree: unknown,
  isSecret: (path: Path) => boolean,
): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((name) => unknownKey([...issue.path, name]));
    }
    const value = valueAt(tree, issue.path);
    const key = formatPath(issue.path);
    if (value === undefined) return [{ key, message: missing(issue.path) }];
    return [{ key, message: `${show(issue.path, value, isSecret(issue.path))} ${reason(issue, value)}` }];
  });
}

/** `missing` in full, with an example to copy. */
function missing(path: Path): string {
  const meta = keyAt(path)?.meta;
  const allowed = meta && enumOf(keyAt(path));
  if (meta?.secret) return `missing; set it: ${setSecret(path)}`;
  if (allowed) return `missing; one of ${allowed.join(", ")}`;
  return `missing;${meta?.allowed ? ` ${meta.allowed},` : ""} for example ${JSON.stringify(meta?.example)}`;
}

/** The command that sets one encrypted value. */
export function setSecret(path: Path): string {
  return `pulumi config set --secret --path '${formatPath(path)}'`;
}

function reason(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue, value);
    case "invalid_value": {
      const allowed = issue.values.map(String);
      return `is not allowed; one of ${allowed.join(", ")}${suggestion(String(value), allowed)}`;
    }
    default:
      return issue.message;
  }
}

function wrongType({ expected, path }: z.core.$ZodIssueInvalidType, value: unknown): string {
  const key = keyAt(path);
  const example: unknown = key?.meta.example;
  const such = key && typeof example !== "function" ? `, such as ${JSON.stringify(example)}` : "";
  switch (expected) {
    case "int":
    case "number":
      return /^\d+$/.test(String(value)) ? "is text; write it without quotes" : `is no whole number; write one${such}`;
    case "boolean":
      return /^(true|false)$/.test(String(value)) ? "is text; write it without quotes" : "is neither true nor false";
    case "array":
      return `is no list; write one${such}`;
    case "object":
    case "record":
      return `is no group of keys; write one${such}`;
    default:
      return typeof value === "object" ? `is no text; write some${such}` : "is no text; put it in quotes";
  }
}

function unknownKey(path: PropertyKey[]): Problem {
  const key = formatPath(path);
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  // `nodes.min: 3` at the top level is text with a dot in it, and not the key `min` of `nodes`.
  const dotted = keys.find((one) => parent.length === 0 && one.path.length > 1 && formatPath(one.path) === name);
  if (dotted) {
    return {
      key,
      message: `unknown key: it is written as one name; set it as a path: pulumi config set --path ${name}`,
    };
  }
  const known = childrenOf(parent);
  const elsewhere = keys.find((one) => one.path.length > 1 && one.path.at(-1) === name);
  const guess = suggestion(name, known, parent);
  const hint = guess || (elsewhere ? `; did you mean ${formatPath(elsewhere.path)}?` : "");
  const where = parent.length === 0 ? "known are" : `${formatPath(parent)} has`;
  return { key, message: `unknown key${hint || `; ${where} ${known.join(", ")}`}` };
}

/** `; did you mean "dev"?` where one of the known words is near, else nothing. */
export function suggestion(word: string, known: string[], parent: Path = []): string {
  if (known.length === 0) return "";
  const nearest = closest(word.toLowerCase(), known);
  const limit = Math.max(2, Math.floor(nearest.length / 3));
  if (word.length < 3 || distance(word.toLowerCase(), nearest.toLowerCase()) > limit) return "";
  return `; did you mean ${parent.length > 0 ? formatPath([...parent, nearest]) : nearest}?`;
}

function keyAt(path: Path): Key | undefined {
  return keys.find((one) => matches(path, one.path));
}

function enumOf(key: Key | undefined): string[] | undefined {
  return key?.type instanceof z.ZodEnum ? key.type.options.map(String) : undefined;
}

export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === "object" && node !== null ? (node as Record<PropertyKey, unknown>)[part] : undefined,
    tree,
  );
}

/** Whether the value has the form that leads to the next part of a secret's path, and is not itself what is secret. */
function holds(value: unknown, next: string | undefined): boolean {
  if (next === undefined || typeof value !== "object" || value === null) return false;
  return Array.isArray(value) === (next === "*");
}

function withoutSecrets(path: Path, value: unknown): unknown {
  if (secretPaths.some((pattern) => matches(path, pattern))) return "(hidden)";
  if (Array.isArray(value)) return value.map((item, index) => withoutSecrets([...path, index], item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutSecrets([...path, name], item)]));
}
