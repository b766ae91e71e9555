/**
 * What the simulated clouds accept, and what a change does: the data files under `data/`, asked by token. Pure, read
 * once. Everything that is not in the data is refused, never guessed.
 */
import type { Properties } from "../provider";
import { checkObject, type Failure, type Objects } from "./check";
import { compareInputs, type Comparison } from "./compare";
import { book, type Book } from "./data";
import { absent } from "./values";

export type { Failure } from "./check";
export type { Comparison } from "./compare";

/** Every resource type that can be created, by token (`aws:ec2/vpc:Vpc`). */
export function types(): string[] {
  return Object.values(book).flatMap(({ declarations }) => Object.keys(declarations.resources));
}

export function isKnown(type: string): boolean {
  return entry(type)?.declarations.resources[type] !== undefined;
}

/**
 * All that is wrong with the inputs of a resource: unknown properties, missing ones, wrong shapes, values out of
 * bounds. An unknown value is accepted anywhere; keys that begin with two underscores are Pulumi's own.
 */
export function checkInputs(type: string, inputs: Properties): Failure[] {
  const known = entry(type);
  const shape = known?.declarations.resources[type];
  if (!known || !shape) return [unknownToken(type, "resource type", "resources")];
  return checkObject(type, { properties: shape, bounds: known.constraints?.resources[type] }, inputs, objects(known));
}

/** The same for a function's arguments (`aws:index/getRegion:getRegion`). */
export function checkArguments(token: string, args: Properties): Failure[] {
  const known = entry(token);
  const shape = known?.declarations.functions[token];
  if (!known || !shape) return [unknownToken(token, "function", "functions")];
  return checkObject(token, { properties: shape }, args, objects(known));
}

/**
 * The same for the configuration of a provider itself (`aws`). Whatever is no string in it comes as JSON text, as the
 * SDKs send it.
 */
export function checkConfig(provider: string, config: Properties): Failure[] {
  const known = book[provider];
  if (!known) return [{ property: "", reason: `no schema for the provider "${provider}"` }];
  const settings = Object.fromEntries(Object.entries(config).filter(([name]) => !pluginChoice.has(name)));
  const shape = { properties: known.declarations.config, bounds: known.constraints?.config };
  return checkObject(`provider ${provider}`, shape, parseConfig(provider, settings), objects(known));
}

/** Which plugin the SDK asks for: told to every provider, and none of its settings. */
const pluginChoice = new Set(["version", "pluginDownloadURL"]);

/** A provider's configuration with what the SDK sent as JSON text (`defaultTags`) turned back into values. */
export function parseConfig(provider: string, config: Properties): Properties {
  const shape = book[provider]?.declarations.config ?? {};
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const textual = shape[name]?.shape.type === "string";
      return [name, textual || typeof value !== "string" ? value : parsed(value)];
    }),
  );
}

/**
 * Which properties changed, by full path, and whether that updates the resource in place or replaces it. `unsourced`
 * are changes that no rule is known for: they must fail, with the way out in the message.
 * @throws Error for a type that is not known.
 */
export function compare(type: string, oldInputs: Properties, newInputs: Properties): Comparison {
  const known = entry(type);
  const shape = known?.declarations.resources[type];
  if (!known || !shape) throw new Error(unknownToken(type, "resource type", "resources").reason);
  return compareInputs(known.rules, type, oldInputs, newInputs);
}

function entry(token: string): Book | undefined {
  return book[token.split(":")[0] ?? ""];
}

function objects({ declarations, constraints }: Book): Objects {
  return (name) => {
    const properties = declarations.objects[name];
    if (!properties) throw new Error(`the schema has no object ${name}`);
    return { properties, bounds: constraints?.objects[name] };
  };
}

function unknownToken(token: string, kind: string, group: "resources" | "functions"): Failure {
  const names = Object.keys(entry(token)?.declarations[group] ?? {});
  return {
    property: "",
    reason:
      `${token}: the simulated cloud has no such ${kind}. ` +
      (names.length > 0 ? `Known: ${names.join(", ")}` : "No schema for this provider"),
  };
}

function parsed(text: string): unknown {
  if (absent(text) || text === "") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
