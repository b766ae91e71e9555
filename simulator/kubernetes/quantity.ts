/**
 * The canonical form of a quantity, as the API server writes it back: `1000m` becomes `1`, `0.5` becomes `500m`,
 * `2048Mi` becomes `2Gi` (k8s.io/apimachinery/pkg/api/resource, Quantity.CanonicalizeBytes).
 */
import { isRecord } from "./objects";

const form = /^([+-]?)(\d+)?(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal: [string, number][] = [
  ["E", 18],
  ["P", 15],
  ["T", 12],
  ["G", 9],
  ["M", 6],
  ["k", 3],
  ["", 0],
  ["m", -3],
  ["u", -6],
  ["n", -9],
];

/** Returns what it was given where that is no quantity. */
export function canonicalQuantity(text: string): string {
  const match = form.exec(text.trim());
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  if (!match || whole + fraction === "") return text;
  const exponent = /^[eE]/.test(suffix) && suffix !== "E" ? Number(suffix.slice(1)) : undefined;
  const nanos = inNanos(whole, fraction, suffix, exponent);
  const digits = nanos < 0n ? 0n : nanos;
  const canonical =
    binary.includes(suffix) && suffix !== "" ? inBinary(digits) : inDecimal(digits, exponent !== undefined);
  return canonical === "0" ? "0" : `${sign === "-" ? "-" : ""}${canonical}`;
}

/** The number that a quantity is: 0.25 for `250m`, 1024 for `1Ki`; 0 where it is none. */
export function quantityValue(text: string): number {
  const match = form.exec(text.trim());
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  if (!match || whole + fraction === "") return 0;
  const exponent = /^[eE]/.test(suffix) && suffix !== "E" ? Number(suffix.slice(1)) : undefined;
  const value = Number(inNanos(whole, fraction, suffix, exponent)) / 1e9;
  return sign === "-" ? -value : value;
}

/** Finer than a billionth is rounded up, as the server does. */
function inNanos(whole: string, fraction: string, suffix: string, exponent: number | undefined): bigint {
  const power = binary.indexOf(suffix);
  const mantissa = BigInt(whole + fraction || "0") * (power > 0 ? 1024n ** BigInt(power) : 1n);
  const tens = exponent ?? decimal.find(([name]) => name === suffix)?.[1] ?? 0;
  const shift = 9 + tens - fraction.length;
  if (shift >= 0) return mantissa * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (mantissa + divisor - 1n) / divisor;
}

function inBinary(nanos: bigint): string {
  const unit = 1_000_000_000n;
  // Below 1024, or with a fraction, the server writes decimal suffixes.
  if (nanos < 1024n * unit || nanos % unit !== 0n) return inDecimal(nanos, false);
  let value = nanos / unit;
  let power = 0;
  while (value % 1024n === 0n && power < binary.length - 1) {
    value /= 1024n;
    power += 1;
  }
  return `${value}${binary[power]}`;
}

function inDecimal(nanos: bigint, asExponent: boolean): string {
  if (nanos === 0n) return "0";
  for (const [name, tens] of decimal) {
    const unit = 10n ** BigInt(tens + 9);
    if (nanos % unit === 0n) return `${nanos / unit}${asExponent && tens !== 0 ? `e${tens}` : name}`;
  }
  return `${nanos}n`;
}

/** Maps of quantities, by the names that Kubernetes' own kinds give them. */
const maps = new Set([
  "requests",
  "limits",
  "hard",
  "capacity",
  "overhead",
  "min",
  "max",
  "default",
  "defaultRequest",
  "maxLimitRequestRatio",
]);
const leaves = new Set(["sizeLimit", "averageValue", "divisor"]);
/** Where the user's own keys and texts live. */
const foreign = new Set([
  "metadata",
  "data",
  "stringData",
  "binaryData",
  "matchLabels",
  "annotations",
  "labels",
  "env",
]);

/** All quantities of a built-in kind in canonical form. */
export function canonicalQuantities<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(canonicalQuantities) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    if (foreign.has(key)) return [key, item];
    if (leaves.has(key)) return [key, quantity(item)];
    if (maps.has(key) && isRecord(item)) {
      return [key, Object.fromEntries(Object.entries(item).map(([name, part]) => [name, quantity(part)]))];
    }
    return [key, canonicalQuantities(item)];
  });
  return Object.fromEntries(entries) as Value;
}

function quantity(value: unknown): unknown {
  if (typeof value === "number") return canonicalQuantity(String(value));
  return typeof value === "string" ? canonicalQuantity(value) : value;
}
