/** How many times a property is tried, and with which seed: both are in the message of one that does not hold. */
import type fc from "fast-check";

/**
 * `PROPERTY_RUNS` multiplies the runs (default 1), `PROPERTY_SEED` makes the same ones again.
 * @param runs of the usual test run, which has seconds for all of them.
 */
export function settings<Drawn>(runs: number): fc.Parameters<Drawn> {
  const { PROPERTY_RUNS = "1", PROPERTY_SEED } = process.env;
  return {
    numRuns: Math.ceil(runs * Number(PROPERTY_RUNS)),
    ...(PROPERTY_SEED ? { seed: Number(PROPERTY_SEED) } : {}),
    // A program takes longer than the usual property: a counterexample is made small, but not for ever.
    interruptAfterTimeLimit: 60_000 * Number(PROPERTY_RUNS),
  };
}
