/** IPv4 ranges as numbers. */

export interface Range {
  /** First and last address. */
  first: number;
  last: number;
  /** Length of the prefix, 0 to 32. */
  prefix: number;
}

/** Reads `10.0.0.0/16`; undefined where it is no range, or where bits are set beyond the prefix. */
export function parseRange(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** The address that is `offset` after the first one: `10.0.1.23`. */
export function address(range: Range, offset: number): string {
  const value = range.first + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** Private ranges of RFC 1918. */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((cidr) => parseRange(cidr) as Range);
