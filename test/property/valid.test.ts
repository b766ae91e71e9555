/** Any valid configuration on any cloud is a program that can be previewed, and keeps the rules that every stack has to. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keys } from "../../components/config/keys";
import { cloudsOwn, type ManagedCloud } from "./clouds";
import { configurations, keysIn } from "./configurations";
import {
  clashingRanges,
  defaultClasses,
  plainSecrets,
  refusedInputs,
  sameNames,
  secretValues,
  untagged,
} from "./findings";
import { parsed, run } from "./program";
import { settings } from "./settings";

const clouds = Object.keys(cloudsOwn) as ManagedCloud[];

describe.each(clouds)("a valid configuration on %s", (cloud) => {
  it("is accepted", () => {
    fc.assert(
      fc.property(configurations(cloud), (drawn) => {
        const { tags } = parsed(drawn);
        expect(tags).toMatchObject({ stack: drawn.stack, "managed-by": "pulumi" });
      }),
      settings(40),
    );
  });

  it("gives a program that previews, with one default class, names and ranges that fit, tags, and no plain secret", async () => {
    await fc.assert(
      fc.asyncProperty(configurations(cloud), async (drawn) => {
        const ran = await run(drawn);
        expect({
          defaultClasses: defaultClasses(ran),
          refusedInputs: refusedInputs(ran),
          sameNames: sameNames(ran),
          clashingRanges: await clashingRanges(ran),
          untagged: untagged(ran),
          plainSecrets: plainSecrets(ran),
          secretValues: secretValues(ran),
        }).toEqual({
          defaultClasses: [],
          refusedInputs: [],
          sameNames: [],
          clashingRanges: [],
          untagged: [],
          plainSecrets: [],
          secretValues: [],
        });
      }),
      settings(5),
    );
  }, 300_000);
});

it("every key of the schema is drawn", () => {
  const drawn = clouds.flatMap((cloud) => fc.sample(configurations(cloud), { numRuns: 150, seed: 1 }));
  const seen = new Set(drawn.flatMap(keysIn));
  expect(keys.map(({ path }) => path.join(".")).filter((key) => !seen.has(key))).toEqual([]);
});
