/** What checking and comparing have in common: how property values are told apart, addressed and shown. */
import type { Properties } from "../provider";

/** The engine leaves undefined values out; null is how a few programs say the same. */
export function absent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys that Pulumi adds to inputs and that are no properties: `__defaults`, `__internal`, `__pulumi…`. */
export function providersOwn(name: string): boolean {
  return name.startsWith("__");
}

/** `.name`, or `["kubernetes.io/role/elb"]` where the key is no plain name: the engine's own way to write paths. */
export function segment(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

const longest = 80;

/** A value for a message: short, and never a secret's. */
export function show(value: unknown, secret = false): string {
  if (secret) return "the secret";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
