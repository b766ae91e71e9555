/**
 * Takes bounds out of Google's discovery documents, as the PyPI package google-api-python-client ships them: one JSON file
 * for each API, with the pattern, enumeration and format of every property of every message.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Constraint, Declarations, ObjectShape, Shape } from "../model";
import type { Bounds } from "./write";

/** A message or a property of one, the parts of it that are read here. */
interface DocumentSchema {
  type?: string;
  $ref?: string;
  pattern?: string;
  enum?: string[];
  minimum?: string;
  maximum?: string;
  properties?: Record<string, DocumentSchema>;
  items?: DocumentSchema;
}

export interface DiscoveryDocument {
  /** `container.v1` */
  name: string;
  schemas: Record<string, DocumentSchema>;
}

/** Which message a resource type's inputs go into. */
export interface MessageMapping {
  document: string;
  message: string;
  /**
   * Properties by input path, `Message.property`, where the provider's name or place differs; `null`: the API's bounds are
   * not the provider's.
   */
  members?: Record<string, string | null>;
}

/** Downloads and unpacks the package (with pip, from the index it is set up for), and returns the documents' folder. */
export function downloadDocuments(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), "discovery-"));
  const python = (...args: string[]) =>
    execFileSync("python3", args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  python("-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, `google-api-python-client==${version}`);
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error(`pip brought no wheel of google-api-python-client ${version}`);
  python("-m", "zipfile", "-e", wheel, folder);
  return join(folder, "googleapiclient", "discovery_cache", "documents");
}

export function readDocument(folder: string, name: string): DiscoveryDocument {
  const { schemas } = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Omit<DiscoveryDocument, "name">;
  return { name, schemas };
}

/** The bounds of every input that the message has a property for: the resource's own, and those of its nested objects. */
export function messageConstraints(
  inputs: ObjectShape,
  objects: Declarations["objects"],
  document: DiscoveryDocument,
  { message, members = {} }: MessageMapping,
): { own: Bounds; objects: Record<string, Bounds> } {
  const nested: Record<string, Bounds> = {};
  const walk = (shape: ObjectShape, owner: string, prefix: string): Bounds => {
    const found: Bounds = {};
    for (const [name, { shape: inner }] of Object.entries(shape)) {
      const path = prefix ? `${prefix}.${name}` : name;
      const place = locate(name, owner, document, members[path]);
      if (!place) continue;
      const bound = constraint(inner, place.schema, `${document.name} ${place.source}`);
      if (bound) found[name] = bound;
      const below = messageOf(place.schema);
      const object = objectOf(inner);
      if (below === undefined || object === undefined || nested[object]) continue;
      // Before its properties are read: some messages contain themselves.
      const bounds: Bounds = {};
      nested[object] = bounds;
      Object.assign(bounds, walk(objects[object] ?? {}, below, path));
    }
    return found;
  };
  return { own: walk(inputs, message, ""), objects: nested };
}

/** Properties go by the input's own name, up to case and plural, unless the mapping says otherwise. */
function locate(name: string, owner: string, { schemas }: DiscoveryDocument, mapped: string | null | undefined) {
  if (mapped === null) return undefined;
  if (mapped !== undefined) {
    const [message = "", property = ""] = mapped.split(".");
    const schema = schemas[message]?.properties?.[property];
    if (!schema) throw new Error(`the discovery document has no ${mapped}`);
    return { schema, source: mapped };
  }
  const properties = schemas[owner]?.properties ?? {};
  const property = Object.keys(properties).find((candidate) => plain(candidate) === plain(name));
  const schema = property === undefined ? undefined : properties[property];
  return schema && { schema, source: `${owner}.${property}` };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/(ies|s)$/, (end) => (end === "ies" ? "y" : ""));
}

function constraint(shape: Shape, schema: DocumentSchema, source: string): Constraint | undefined {
  const bound: Constraint = { source };
  if (schema.type === "string" && ["string", "enum", "union", "resource"].includes(shape.type)) {
    if (schema.enum) bound.values = schema.enum;
    // Google means the whole text.
    if (schema.pattern) bound.pattern = `^(?:${schema.pattern})$`;
  } else if (schema.type === "integer" && shape.type === "number") {
    bound.integer = true;
    if (schema.minimum !== undefined) bound.min = Number(schema.minimum);
    if (schema.maximum !== undefined) bound.max = Number(schema.maximum);
  } else if (schema.type === "array" && shape.type === "array" && schema.items) {
    const items = constraint(shape.items, schema.items, source);
    if (items) bound.items = items;
  }
  return Object.keys(bound).length > 1 ? bound : undefined;
}

function messageOf({ $ref, items }: DocumentSchema): string | undefined {
  return $ref ?? items?.$ref;
}

function objectOf(shape: Shape): string | undefined {
  if (shape.type === "object") return shape.name;
  return shape.type === "array" ? objectOf(shape.items) : undefined;
}
