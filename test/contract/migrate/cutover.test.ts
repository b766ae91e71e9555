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
const world = vi.hoisted(() => ({
  done: [] as string[],
  broken: [] as string[],
  fails: (_: string): boolean => false,
  /** What is seen when the target is watched. */
  worse: undefined as string | undefined,
}));

const act = vi.hoisted(() => (what: string) => {
  world.done.push(what);
  const isBroken = world.broken[0] === what;
  if (isBroken || world.fails(what)) {
    if (isBroken) world.broken.shift();
    throw new Error(`${what} failed`);
  }
});

interface Side {
  side: string;
}
const volumes = [{ namespace: "shop", pod: "web-0", volume: "data", bytes: 7 }];

vi.mock("../../../cli/migrate/writers", () => ({
  planStop: ({ side }: Side) => Promise.resolve({ namespaces: ["shop"], changes: [], left: [], of: side }),
  only: (stopped: object, parts: string[]) => ({ ...stopped, changes: [], part: parts.join() }),
  applyStop: async ({ side }: Side, stopped: { of: string; part?: string }) =>
    act(stopped.part === undefined ? `stop ${side} as ${stopped.of} was` : `stop the ${stopped.part} of ${side}`),
  startWriters: async ({ side }: Side, stopped: { of: string }) => act(`start ${side} as ${stopped.of} was`),
}));
vi.mock("../../../cli/migrate/steps/ahead", () => ({
  fillAhead: async ({ journal }: Migration) => {
    act("fill the target");
    journal.add("cutover", "noted", { backups: "last", door: [] });
  },
}));
vi.mock("../../../cli/velero/transfer", () => ({
  transfer: async () => {
    act("bring the volumes");
    return { backedUp: volumes, restored: volumes };
  },
}));
vi.mock("../../../cli/migrate/steps/same", () => ({
  contentOf: () => Promise.resolve({}),
  assertSame: () => act("compare both"),
}));
vi.mock("../../../cli/migrate/steps/copy", () => ({
  clear: async () => act("clear the target"),
  retentionDays: 30,
}));
vi.mock("../../../cli/migrate/watch", () => ({
  routesOf: () => Promise.resolve([]),
  lookBefore: () => Promise.resolve([]),
  watch: async () => {
    act("watch the target");
    return world.worse;
  },
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
  Object.assign(world, { done: [], broken: [], fails: () => false, worse: undefined });
  const journal = new Journal(join(mkdtempSync(join(tmpdir(), "cutover-")), "journal.jsonl"));
  journal.add("plan", "done", { from: "one", to: "two", namespaces: ["shop"], data: { databases: [] } });
  const side = (name: string) => ({ connect: () => Promise.resolve({ side: name }) });
  migration = {
    journal,
    timeoutSeconds: 1,
    watching: { seconds: 0, everyMs: 0, ask: () => Promise.resolve(200) },
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
  "stop the controllers of source",
  "fill the target",
  "compare both",
  "send traffic to the target",
  "stop source as source was",
  "bring the volumes",
  "compare both",
  "await the target",
  "start target as source was",
  "watch the target",
  "complete the target",
];

it("fills the target, stops the source, brings the volumes, and lets users in", async () => {
  expect(await cutover(migration, say)).toMatchObject({ backup: "last", bytes: 7 });
  expect(world.done).toEqual(whole);
});

for (const broken of whole.slice(1, 4)) {
  it(`leaves the source serving where it cannot ${broken} beforehand`, async () => {
    world.broken = [broken];
    await expect(cutover(migration, say)).rejects.toThrow(`${broken} failed`);
    expect(world.done.slice(-3)).toEqual([broken, "start source as source was", "clear the target"]);
    expect(world.done).not.toContain("stop source as source was");
    world.done = [];
    await cutover(migration, say);
    expect(world.done).toEqual(whole);
  });
}

for (const broken of [
  "send traffic to the target",
  "stop source as source was",
  "bring the volumes",
  "await the target",
]) {
  it(`has the source serve again where it cannot ${broken}, and begins anew the next time`, async () => {
    world.broken = [broken];
    await expect(cutover(migration, say)).rejects.toThrow(`${broken} failed`);
    expect(world.done.slice(-3)).toEqual([
      "start source as source was",
      "send traffic to the source",
      "clear the target",
    ]);
    expect(world.done).not.toContain("start target as source was");
    world.done = [];
    await cutover(migration, say);
    expect(world.done).toEqual(whole);
  });
}

it("has the source serve again where an object has changed while it was stopped", async () => {
  let looks = 0;
  world.fails = (what) => what === "compare both" && ++looks === 2;
  await expect(cutover(migration, say)).rejects.toThrow("compare both failed");
  expect(world.done.slice(-3)).toEqual([
    "start source as source was",
    "send traffic to the source",
    "clear the target",
  ]);
});

it("goes back by itself where requests fail, and says why and where everything is", async () => {
  world.worse = "shop.example.com/: 8 of the last 10 requests failed";
  const why = await cutover(migration, say).catch((error: unknown) => (error as Error).message);
  expect(why).toContain("shop.example.com/: 8 of the last 10");
  expect(why).toContain("backup back");
  expect(world.done.slice(-5)).toEqual([
    "watch the target",
    "stop target as target was",
    "back up the target",
    "start source as source was",
    "send traffic to the source",
  ]);
  world.worse = undefined;
  world.done = [];
  await cutover(migration, say);
  expect(world.done).toEqual(whole);
});

it("keeps what the target may have been given where users may have been let in", async () => {
  const broken = "start target as source was";
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
  world.broken = ["bring the volumes", "start source as source was"];
  await expect(cutover(migration, say)).rejects.toThrow("start source as source was failed");
  world.done = [];
  await cutover(migration, say);
  const back = ["start source as source was", "send traffic to the source", "clear the target"];
  expect(world.done).toEqual([...back, ...whole]);
});

it("fills the target anew where that was interrupted", async () => {
  world.broken = ["fill the target", "start source as source was"];
  await expect(cutover(migration, say)).rejects.toThrow("start source as source was failed");
  world.done = [];
  await cutover(migration, say);
  expect(world.done).toEqual(["start source as source was", "clear the target", ...whole]);
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
