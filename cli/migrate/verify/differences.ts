/** Where two values differ. */
import { isRecord, records, type Path } from "../../validate/model";
import { quantityValue } from "../../validate/quantity";

export interface Difference {
  path: Path;
  expected: unknown;
  found: unknown;
}

/** Values below these are quantities: `1Gi` and `1024Mi` are the same. */
const quantities = new Set(["requests", "limits", "hard", "capacity", "defaultRequest", "default", "min", "max"]);

/**
 * Where the target has not what is expected. A field that only the target has is none of that: a newer API server, or the
 * target's cloud, has given it a default. Lists must have the same items; those with names may be in another order.
 */
export function differences(expected: unknown, found: unknown, path: Path = []): Difference[] {
  if (isNothing(expected) && isNothing(found)) return [];
  if (Array.isArray(expected) && Array.isArray(found)) return listed(expected, found, path);
  if (isRecord(expected) && isRecord(found)) {
    return Object.entries(expected).flatMap(([key, value]) => differences(value, found[key], [...path, key]));
  }
  const same = expected === found || (quantities.has(String(path.at(-2))) && isSameQuantity(expected, found));
  return same ? [] : [{ path, expected, found }];
}

function listed(expected: unknown[], found: unknown[], path: Path): Difference[] {
  if (expected.length !== found.length) return [{ path, expected, found }];
  const names = new Map(records(found).map((item) => [item["name"], item]));
  const isNamed = names.size === found.length && records(expected).every((item) => typeof item["name"] === "string");
  return expected.flatMap((value, index) => {
    const other = isNamed && isRecord(value) ? names.get(value["name"]) : found[index];
    return differences(value, other, [...path, index]);
  });
}

function isSameQuantity(one: unknown, other: unknown): boolean {
  const isNumber = (value: unknown) => quantityValue(value) !== 0 || /^0+[a-zA-Z]*$/.test(String(value));
  return isNumber(one) && isNumber(other) && quantityValue(one) === quantityValue(other);
}

/** What an API server leaves out. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return (Array.isArray(value) || isRecord(value)) && Object.keys(value).length === 0;
}
