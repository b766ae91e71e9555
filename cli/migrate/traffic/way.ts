/**
 * From one answer of DNS to another, by changes that each leave an answer behind: a name that is unknown for a moment is
 * remembered as unknown by every resolver that has asked. docs/decisions/traffic.md
 */
import type { Address } from "./address";
import { TrafficError } from "./address";

export type SideName = "source" | "target";

/** Of a hundred answers, how many name each side. */
export type Weights = Record<SideName, number>;

/** What the zone has for each host. Plain JSON. */
export interface Held {
  /** One side: it alone. Both: by weight. */
  answers: Partial<Weights>;
  /** Weighted also where only one side is named: on Route 53 a set is of one kind. */
  weighted: boolean;
  /** Stands in while the record changes its type: the wildcard of the same level names that side. */
  wildcard?: SideName;
  /** The host has no record of its own, and the wildcard answers. */
  absent?: true;
  /** Records that are there are taken as they are found. */
  adopts?: true;
  ttlSeconds: number;
  /** Records stay in the zone when the stack lets go of them. */
  kept: boolean;
}

export interface Zone {
  cloud: "aws" | "azure" | "gcp";
  domain: string;
  source: Address;
  target: Address;
}

/** Route 53 answers for a load balancer with 60 s, and recommends the same beside it. */
const awsTtlSeconds = 60;

/** external-dns' own, where nothing says otherwise. */
export const usualTtlSeconds = 300;

/** In how many steps the target can be given its share, in percent: in one where DNS has no weights. */
export function sharesOf({ cloud, source, target }: Zone): number[] {
  const byWeight = cloud === "aws" || (cloud === "gcp" && source.kind === "ip" && target.kind === "ip");
  return byWeight ? [10, 50, 100] : [100];
}

/** The way to a record that answers as external-dns' does, and is ours. */
export function wayToTake(zone: Zone, ttlSeconds: number): Held[] {
  const taken = alone("source", ttlOf(zone, ttlSeconds));
  // Azure's provider changes only what it holds already; the others' write over what is there.
  return zone.cloud === "azure" ? [{ ...taken, adopts: true }, taken] : [taken];
}

/**
 * All that is held on the way, the last of it as asked.
 * @throws TrafficError where that cloud's DNS cannot answer so.
 */
export function wayTo(zone: Zone, from: Held, weights: Weights, ttlSeconds: number): Held[] {
  const ttl = ttlOf(zone, ttlSeconds);
  check(zone, weights);
  const to: Held =
    zone.cloud === "aws" || (weights.source > 0 && weights.target > 0)
      ? { answers: weights, weighted: true, ttlSeconds: ttl, kept: false }
      : alone(weights.source > 0 ? "source" : "target", ttl);
  const way: Held[] = [];
  if (zone.cloud === "aws") way.push(...awsWay(from, weights, ttl));
  if (needsWildcard(zone)) way.push(...wildcardWay(from, to));
  return [...way, to];
}

/** The way to a record that is handed over to whoever writes there next: the source's external-dns, or nobody. */
export function wayToRelease(zone: Zone, from: Held, side: SideName): Held[] {
  const last = { ...alone(side, ttlOf(zone, usualTtlSeconds)), kept: true };
  if (zone.cloud !== "aws") return [...(needsWildcard(zone) ? wildcardWay(from, last) : []), last];
  if (!from.weighted && from.answers[side] !== undefined) return [last];
  const { ttlSeconds } = last;
  const weights = side === "source" ? { source: 100, target: 0 } : { source: 0, target: 100 };
  const onlyThis: Held = { answers: { [side]: 100 }, weighted: true, ttlSeconds, kept: false };
  return [...wayTo(zone, from, weights, ttlSeconds), onlyThis, last];
}

/** A simple record becomes weighted before another is beside it, and no moment has two weights of nothing. */
function awsWay(from: Held, to: Weights, ttlSeconds: number): Held[] {
  const way: Held[] = [];
  const weighted = (answers: Partial<Weights>): Held => ({ answers, weighted: true, ttlSeconds, kept: false });
  const [only] = Object.keys(from.answers) as SideName[];
  if (!from.weighted && only) way.push(weighted({ [only]: 100 }));
  const now: Partial<Weights> = from.weighted || !only ? from.answers : { [only]: 100 };
  const { source = 0, target = 0 } = now;
  // The source's record is changed first.
  if (to.source === 0 && target === 0) way.push(weighted({ source, target: to.target }));
  return way;
}

/** Azure changes one record at a time, and none may be beside a CNAME. Either side's wildcard bridges the change. */
function wildcardWay(from: Held, to: Held): Held[] {
  const [before] = Object.keys(from.answers) as SideName[];
  const [after] = Object.keys(to.answers) as SideName[];
  if (before === undefined || after === undefined) return [];
  const wildcard = from.wildcard ?? after;
  const on = (side: SideName, more: Partial<Held> = {}): Held => ({ ...alone(side, to.ttlSeconds), wildcard, ...more });
  if (from.absent) return [on(after)];
  if (before === after) return [];
  return [...(from.wildcard ? [] : [on(before)]), on(after, { absent: true }), on(after)];
}

export function needsWildcard({ cloud, source, target }: Zone): boolean {
  return cloud === "azure" && source.kind !== target.kind;
}

function alone(side: SideName, ttlSeconds: number): Held {
  return { answers: { [side]: 100 }, weighted: false, ttlSeconds, kept: false };
}

function ttlOf({ cloud }: Zone, ttlSeconds: number): number {
  return cloud === "aws" ? awsTtlSeconds : ttlSeconds;
}

function check(zone: Zone, { source, target }: Weights): void {
  const isShare = (weight: number) => Number.isInteger(weight) && weight >= 0 && weight <= 100;
  if (!isShare(source) || !isShare(target) || source + target !== 100) {
    throw new TrafficError(`Shares are whole percents that make 100 together, not ${source} and ${target}.`);
  }
  if (source > 0 && target > 0 && sharesOf(zone).length === 1) {
    throw new TrafficError(
      `The DNS of ${zone.cloud} cannot give a part of the answers for ${zone.source.value} and ${zone.target.value}: all or nothing.`,
    );
  }
}
