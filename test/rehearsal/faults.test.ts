/**
 * A few places of the fault matrix on each cloud, with every kind of fault, from the first preview to nothing left. The
 * same ones in every run, so that only a change can make it fail; FAULT_SEED draws others, and `npm run prove` goes
 * through all of them.
 */
import { describe, expect, it } from "vitest";
import { faultKinds } from "../../simulator/cloud/faults";
import { formatFault, listPlaces } from "../prove/places";
import { sample } from "../prove/sample";
import { walk, type WalkEvent } from "../prove/walk";

const places = 6;
const seed = Number(process.env["FAULT_SEED"] ?? 1);

describe.each(["aws", "azure", "gcp"] as const)("a stack on %s", (cloud) => {
  it(`converges after any of ${places} faults and leaves nothing (FAULT_SEED=${seed})`, async (context) => {
    const found = await listPlaces("dev", cloud);
    if (!found) return context.skip(`${cloud} is not rehearsed`);
    const faults = sample(found, faultKinds, places, seed);
    const heard: WalkEvent[] = [];
    await walk({ stack: "dev", cloud, faults, teardown: true }, (event) => heard.push(event));
    const failed = heard.filter((event) => event.event === "failed");
    expect(failed).toEqual([]);
    const survived = heard.flatMap((event) => (event.event === "survived" ? [event.fault] : []));
    expect(survived.sort()).toEqual(faults.map(formatFault).sort());
    expect(heard.at(-1)).toEqual({ event: "converged" });
  });
});
