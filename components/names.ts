/** Names of what a stack makes. */
import { createHash } from "node:crypto";

/** Pulumi appends `-` and seven hexadecimal digits to a resource's name to form the name in the cloud. */
export const autoNaming = 8;

/** Prefix of the names of all that a stack makes, and its cluster's own name in the cloud: `platform-prod`. */
export function namePrefix(stack: string): string {
  return `platform-${stack}`;
}

/**
 * `<name>-<suffix>`, cut where Pulumi's own suffix would carry it over the limit. A cut name ends in six digits of its
 * hash, so that two long names stay apart.
 */
export function withinLimit(name: string, suffix: string, limit: number): string {
  const full = `${name}-${suffix}`;
  const room = limit - autoNaming;
  if (full.length <= room) {
    return full;
  }
  const hash = createHash("sha256").update(full).digest("hex").slice(0, 6);
  return `${full.slice(0, room - hash.length - 1)}-${hash}`;
}
