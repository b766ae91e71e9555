/** A backup that is not whole is tried once more, and nothing else is. */
import { beforeEach, expect, it, vi } from "vitest";
import type { Migration } from "../../../cli/migrate/migration";
import { backup } from "../../../cli/migrate/steps/backup";
import { VeleroError } from "../../../cli/velero/client";

const outcomes = vi.hoisted(() => [] as (Error | string)[]);
vi.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
vi.mock("../../../cli/migrate/steps/copy", () => ({
  copyOut: () => {
    const next = outcomes.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  },
}));

const stacks = { source: () => Promise.resolve({ connect: () => Promise.resolve({}) }) };
const run = () => backup({ stacks } as unknown as Migration, () => undefined);
const partial = new VeleroError("The backup one is PartiallyFailed.\n1 errors");

beforeEach(() => void outcomes.splice(0));

it("is tried once more where a part of it failed", async () => {
  outcomes.push(partial, "two");
  expect(await run()).toBe("two");
});

it("is not tried a third time", async () => {
  outcomes.push(partial, new VeleroError("The backup two is PartiallyFailed."), "three");
  await expect(run()).rejects.toThrow("The backup two");
});

it("is not tried again where Velero cannot use its bucket", async () => {
  outcomes.push(new VeleroError("Velero cannot use its backup location default"), "two");
  await expect(run()).rejects.toThrow("cannot use");
});
