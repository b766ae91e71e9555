/** Reading inputs and outputs, which have no static types here: a value of another type than asked for counts as absent. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";

export function text(properties: Properties, key: string): string {
  const value = properties[key];
  return typeof value === "string" ? value : "";
}

export function count(properties: Properties, key: string): number | undefined {
  const value = properties[key];
  return typeof value === "number" ? value : undefined;
}

export function texts(properties: Properties, key: string): string[] {
  const value = properties[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

export function object(properties: Properties, key: string): Properties {
  return asObject(properties[key]);
}

export function objects(properties: Properties, key: string): Properties[] {
  const value = properties[key];
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** A map of strings: tags, labels. */
export function map(properties: Properties, key: string): Record<string, string> {
  return object(properties, key) as Record<string, string>;
}

function asObject(value: unknown): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

/** The resource whose output `key` is `value`. */
export function findBy(context: Context, type: string, key: string, value: string): CloudRecord | undefined {
  return context.inventory.list(type).find(({ outputs }) => outputs[key] === value);
}

/** The first refusal of several checks. */
export function first(...refusals: (string | undefined | false)[]): string | undefined {
  return refusals.find((refusal): refusal is string => typeof refusal === "string");
}
