/** The random values themselves, truly random, formed as terraform-provider-random forms them. */
import { randomBytes, randomInt } from "node:crypto";

export interface Characters {
  length: number;
  lower: boolean;
  upper: boolean;
  numeric: boolean;
  special: boolean;
  overrideSpecial?: string;
  minLower: number;
  minUpper: number;
  minNumeric: number;
  minSpecial: number;
}

/** Special characters where the user names no others. Source: internal/random/string.go. */
const specials = "!@#$%&*()-_=+[]{}<>:?";

/**
 * As many characters as asked for of each set, the rest of all sets, in random order.
 * @throws Error where the sets are all off, or the minimums exceed the length (internal/provider/resource_password.go).
 */
export function characters(wanted: Characters): string {
  const sets = [
    { on: wanted.numeric, min: wanted.minNumeric, set: "0123456789" },
    { on: wanted.lower, min: wanted.minLower, set: "abcdefghijklmnopqrstuvwxyz" },
    { on: wanted.upper, min: wanted.minUpper, set: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { on: wanted.special, min: wanted.minSpecial, set: wanted.overrideSpecial || specials },
  ];
  const least = sets.reduce((sum, { min }) => sum + min, 0);
  if (least > wanted.length) {
    throw new Error(
      `Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: ${wanted.length}`,
    );
  }
  const all = sets
    .filter(({ on }) => on)
    .map(({ set }) => set)
    .join("");
  if (all === "") throw new Error("the character set specified is empty");
  const chosen = sets.flatMap(({ min, set }) => pick(set, min)).concat(pick(all, wanted.length - least));
  return shuffled(chosen).join("");
}

function pick(set: string, howMany: number): string[] {
  return Array.from({ length: howMany }, () => set.charAt(randomInt(set.length)));
}

function shuffled(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] as string, items[last] as string];
  }
  return items;
}

/** Random bytes in the four notations of RandomId, each behind `prefix`. Source: internal/provider/resource_id.go. */
export function identifier(byteLength: number, prefix: string): { id: string; outputs: Record<string, string> } {
  const bytes = randomBytes(byteLength);
  const id = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  return {
    id,
    outputs: {
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: prefix + BigInt(`0x${hex}`).toString(),
      hex: prefix + hex,
    },
  };
}
