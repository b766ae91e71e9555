/**
 * Holds inputs against a provider's declarations and its cloud's constraints, at every depth: what the real provider
 * and the cloud's API would refuse is refused here, even where the program hid it behind an `any`.
 */
import { distance } from "fastest-levenshtein";
import { unknown as unknownValue, type Properties } from "../provider";
import { violations } from "./constraint";
import type { Constraint, ObjectShape, Property, Shape } from "./model";
import { absent, isObject, providersOwn, segment, show } from "./values";

export interface Failure {
  /** Full path: `ingress[0].fromPort`. */
  property: string;
  reason: string;
}

/** What a value is held against: its shape's nested objects by name, and the bounds by path without indices. */
export interface Schema {
  objects: Record<string, ObjectShape>;
  constraints: Record<string, Constraint>;
}

interface Place {
  /** `ingress[0].fromPort` */
  path: string;
  /** `ingress.fromPort`: what constraints are written for. */
  pattern: string;
  secret: boolean;
}

/** All that is wrong with `value`'s properties; `owner` names their owner in the reasons. */
export function checkObject(owner: string, shape: ObjectShape, value: Properties, schema: Schema): Failure[] {
  return object(owner, shape, value, { path: "", pattern: "", secret: false }, schema);
}

function object(owner: string, shape: ObjectShape, value: Properties, at: Place, schema: Schema): Failure[] {
  const given = Object.entries(value).flatMap(([name, each]) => {
    if (absent(each) || providersOwn(name)) return [];
    const property = shape[name];
    const place = below(at, name, property);
    if (!property)
      return [{ property: place.path, reason: `${owner} has no property "${name}"${nearest(name, shape)}` }];
    return check(property.shape, each, place, schema, schema.constraints[place.pattern]);
  });
  const missing = Object.entries(shape)
    .filter(([name, property]) => property.required && absent(value[name]))
    .map(([name, property]) => ({
      property: below(at, name, property).path,
      reason: `${owner} needs "${name}", which is not set: ${describe(property.shape, schema)}`,
    }));
  return [...given, ...missing];
}

function check(shape: Shape, value: unknown, at: Place, schema: Schema, bound: Constraint | undefined): Failure[] {
  const misfit = () => [
    { property: at.path, reason: `${show(value, at.secret)} does not fit: it must be ${describe(shape, schema)}` },
  ];
  const bounded = () =>
    bound ? violations(bound, value, at.secret).map((reason) => ({ property: at.path, reason })) : [];
  if (value === unknownValue || shape.type === "any") return [];
  switch (shape.type) {
    case "union":
      return union(shape.members, value, at, schema, bound) ?? misfit();
    case "array":
      if (!Array.isArray(value)) return misfit();
      return [
        ...bounded(),
        ...value.flatMap((each: unknown, index) =>
          check(shape.items, each, { ...at, path: `${at.path}[${index}]` }, schema, bound?.items),
        ),
      ];
    case "map":
      if (!isObject(value)) return misfit();
      return [
        ...bounded(),
        ...Object.entries(value).flatMap(([key, each]) =>
          absent(each) || providersOwn(key)
            ? []
            : check(shape.values, each, { ...at, path: at.path + segment(key) }, schema, bound?.items),
        ),
      ];
    case "object":
      return isObject(value) ? object(at.path, named(shape.name, schema), value, at, schema) : misfit();
    case "enum":
      return shape.values.some((each) => each === value) ? [] : misfit();
    case "resource":
      // The engine sends resources as their ids.
      return typeof value === "string" ? [] : misfit();
    default:
      return typeof value === shape.type && !Number.isNaN(value) ? bounded() : misfit();
  }
}

/** One member has to fit. Where none does, the nearest of the value's own kind says why; undefined: there is none. */
function union(members: Shape[], value: unknown, at: Place, schema: Schema, bound: Constraint | undefined) {
  const attempts = members.map((member) => ({ member, failures: check(member, value, at, schema, bound) }));
  if (attempts.some(({ failures }) => failures.length === 0)) return [];
  const [best] = attempts
    .filter(({ member }) => kindOf(member) === kindOf(value))
    .sort((a, b) => a.failures.length - b.failures.length);
  return best?.failures;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (!isObject(value)) return typeof value;
  const type = value["type"];
  return type === "map" || typeof type !== "string" ? "object" : type;
}

function describe(shape: Shape, schema: Schema): string {
  switch (shape.type) {
    case "any":
      return "any value";
    case "resource":
      return "a resource or its id";
    case "enum":
      return `one of ${shape.values.map((each) => JSON.stringify(each)).join(", ")}`;
    case "array":
      return `a list, each element ${describe(shape.items, schema)}`;
    case "map":
      return `a map, each value ${describe(shape.values, schema)}`;
    case "object":
      return `an object with ${Object.keys(named(shape.name, schema)).join(", ") || "no properties"}`;
    case "union":
      return shape.members.map((each) => describe(each, schema)).join(" or ");
    default:
      return `a ${shape.type}`;
  }
}

function named(name: string, schema: Schema): ObjectShape {
  const shape = schema.objects[name];
  if (!shape) throw new Error(`the schema has no object ${name}`);
  return shape;
}

function below(at: Place, name: string, property: Property | undefined): Place {
  const dot = at.path ? "." : "";
  return {
    path: at.path ? at.path + segment(name) : name,
    pattern: `${at.pattern}${dot}${name}`,
    secret: at.secret || property?.secret === true,
  };
}

/** Deprecated properties are not worth suggesting. */
function nearest(name: string, shape: ObjectShape): string {
  const known = Object.keys(shape).filter((each) => !shape[each]?.deprecated);
  const ranked = known
    .map((each) => ({ each, edits: distance(name.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  if (best && best.edits <= Math.max(2, name.length / 3)) return `; did you mean "${best.each}"?`;
  return known.length > 0 ? `; it has ${known.join(", ")}` : "";
}
