/** How a key of the schema is written: its type, and the texts that the documentation and editors show. */
import { z } from "zod";
import { cidrProblem } from "../formats";

export interface KeyMeta {
  description: string;
  /** A value that is accepted; of a secret that has to be made up anew, a function that does it. */
  example: unknown;
  /** In words, where the default is computed and not in `defaults.ts`. */
  default?: string;
  /** In words, where the type does not say it. */
  allowed?: string;
  /** Only accepted encrypted: `pulumi config set --secret --path`. */
  secret?: true;
}

/** The texts of every key. */
export const metadata = z.registry<KeyMeta>();

/** A key with its texts. */
export function key<T extends z.ZodType>(type: T, meta: KeyMeta): T {
  metadata.add(type, meta);
  return type;
}

/** A whole number within bounds. */
export function whole(min: number, max: number) {
  const outside = `is out of range; ${min} to ${max} are allowed`;
  return z.int().min(min, outside).max(max, outside);
}

export function text(pattern: RegExp, message: string) {
  return z.string().regex(pattern, message);
}

export function filled(message = "is empty; leave the key out or give it a value") {
  return z.string().min(1, message);
}

export function email() {
  return z.email("is no e-mail address; write it like team@example.com");
}

export function ipv4Range() {
  return z.string().superRefine((value, context) => {
    const message = cidrProblem(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}
