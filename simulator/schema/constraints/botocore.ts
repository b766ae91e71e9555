/**
 * Takes bounds out of AWS' published API models, as the PyPI package botocore ships them: one JSON file for each
 * service, with the members of every request and the enumeration, pattern and limits of every shape.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Constraint, Declarations, ObjectShape, Shape } from "../model";
import type { Bounds } from "./write";

/** A shape of a service model, the parts of it that are read here. */
export interface ModelShape {
  type: string;
  enum?: string[];
  pattern?: string;
  min?: number;
  max?: number;
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
}

export interface Model {
  service: string;
  shapes: Record<string, ModelShape>;
}

/** Which request a resource type's inputs go into. */
export interface Mapping {
  service: string;
  /** Structures whose members are inputs, the request first. */
  structures: string[];
  /** Members by input path, where the names differ; `null`: the API's bounds are not the provider's. */
  members?: Record<string, string | null>;
  /** Shapes by input path, where the member's own says less than another of AWS' own does. */
  shapes?: Record<string, { service: string; shape: string }>;
}

export type Models = (service: string) => Model;

/** Downloads and unpacks botocore (with pip, from the package index it is set up for), and returns its data folder. */
export function download(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), "botocore-"));
  const python = (...args: string[]) =>
    execFileSync("python3", args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  python("-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, `botocore==${version}`);
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error(`pip brought no wheel of botocore ${version}`);
  python("-m", "zipfile", "-e", wheel, folder);
  return join(folder, "botocore", "data");
}

/** The newest model of a service. */
export function readModel(data: string, service: string): Model {
  const newest = readdirSync(join(data, service)).sort().at(-1) ?? "";
  const path = join(data, service, newest, "service-2.json");
  const text = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  const { shapes } = JSON.parse(text.toString("utf8")) as Pick<Model, "shapes">;
  return { service, shapes };
}

/** The regions of all partitions. */
export function readRegions(data: string): string[] {
  const { partitions } = JSON.parse(readFileSync(join(data, "partitions.json"), "utf8")) as {
    partitions: { regions: Record<string, unknown> }[];
  };
  const regions = partitions.flatMap(({ regions }) => Object.keys(regions));
  return regions.filter((name) => !name.endsWith("-global")).sort();
}

/** The bounds of every input that the model has a member for: the resource's own, and those of its nested objects. */
export function constraints(
  inputs: ObjectShape,
  objects: Declarations["objects"],
  models: Models,
  mapping: Mapping,
): { own: Bounds; objects: Record<string, Bounds> } {
  const model = models(mapping.service);
  const nested: Record<string, Bounds> = {};
  const walk = (shape: ObjectShape, structures: string[], prefix: string): Bounds => {
    const found: Bounds = {};
    for (const [name, property] of Object.entries(shape)) {
      const path = prefix ? `${prefix}.${name}` : name;
      const place = member(name, structures, model, mapping.members?.[path]);
      const borrowed = mapping.shapes?.[path];
      const bound = borrowed
        ? borrow(property.shape, borrowed.shape, models(borrowed.service))
        : place && constraint(property.shape, place.shape, `${model.service} ${place.source}`, model);
      if (bound) found[name] = bound;
      if (!place) continue;
      const inside = structure(property.shape, place.shape, model);
      if (inside && !nested[inside.object]) {
        // Before its members are read: some objects contain themselves.
        const bounds: Bounds = {};
        nested[inside.object] = bounds;
        Object.assign(bounds, walk(objects[inside.object] ?? {}, [inside.structure], path));
      }
    }
    return found;
  };
  return { own: walk(inputs, mapping.structures, ""), objects: nested };
}

function borrow(shape: Shape, name: string, model: Model): Constraint | undefined {
  const source = `${model.service} ${name}`;
  if (shape.type !== "array") return constraint(shape, name, source, model);
  const items = constraint(shape.items, name, source, model);
  return items && { source, items };
}

/** Members go by the input's own name, up to case and plural, unless the mapping says otherwise. */
function member(name: string, structures: string[], { shapes }: Model, mapped: string | null | undefined) {
  if (mapped === null) return undefined;
  for (const structure of structures) {
    for (const [candidate, { shape }] of Object.entries(shapes[structure]?.members ?? {})) {
      if (mapped ? candidate === mapped : plainName(candidate) === plainName(name)) {
        return { shape, source: `${structure}.${candidate}` };
      }
    }
  }
  return undefined;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/s$/, "");
}

function constraint(shape: Shape, name: string, source: string, model: Model): Constraint | undefined {
  const { type, enum: values, pattern, min, max, member, key, value } = model.shapes[name] ?? { type: "" };
  const bound: Constraint = { source };
  if (type === "string" && ["string", "enum", "union", "resource"].includes(shape.type)) {
    if (values) bound.values = values;
    const translated = pattern && translate(pattern);
    if (translated) bound.pattern = translated;
    if (min !== undefined && min > 0) bound.minLength = min;
    if (max !== undefined) bound.maxLength = max;
  } else if (["integer", "long"].includes(type) && shape.type === "number") {
    bound.integer = true;
    if (min !== undefined) bound.min = min;
    if (max !== undefined) bound.max = max;
  } else if (type === "list" && (shape.type === "array" || shape.type === "map") && member) {
    // An empty list is none: the provider does not send it, whatever the least length is.
    if (max !== undefined) bound.maxLength = max;
    // Tags are a map for Pulumi, and a list of keys and values for most of AWS.
    const { Key, Value } = model.shapes[member.shape]?.members ?? {};
    const keys = shape.type === "map" && Key && constraint({ type: "string" }, Key.shape, `${source}.Key`, model);
    const items =
      shape.type === "array"
        ? constraint(shape.items, member.shape, source, model)
        : Value && constraint(shape.values, Value.shape, `${source}.Value`, model);
    if (keys) bound.keys = keys;
    if (items) bound.items = items;
  } else if (type === "map" && shape.type === "map" && key && value) {
    if (max !== undefined) bound.maxLength = max;
    const keys = constraint({ type: "string" }, key.shape, `${source} key`, model);
    const items = constraint(shape.values, value.shape, `${source} value`, model);
    if (keys) bound.keys = keys;
    if (items) bound.items = items;
  }
  return Object.keys(bound).length > 1 ? bound : undefined;
}

function structure(shape: Shape, name: string, model: Model): { object: string; structure: string } | undefined {
  const found = model.shapes[name];
  if (shape.type === "object" && found?.type === "structure") return { object: shape.name, structure: name };
  // Terraform has lists of one where the API has the object itself, and the other way round.
  if (shape.type === "array") return structure(shape.items, found?.member?.shape ?? name, model);
  if (found?.type === "list" && found.member) return structure(shape, found.member.shape, model);
  return undefined;
}

/** The models' patterns are Java's: a match of the whole text, with its own names of character classes. */
function translate(pattern: string): string | undefined {
  const anchored = `^(?:${pattern.replace(/\\p\{(Print|Graph|ASCII)\}/g, "[\\x20-\\x7e]")})$`;
  try {
    new RegExp(anchored, "u");
    return anchored;
  } catch {
    return undefined;
  }
}
