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

/** The resources of a type in the context's region. */
export function inRegion(context: Context, type: string): CloudRecord[] {
  return context.inventory.list(type).filter(({ outputs }) => text(outputs, "region") === context.region);
}

/** The resource whose output `key` is `value`. */
export function findBy(context: Context, type: string, key: string, value: string): CloudRecord | undefined {
  return context.inventory.list(type).find(({ outputs }) => outputs[key] === value);
}

/** `arn:aws:<service>:<region>:<account>:<resource>` */
export function arn(context: Context, service: string, resource: string): string {
  return `arn:aws:${service}:${context.region}:${context.account}:${resource}`;
}

/** Ids as EC2 forms them since 2018: a prefix and 17 hexadecimal digits, `vpc-0a1b2c3d4e5f60718`. */
export function ec2Id(context: Context, prefix: string): string {
  return `${prefix}-0${context.hex(16)}`;
}

/** Now, as AWS' APIs and Terraform write it: `2026-11-21T10:00:00Z`. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
