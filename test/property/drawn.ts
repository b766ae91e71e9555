/** Small parts of configurations: what is drawn, and shrinks, in every one of them. */
import fc from "fast-check";
import { formatCidr, overlaps, parseCidr, size, type Cidr } from "../../components/cidr";
import { privateRanges, takenRanges } from "../../components/config/ranges";
import type { Cloud } from "../../components/config/types";

/** In every text that is a secret: what holds it is no plain value. */
export const mark = "hush-hush";

export function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

/** A group whose keys may each be left out. */
export function group(parts: Record<string, fc.Arbitrary<unknown>>, required: string[] = []): fc.Arbitrary<Values> {
  return fc.record(parts, { requiredKeys: required }).map(filled);
}

export type Values = Record<string, unknown>;

/** Without what is undefined, which no configuration has. */
export function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A DNS label. */
export const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,12}[a-z0-9])?$/);

export const domain = fc
  .tuple(label, fc.constantFrom("example.com", "example.org", "cloud.example.co.uk"))
  .map(([name, zone]) => `${name}.${zone}`);

export const host = fc.constantFrom("git.example.com", "github.com", "gitlab.example.org:8443");

export const folder = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));

/** Other ranges than private ones: where people come from. */
export const publicRange = fc
  .tuple(fc.nat(2 ** 24 - 1), fc.integer({ min: 8, max: 32 }))
  .map(([block, prefix]): Cidr => ({ base: ((block << 8) >>> 0) - (((block << 8) >>> 0) % size({ prefix })), prefix }))
  .filter((range) => !privateRanges.some((one) => overlaps(parseCidr(one), range)))
  .map(formatCidr);

/** A network that a cluster can have in that cloud. */
export function networkRange(cloud: Cloud, longest = 18): fc.Arbitrary<string> {
  const taken = takenRanges(cloud).map(({ range }) => parseCidr(range));
  return fc
    .tuple(fc.constantFrom(...privateRanges), fc.integer({ min: 16, max: longest }), fc.nat(2 ** 16 - 1))
    .map(([outer, prefix, index]) => {
      const { base, prefix: width } = parseCidr(outer);
      return { base: base + (index % 2 ** (prefix - width)) * size({ prefix }), prefix };
    })
    .filter((range) => !taken.some((one) => overlaps(one, range)))
    .map(formatCidr);
}
