/** Values of AWS: ids, ARNs, regions; reading inputs and outputs is the same for every cloud. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { text } from "../cloud/values";

export { count, findBy, map, object, objects, text, texts } from "../cloud/values";

/** The resources of a type in the context's region. */
export function inRegion(context: Context, type: string): CloudRecord[] {
  return context.inventory.list(type).filter(({ outputs }) => text(outputs, "region") === context.region);
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
