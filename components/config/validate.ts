/** Validation of a stack's file before anything is started. */
import { keys, matches } from "./keys";
import { type ParseContext, parseConfig, type ParseResult } from "./parse";

/** A stack's configuration as its file has it. */
export interface StackValues {
  /** Values by key, without the project's prefix. */
  values: Record<string, unknown>;
  /** Paths of the values that are kept encrypted: `["gitops", "credentials", "password"]`; entries of lists by number. */
  secrets: string[][];
}

/**
 * Validates what a stack's file holds. Encrypted values are not known there: put `exampleSecret` in their place.
 */
export function validateStack({ values, secrets }: StackValues, context: ParseContext): ParseResult {
  return parseConfig(
    {
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(value)])),
      isSecret: (path) => secrets.some((secret) => secret.every((part, index) => part === String(path[index]))),
    },
    context,
  );
}

/** A made-up value of the right form for a secret that cannot be read; `example` for a path that is no secret's. */
export function exampleSecret(path: string[]): string {
  const key = keys.find((one) => one.meta.secret && matches(path, one.path));
  const example = key?.meta.example;
  if (typeof example === "function") return String((example as () => unknown)());
  return typeof example === "string" ? example : "example";
}

/** As Pulumi hands values to a program. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
}
