/** A resolver's answer to a name, from a zone's records. */
import { plainName, type DnsRecord } from "./records";

export interface DnsAnswer {
  /** IP addresses, or the host name of a cloud's load balancer, which stands for its addresses. */
  addresses: string[];
  /** Seconds that a resolver keeps it. */
  ttl: number;
}

/** CNAMEs that a resolver follows, one after the other. */
const longestWay = 8;

/**
 * @param records of one zone.
 * @param draw from 0 up to 1: which of several weighted records it is.
 * @returns undefined where the name leads nowhere.
 */
export function resolve(host: string, records: DnsRecord[], draw: number): DnsAnswer | undefined {
  return follow(plainName(host), records, draw, longestWay);
}

function follow(name: string, records: DnsRecord[], draw: number, left: number): DnsAnswer | undefined {
  const named = recordsOf(name, records);
  // Load balancers here have no other addresses than IPv4's: to AAAA, also as an alias of one of them, there is no answer.
  const type = ["CNAME", "A"].find((one) => named.some((record) => record.type === one));
  const chosen = choose(
    named.filter((record) => record.type === type),
    draw,
  );
  if (chosen.length === 0) return undefined;
  const addresses = chosen.flatMap(({ values }) => values);
  const ttl = Math.min(...chosen.map((record) => record.ttl));
  const [target] = addresses;
  if (target === undefined) return undefined;
  if (!records.some((record) => record.name === target)) return { addresses, ttl };
  const further = left > 0 ? follow(target, records, draw, left - 1) : undefined;
  return further && { addresses: further.addresses, ttl: Math.min(ttl, further.ttl) };
}

/** Its own, else those of the nearest wildcard: RFC 4592, as far as names without a record of their own go. */
function recordsOf(name: string, records: DnsRecord[]): DnsRecord[] {
  const own = records.filter((record) => record.name === name);
  const [, ...above] = name.split(".");
  if (own.length > 0 || above.length < 2) return own;
  const wildcard = `*.${above.join(".")}`;
  const found = records.filter((record) => record.name === wildcard);
  return found.length > 0 ? found : recordsOf(above.join("."), records.filter(isWildcard));
}

function isWildcard({ name }: DnsRecord): boolean {
  return name.startsWith("*.");
}

/**
 * All of them, or one by its weight: none of weight 0, unless all have it.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted.html
 */
function choose(records: DnsRecord[], draw: number): DnsRecord[] {
  const weighted = records.flatMap((record) =>
    record.weight === undefined ? [] : [{ record, weight: record.weight }],
  );
  if (weighted.length === 0) return records;
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  const shares = sum > 0 ? weighted : weighted.map(({ record }) => ({ record, weight: 1 }));
  let left = draw * (sum > 0 ? sum : shares.length);
  for (const { record, weight } of shares) {
    if (left < weight) return [record];
    left -= weight;
  }
  return [];
}
