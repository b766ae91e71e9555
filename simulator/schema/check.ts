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

/** Properties, and the bounds of their values by property. */
export interface Bounded {
  properties: ObjectShape;
  bounds?: Record<string, Constraint> | undefined;
}

/** The nested objects that shapes name. */
export type Objects = (name: string) => Bounded;

interface Place {
  /** `ingress[0].fromPort` */
  path: string;
  secret: boolean;
}

/** All that is wrong with `value`'s properties; `owner` names their owner in the reasons. */
export function checkObject(owner: string, shape: Bounded, value: Properties, objects: Objects): Failure[] {
  return object(owner, shape, value, { path: "", secret: false }, objects);
}

function object(
  owner: string,
  { properties: shape, bounds }: Bounded,
  value: Properties,
  at: Place,
  objects: Objects,
): Failure[] {
  const given = Object.entries(value).flatMap(([name, each]) => {
    if (absent(each) || providersOwn(name)) return [];
    const property = shape[name];
    const place = below(at, name, property);
    if (!property)
      return [{ property: place.path, reason: `${owner} has no property "${name}"${nearest(name, shape)}` }];
    return check(property.shape, each, place, objects, bounds?.[name]);
  });
  const missing = Object.entries(shape)
    .filter(([name, property]) => property.required && absent(value[name]))
    .map(([name, property]) => ({
      property: below(at, name, property).path,
      reason: `${owner} needs "${name}", which is not set: ${describe(property.shape, objects)}`,
    }));
  return [...given, ...missing];
}

function check(shape: Shape, value: unknown, at: Place, objects: Objects, bound: Constraint | undefined): Failure[] {
  const misfit = () => [
    { property: at.path, reason: `${show(value, at.secret)} does not fit: it must be ${describe(shape, objects)}` },
  ];
  const bounded = () =>
    bound ? violations(bound, value, at.secret).map((reason) => ({ property: at.path, reason })) : [];
  if (value === unknownValue || shape.type === "any") return [];
  switch (shape.type) {
    case "union":
      return union(shape.members, value, at, objects, bound) ?? misfit();
    case "array":
      if (!Array.isArray(value)) return misfit();
      return [
        ...bounded(),
        ...value.flatMap((each: unknown, index) =>
          check(shape.items, each, { ...at, path: `${at.path}[${index}]` }, objects, bound?.items),
        ),
      ];
    case "map":
      if (!isObject(value)) return misfit();
      return [
        ...bounded(),
        ...Object.entries(value).flatMap(([key, each]) =>
          absent(each) || providersOwn(key)
            ? []
            : check(shape.values, each, { ...at, path: at.path + segment(key) }, objects, bound?.items),
        ),
      ];
    case "object":
      return isObject(value) ? object(at.path, objects(shape.name), value, at, objects) : misfit();
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
function union(members: Shape[], value: unknown, at: Place, objects: Objects, bound: Constraint | undefined) {
  const attempts = members.map((member) => ({ member, failures: check(member, value, at, objects, bound) }));
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

function describe(shape: Shape, objects: Objects): string {
  switch (shape.type) {
    case "any":
      return "any value";
    case "resource":
      return "a resource or its id";
    case "enum":
      return `one of ${shape.values.map((each) => JSON.stringify(each)).join(", ")}`;
    case "array":
      return `a list, each element ${describe(shape.items, objects)}`;
    case "map":
      return `a map, each value ${describe(shape.values, objects)}`;
    case "object":
      return `an object with ${Object.keys(objects(shape.name).properties).join(", ") || "no properties"}`;
    case "union":
      return shape.members.map((each) => describe(each, objects)).join(" or ");
    default:
      return `a ${shape.type}`;
  }
}

function below(at: Place, name: string, property: Property | undefined): Place {
  return {
    path: at.path ? at.path + segment(name) : name,
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
