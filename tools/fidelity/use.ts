/** What the program sets: every property of every resource type, down to its leaves, and which enumerated values it gives. */
import { clusterInputs } from "../../simulator/eks/inputs";
import { book, type Book } from "../../simulator/schema/data";
import type { Constraint, Declarations, ObjectShape, Shape } from "../../simulator/schema/model";
import { absent, isObject, providersOwn } from "../../simulator/schema/values";

/** A resource as the program registers it. */
export interface Registered {
  type: string;
  inputs: Record<string, unknown>;
}

export interface PropertyUse {
  /** The values given, where the SDK or the cloud's API enumerates what may be given. */
  values: Set<string>;
  /** Whether the cloud's API puts a bound on the property: a pattern, a length, a range, an enumeration. */
  bounded: boolean;
}

/** By type (`aws:ec2/vpc:Vpc`), then by path without indices (`scalingConfig.maxSize`). */
export type Use = Map<string, Map<string, PropertyUse>>;

/**
 * @throws Error for a type, or a property of it, that the SDK does not declare: what is not known can't be held against
 * anything.
 */
export function useOf(resources: Registered[]): Use {
  const use: Use = new Map();
  for (const { type, inputs } of resources) {
    const { shape, bounds, known } = declarationOf(type);
    const properties = use.get(type) ?? new Map<string, PropertyUse>();
    use.set(type, properties);
    new Walk(type, known, properties).object("", shape, bounds, inputs);
  }
  for (const properties of use.values()) keepLeaves(properties);
  return use;
}

type Bounds = Record<string, Constraint> | undefined;

/** Pulumi's component for EKS declares the types of its nested inputs nowhere that could be read here. */
const eksShape: ObjectShape = Object.fromEntries(
  Object.keys(clusterInputs).map((name) => [name, { shape: { type: "any" } }]),
);

function declarationOf(type: string): { shape: ObjectShape; bounds: Bounds; known: Book | undefined } {
  if (type === "eks:index:Cluster") return { shape: eksShape, bounds: undefined, known: undefined };
  const known = book[type.split(":")[0] ?? ""];
  const shape = known?.declarations.resources[type];
  if (!known || !shape) throw new Error(`${type} is no type that an SDK in use declares`);
  return { shape, bounds: known.constraints?.resources[type], known };
}

class Walk {
  private readonly objects: Declarations["objects"];

  constructor(
    private readonly type: string,
    private readonly known: Book | undefined,
    private readonly found: Map<string, PropertyUse>,
  ) {
    this.objects = known?.declarations.objects ?? {};
  }

  object(path: string, shape: ObjectShape, bounds: Bounds, value: Record<string, unknown>): void {
    for (const [name, each] of Object.entries(value)) {
      if (absent(each) || providersOwn(name)) continue;
      const property = shape[name];
      const full = path ? `${path}.${name}` : name;
      if (!property) throw new Error(`${this.type} declares no property ${full}`);
      this.value(full, property.shape, bounds?.[name], each);
    }
  }

  private value(path: string, shape: Shape, bound: Constraint | undefined, value: unknown): void {
    const use = this.found.get(path) ?? { values: new Set<string>(), bounded: false };
    this.found.set(path, use);
    use.bounded ||= bound !== undefined;
    if (shape.type === "union") {
      for (const member of shape.members.filter((each) => takes(each, value))) this.value(path, member, bound, value);
    } else if (shape.type === "array" && Array.isArray(value)) {
      for (const each of value as unknown[]) this.value(path, shape.items, bound?.items, each);
    } else if (shape.type === "object" && isObject(value)) {
      this.object(path, this.objects[shape.name] ?? {}, this.known?.constraints?.objects[shape.name], value);
    } else if (shape.type === "any" && isObject(value)) {
      for (const [name, each] of Object.entries(value)) {
        if (!absent(each)) this.value(`${path}.${name}`, shape, undefined, each);
      }
    } else if (shape.type === "enum" || bound?.values) {
      use.values.add(String(value));
    }
  }
}

/** Whether a member of a union is the one that `value` is written in. */
function takes(shape: Shape, value: unknown): boolean {
  if (shape.type === "array") return Array.isArray(value);
  if (shape.type === "object") return isObject(value);
  return !Array.isArray(value) && !isObject(value);
}

/** An object is in use by what is set in it; an empty one by itself. */
function keepLeaves(properties: Map<string, PropertyUse>): void {
  const paths = [...properties.keys()];
  for (const path of paths) if (paths.some((other) => other.startsWith(`${path}.`))) properties.delete(path);
}
