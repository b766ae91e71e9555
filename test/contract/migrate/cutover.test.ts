/**
 * Who serves, and what is known, wherever a cutover ends: the steps' work is counted, not done. Modules are replaced here,
 * which asks for a process of its own: unit tests share one.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { Journal } from "../../../cli/migrate/journal";
import type { Migration } from "../../../cli/migrate/migration";
import { cutover } from "../../../cli/migrate/steps/cutover";
import { rollback } from "../../../cli/migrate/steps/rollback";

/** What was done, in order; and what goes wrong, each once, one after the other. */
const world = vi.hoisted(() => ({ done: [] as string[], broken: [] as string[] }));

const act = vi.hoisted(() => (what: string) => {
  world.done.push(what);
  if (world.broken[0] === what) {
    world.broken.shift();
    throw new Error(`${what} failed`);
  }
});

interface Side {
  side: string;
}
const bytes = { volumes: [{ namespace: "shop", pod: "web-0", volume: "data", bytes: 7 }] };

vi.mock("../../../cli/migrate/writers", () => ({
  planStop: ({ side }: Side) => Promise.resolve({ namespaces: ["shop"], changes: [], left: [], of: side }),
  applyStop: async ({ side }: Side, stopped: { of: string }) => act(`stop ${side} as ${stopped.of} was`),
  startWriters: async ({ side }: Side, stopped: { of: string }) => act(`start ${side} as ${stopped.of} was`),
}));
vi.mock("../../../cli/migrate/steps/copy", () => ({
  copyOut: async () => {
    act("back up the source");
    return { name: "last", ...bytes };
  },
  bringIn: async () => {
    act("restore into the target");
    return { name: "last-1", ...bytes };
  },
  clear: async () => act("clear the target"),
  retentionDays: 30,
}));
vi.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
vi.mock("../../../cli/migrate/steps/ready", () => ({ awaitReady: async () => act("await the target") }));
vi.mock("../../../cli/migrate/steps/complete", () => ({ complete: async () => act("complete the target") }));
vi.mock("../../../cli/migrate/steps/names", () => ({
  nameOf: () => Promise.resolve({ name: "back", isNew: true }),
}));
vi.mock("../../../cli/velero/backup", () => ({
  backUp: async ({ side }: Side) => {
    act(`back up the ${side}`);
    return { name: "back", items: 12, volumes: [] };
  },
}));

let migration: Migration;
const say = (): void => undefined;

beforeEach(() => {
  Object.assign(world, { done: [], broken: [] });
  const journal = new Journal(join(mkdtempSync(join(tmpdir(), "cutover-")), "journal.jsonl"));
  journal.add("plan", "done", { from: "one", to: "two", namespaces: ["shop"] });
  const side = (name: string) => ({ connect: () => Promise.resolve({ side: name }) });
  migration = {
    journal,
    timeoutSeconds: 1,
    stacks: {
      source: () => Promise.resolve(side("source")),
      target: () => Promise.resolve(side("target")),
    } as unknown as Migration["stacks"],
    traffic: {
      prepare: async () => act("prepare the names"),
      toTarget: async () => act("send traffic to the target"),
      toSource: async () => act("send traffic to the source"),
      leave: async () => act("let go of the names"),
    },
  };
});

const whole = [
  "prepare the names",
  "clear the target",
  "stop source as source was",
  "back up the source",
  "restore into the target",
  "start target as source was",
  "await the target",
  "send traffic to the target",
  "complete the target",
];

it("stops the source, copies the difference, and then switches", async () => {
  expect(await cutover(migration, say)).toMatchObject({ backup: "last", bytes: 7 });
  expect(world.done).toEqual(whole);
});

for (const broken of whole.slice(2, 7)) {
  it(`leaves the source serving where it cannot ${broken}, and begins anew the next time`, async () => {
    world.broken = [broken];
    await expect(cutover(migration, say)).rejects.toThrow(`${broken} failed`);
    expect(world.done.slice(-2)).toEqual(["start source as source was", "clear the target"]);
    expect(world.done).not.toContain("send traffic to the target");
    world.done = [];
    await cutover(migration, say);
    expect(world.done).toEqual(whole);
  });
}

it("keeps what the target may have been given where names lead to both", async () => {
  const broken = "send traffic to the target";
  world.broken = [broken];
  await expect(cutover(migration, say)).rejects.toThrow(`${broken} failed`);
  expect(world.done.slice(-4)).toEqual([
    "stop target as target was",
    "back up the target",
    "start source as source was",
    "send traffic to the source",
  ]);
  world.done = [];
  await cutover(migration, say);
  expect(world.done).toEqual(whole);
});

it("does not stop the target that serves when only its completion failed", async () => {
  world.broken = ["complete the target"];
  await expect(cutover(migration, say)).rejects.toThrow("complete the target failed");
  world.done = [];
  await cutover(migration, say);
  expect(world.done).toEqual(["prepare the names", "complete the target"]);
});

it("ends going back first where that was interrupted", async () => {
  world.broken = ["back up the source", "start source as source was"];
  await expect(cutover(migration, say)).rejects.toThrow("start source as source was failed");
  world.done = [];
  await cutover(migration, say);
  expect(world.done).toEqual(["start source as source was", "clear the target", ...whole]);
});

it("restores again into an empty target where the first restore was cut off", async () => {
  const writers = { namespaces: ["shop"], changes: [], left: [], of: "source" };
  for (const note of [{ writers }, { stopping: new Date().toISOString() }, { restores: "last-0" }]) {
    migration.journal.add("cutover", "noted", note);
  }
  await cutover(migration, say);
  expect(world.done.slice(1, 5)).toEqual([
    "stop source as source was",
    "back up the source",
    "clear the target",
    "restore into the target",
  ]);
});

it("goes back after a cutover that is done, and forgets it", async () => {
  migration.journal.add("cutover", "done", await cutover(migration, say));
  world.done = [];
  expect(await rollback(migration, say)).toEqual({ exported: "back", objects: 12, bytes: 0 });
  expect(world.done).toEqual([
    "stop target as target was",
    "back up the target",
    "start source as source was",
    "send traffic to the source",
  ]);
  world.done = [];
  await cutover(migration, say);
  expect(world.done).toEqual(whole);
});

it("asks nobody where nothing was cut over", async () => {
  await expect(rollback(migration, say)).rejects.toThrow("nothing was cut over");
  expect(world.done).toEqual([]);
});
