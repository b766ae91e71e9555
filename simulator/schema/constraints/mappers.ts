/**
 * Takes bounds out of Azure's published API models, as the npm packages `@azure/arm-*` carry them: the mappers of every
 * request body, and the parameters of its path.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Constraint, Declarations, Literal, ObjectShape, Shape } from "../model";
import type { Bounds } from "./write";

/** What a mapper says of a value, the parts of it that are read here. */
export interface MapperType {
  name: string;
  className?: string;
  allowedValues?: Literal[];
  element?: Mapper;
  value?: Mapper;
  modelProperties?: Record<string, Mapper>;
}

export interface Mapper {
  type: MapperType;
  /** `properties.dnsPrefix`: where the value stands in the request. */
  serializedName?: string;
  constraints?: {
    Pattern?: RegExp;
    MinLength?: number;
    MaxLength?: number;
    MinItems?: number;
    MaxItems?: number;
    InclusiveMinimum?: number;
    InclusiveMaximum?: number;
  };
}

export interface Model {
  /** `@azure/arm-network 33.5.0`, without the scope. */
  name: string;
  mappers: Record<string, Mapper>;
  parameters: Record<string, { mapper: Mapper }>;
}

/** Which request a resource type's inputs go into. */
export interface Mapping {
  /** npm package without its scope. */
  package: string;
  /** Class of the request's body. */
  body: string;
  /** Parameters of its path by input, where the names differ from the inputs'. */
  parameters?: Record<string, string>;
}

/** Downloads a package with npm, from the registry it is set up for, and reads its models. */
export async function download(name: string, version: string): Promise<Model> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const archive = execFileSync("npm", ["pack", "--silent", `@azure/${name}@${version}`], { cwd: folder });
  execFileSync("tar", ["xzf", archive.toString().trim()], { cwd: folder });
  const models = ["dist/esm/models", "dist-esm/src/models"]
    .map((path) => join(folder, "package", path))
    .find((path) => existsSync(join(path, "mappers.js")));
  if (!models) throw new Error(`@azure/${name} ${version} has no mappers`);
  const copy = join(folder, "models");
  mkdirSync(copy);
  writeFileSync(join(copy, "package.json"), JSON.stringify({ type: "module" }));
  for (const file of ["mappers.js", "parameters.js"]) {
    const code = readFileSync(join(models, file), "utf8");
    writeFileSync(join(copy, file), code.replace(/from "[^"]*mappers(\.js)?"/, 'from "./mappers.js"'));
  }
  const load = async (file: string): Promise<unknown> => import(pathToFileURL(join(copy, file)).href);
  return {
    name: `${name} ${version}`,
    mappers: (await load("mappers.js")) as Model["mappers"],
    parameters: (await load("parameters.js")) as Model["parameters"],
  };
}

/** The bounds of every input that the model knows: the resource's own, and those of its nested objects. */
export function constraints(
  inputs: ObjectShape,
  objects: Declarations["objects"],
  model: Model,
  mapping: Mapping,
): { own: Bounds; objects: Record<string, Bounds> } {
  const nested: Record<string, Bounds> = {};
  const walk = (shape: ObjectShape, className: string): Bounds => {
    const found: Bounds = {};
    for (const [name, property] of Object.entries(shape)) {
      const mapper = member(name, model.mappers[className]);
      if (!mapper) continue;
      const bound = constraint(property.shape, mapper, `${model.name} ${className}.${name}`);
      if (bound) found[name] = bound;
      const inside = composite(property.shape, mapper);
      if (inside && !nested[inside.object]) {
        // Before its members are read: some objects contain themselves.
        const bounds: Bounds = {};
        nested[inside.object] = bounds;
        Object.assign(bounds, walk(objects[inside.object] ?? {}, inside.className));
      }
    }
    return found;
  };
  return { own: { ...walk(inputs, mapping.body), ...path(inputs, model, mapping) }, objects: nested };
}

function path(inputs: ObjectShape, model: Model, mapping: Mapping): Bounds {
  const entries = Object.entries(inputs).flatMap(([name, { shape }]) => {
    const parameter = model.parameters[mapping.parameters?.[name] ?? name];
    const bound = parameter && constraint(shape, parameter.mapper, `${model.name} parameter ${name}`);
    return bound ? [[name, bound] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Members go by the name in the request, whose containers Pulumi leaves out. */
function member(name: string, mapper: Mapper | undefined): Mapper | undefined {
  const properties = Object.entries(mapper?.type.modelProperties ?? {});
  const plain = name.toLowerCase();
  return properties.find(([key, { serializedName = key }]) =>
    [key, serializedName.split(".").at(-1)].some((each) => each?.toLowerCase() === plain),
  )?.[1];
}

function constraint(shape: Shape, mapper: Mapper, source: string): Constraint | undefined {
  const { type, constraints: given = {} } = mapper;
  const bound: Constraint = { source };
  if (shape.type === "array" && type.element) {
    if (given.MinItems !== undefined) bound.minLength = given.MinItems;
    if (given.MaxItems !== undefined) bound.maxLength = given.MaxItems;
    const items = constraint(shape.items, type.element, source);
    if (items) bound.items = items;
  } else if (shape.type === "map" && type.value) {
    const items = constraint(shape.values, type.value, source);
    if (items) bound.items = items;
  } else if (shape.type === "string") {
    if (type.allowedValues) bound.values = type.allowedValues;
    const pattern = given.Pattern && readable(given.Pattern.source);
    if (pattern) bound.pattern = pattern;
    if (given.MinLength !== undefined) bound.minLength = given.MinLength;
    if (given.MaxLength !== undefined) bound.maxLength = given.MaxLength;
  } else if (shape.type === "number") {
    if (given.InclusiveMinimum !== undefined) bound.min = given.InclusiveMinimum;
    if (given.InclusiveMaximum !== undefined) bound.max = given.InclusiveMaximum;
  }
  return Object.keys(bound).length > 1 ? bound : undefined;
}

/** Undefined where it is no regular expression by JavaScript's stricter rules. */
function readable(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return pattern;
  } catch {
    return undefined;
  }
}

function composite(shape: Shape, { type }: Mapper): { object: string; className: string } | undefined {
  if (shape.type === "object") return type.className ? { object: shape.name, className: type.className } : undefined;
  if (shape.type === "array") return type.element && composite(shape.items, type.element);
  return shape.type === "map" && type.value ? composite(shape.values, type.value) : undefined;
}
