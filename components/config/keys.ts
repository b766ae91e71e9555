/** The schema's keys as a list: what the documentation, the messages and the search for secrets go through. */
import { z } from "zod";
import { schema } from "./schema";
import { type KeyMeta, metadata } from "./schema/key";

export interface Key {
  /** `["nodes", "min"]`; the entries of a list are `*`. */
  path: string[];
  /** What a value is, `optional` taken off. */
  type: z.ZodType;
  required: boolean;
  meta: KeyMeta;
}

/** Every key of the schema with its texts, parents before their children, in the schema's order. */
export const keys: Key[] = keysOf(schema, []);

/** Paths whose value is only accepted encrypted. */
export const secretPaths: string[][] = keys.filter(({ meta }) => meta.secret).map(({ path }) => path);

/** Whether `path`, with numbers for the entries of lists, is covered by `pattern`, with `*` for them. */
export function matches(path: readonly PropertyKey[], pattern: string[]): boolean {
  return path.length === pattern.length && pattern.every((part, index) => part === "*" || part === path[index]);
}

/** `monitoring.receivers[0].name` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

/** The other way round: entries of lists are numbers. No key of the schema has a dot or a bracket in it. */
export function parsePath(text: string): (string | number)[] {
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

/** The names of the keys below `path`; empty where there is nothing below it. */
export function childrenOf(path: readonly PropertyKey[]): string[] {
  return keys
    .filter((one) => one.path.length === path.length + 1 && matches(path, one.path.slice(0, -1)))
    .map((one) => one.path.at(-1) ?? "");
}

/** The type below `optional`. */
export function plainType(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodOptional ? plainType(type.unwrap() as z.ZodType) : type;
}

function keysOf(type: z.ZodType, path: string[]): Key[] {
  const plain = plainType(type);
  if (plain instanceof z.ZodArray) return keysOf(plain.element as z.ZodType, [...path, "*"]);
  if (!(plain instanceof z.ZodObject)) return [];
  return Object.entries(plain.shape as Record<string, z.ZodType>).flatMap(([name, child]) => {
    const meta = metadata.get(child);
    if (!meta) throw new Error(`${formatPath([...path, name])} has no texts`);
    const required = !(child instanceof z.ZodOptional);
    return [{ path: [...path, name], type: plainType(child), required, meta }, ...keysOf(child, [...path, name])];
  });
}
