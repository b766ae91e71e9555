/** Holds one value against the bounds that its cloud's API model puts on it. */
import type { Constraint } from "./model";
import { isObject, show } from "./values";

/** Why `value` is out of bounds; empty where it is not. Types are checked before, against the SDK's declarations. */
export function violations(bound: Constraint, value: unknown, secret = false): string[] {
  const reasons: string[] = [];
  const refuse = (why: string) => reasons.push(`${show(value, secret)} ${why} (${bound.source})`);
  const literal = typeof value === "string" || typeof value === "number";
  if (literal && bound.values && !bound.values.includes(value)) refuse(`is not one of ${bound.values.join(", ")}`);
  if (typeof value === "string") {
    if (bound.pattern && !matches(bound.pattern, value)) refuse(`does not match ${bound.pattern}`);
    length([...value].length, "characters", bound, refuse);
  } else if (typeof value === "number") {
    if (bound.integer && !Number.isInteger(value)) refuse("is no whole number");
    if (bound.min !== undefined && value < bound.min) refuse(`is less than ${bound.min}`);
    if (bound.max !== undefined && value > bound.max) refuse(`is more than ${bound.max}`);
  } else if (Array.isArray(value)) {
    length(value.length, "elements", bound, refuse);
  } else if (isObject(value)) {
    length(Object.keys(value).length, "entries", bound, refuse);
    const { keys } = bound;
    if (keys) reasons.push(...Object.keys(value).flatMap((key) => violations(keys, key)));
  }
  return reasons;
}

function length(actual: number, unit: string, bound: Constraint, refuse: (why: string) => void): void {
  if (bound.minLength !== undefined && actual < bound.minLength) {
    refuse(`has ${actual} ${unit}, fewer than ${bound.minLength}`);
  }
  if (bound.maxLength !== undefined && actual > bound.maxLength) {
    refuse(`has ${actual} ${unit}, more than ${bound.maxLength}`);
  }
}

const compiled = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  const known = compiled.get(pattern) ?? new RegExp(pattern, "u");
  compiled.set(pattern, known);
  return known.test(value);
}
