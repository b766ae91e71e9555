/** A few places of many, the same ones for the same seed. */
import { createHash } from "node:crypto";
import type { Fault, FaultKind } from "../../simulator/cloud/faults";
import { kindsAt, type Place } from "./places";

/**
 * @returns `count` faults at different resources, of as many types as there are, spread over the kinds that are asked for.
 */
export function sample(places: Place[], kinds: readonly FaultKind[], count: number, seed: number): Fault[] {
  const order = ({ type, name }: Place) => createHash("sha256").update(`${seed} ${type}=${name}`).digest("hex");
  const possible = places.filter((place) => kinds.some((kind) => kindsAt(place).includes(kind)));
  const shuffled = possible.map((place) => ({ place, key: order(place) })).sort((a, b) => a.key.localeCompare(b.key));
  // One of each type, then a second of each that has two, and so on.
  const seen = new Map<string, number>();
  const ranked = shuffled.map(({ place }) => {
    const rank = seen.get(place.type) ?? 0;
    seen.set(place.type, rank + 1);
    return { place, rank };
  });
  const taken = ranked.sort((a, b) => a.rank - b.rank).slice(0, count);
  return taken.map(({ place }, index) => {
    const fitting = kinds.filter((kind) => kindsAt(place).includes(kind));
    return { kind: fitting[index % fitting.length] ?? "crash", ...place, position: 1 };
  });
}
