/** A few places of many, the same ones for the same seed. */
import { createHash } from "node:crypto";
import type { Fault, FaultKind } from "../../simulator/cloud/faults";
import { kindsAt, type Place } from "./places";

/**
 * @returns `count` faults at different resources, spread over the kinds; what is left out of `kinds` is not used.
 */
export function sample(places: Place[], kinds: readonly FaultKind[], count: number, seed: number): Fault[] {
  const order = ({ type, name }: Place) => createHash("sha256").update(`${seed} ${type}=${name}`).digest("hex");
  const possible = places.filter((place) => kinds.some((kind) => kindsAt(place).includes(kind)));
  const shuffled = possible.map((place) => ({ place, key: order(place) })).sort((a, b) => a.key.localeCompare(b.key));
  return shuffled.slice(0, count).map(({ place }, index) => {
    const fitting = kinds.filter((kind) => kindsAt(place).includes(kind));
    return { kind: fitting[index % fitting.length] ?? "crash", ...place, position: 1 };
  });
}
