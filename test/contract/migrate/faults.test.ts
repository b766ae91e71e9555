/**
 * A cutover that is killed or fails at each thing it does: the steps and their journal are the real ones, Velero, clusters
 * and names are a model of a few flags. Somebody writes all along; nothing that was acknowledged may be lost.
 * Modules are replaced here, which asks for a process of its own: unit tests share one.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Journal, type EntryKind } from "../../../cli/migrate/journal";
import type { Migration } from "../../../cli/migrate/migration";
import { nextStep } from "../../../cli/migrate/progress";
import { take } from "../../../cli/migrate/steps";

type Name = "source" | "target";

interface Model {
  data: number[];
  /** So many of these have been written down for certain. */
  flushed: number;
  stopped: boolean;
  there: boolean;
}

interface World extends Record<Name, Model> {
  traffic: Name;
  acknowledged: number[];
  backups: Map<string, { data: number[]; stopped: boolean }>;
  restores: Set<string>;
  /** What a rollback has kept. */
  exported: number[];
  /** What is seen when the target is watched, once. */
  worse: string | undefined;
  done: number;
  dead: boolean;
  /** Each thing that was done or written down: the places where it can go wrong. */
  names: string[];
  faults: { at: number; how: string }[];
}

const world = vi.hoisted<World>(() => ({
  source: { data: [], flushed: 0, stopped: false, there: true },
  target: { data: [], flushed: 0, stopped: false, there: false },
  traffic: "source",
  acknowledged: [],
  backups: new Map(),
  restores: new Set(),
  exported: [],
  worse: undefined,
  done: 0,
  dead: false,
  names: [],
  faults: [],
}));

const act = vi.hoisted(() => <Result>(name: string, effect: () => Result): Promise<Result> => {
  const at = world.done++;
  world.names[at] = name;
  const how = world.faults.find((fault) => fault.at === at)?.how;
  if (how?.startsWith("is killed")) world.dead = true;
  const isKilledBefore = world.dead && how !== "is killed after";
  if (how === "fails" || isKilledBefore) return Promise.reject(new Error(`${name} ${how ?? "is dead"}`));
  const result = effect();
  // Whoever writes does so wherever somebody takes it.
  const side = world[world.traffic];
  if (side.there && !side.stopped) {
    world.acknowledged.push(at);
    side.data.push(at);
  }
  return how === undefined ? Promise.resolve(result) : Promise.reject(new Error(`${name} ${how}`));
});

const outcome = (data: number[]) => ({
  name: "",
  items: 1,
  started: "",
  ended: new Date(0).toISOString(),
  volumes: [{ namespace: "shop", pod: "web-0", volume: "data", bytes: data.length }],
});

/** What a database was given last is in its memory alone, until it is told to write that down. */
const onDisk = vi.hoisted(() => (side: Name) => {
  const { data, flushed } = world[side];
  return data.slice(0, Math.max(flushed, data.length - 1));
});

vi.mock("../../../cli/migrate/flush", () => ({
  flush: ({ side }: { side: Name }) =>
    act(`flush the ${side}`, () => void (world[side].flushed = world[side].data.length)),
}));
vi.mock("../../../cli/migrate/watch", () => ({
  routesOf: () => Promise.resolve([]),
  lookBefore: () => Promise.resolve([]),
  watch: () =>
    act("watch the target", () => {
      const { worse } = world;
      world.worse = undefined;
      return worse;
    }),
}));
vi.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
vi.mock("../../../cli/migrate/steps/complete", () => ({
  complete: () => act("complete the target", () => undefined),
  leaveSource: () => act("leave the source", () => undefined),
}));
vi.mock("../../../cli/migrate/writers", () => ({
  planStop: ({ side }: { side: Name }) =>
    act(`look at the ${side}`, () => ({ namespaces: ["shop"], changes: [], left: [], was: world[side].stopped })),
  only: (stopped: object) => ({ ...stopped, changes: [], part: true }),
  applyStop: ({ side }: { side: Name }, { part }: { part?: true }) =>
    part
      ? act(`stop Argo CD of the ${side}`, () => undefined)
      : act(`stop the ${side}`, () => void (world[side].stopped = true)),
  startWriters: ({ side }: { side: Name }, stopped: { was: boolean }) =>
    act(`start the ${side}`, () => void (world[side].stopped = stopped.was)),
}));
vi.mock("../../../cli/velero/backup", () => ({
  backUp: async ({ side }: { side: Name }, { name }: { name: string }) => {
    const { data } = await act(`back up the ${side}`, () => {
      const kept = world.backups.get(name) ?? { data: onDisk(side), stopped: world[side].stopped };
      world.backups.set(name, kept);
      if (side === "target") world.exported.push(...kept.data);
      return kept;
    });
    return { ...outcome(data), name };
  },
}));
vi.mock("../../../cli/velero/maintain", () => ({
  maintainRepositories: () => act("tidy up", () => undefined),
}));
vi.mock("../../../cli/velero/catalogue", () => ({ enterObjects: () => act("enter the backup", () => "uid") }));
vi.mock("../../../cli/velero/held", () => ({
  heldBy: () => [],
  holdRules: () => Promise.resolve([]),
  awaitHeld: () => act("await the target's pods", () => undefined),
}));
vi.mock("../../../cli/velero/restore", () => ({
  restore: async (_: unknown, { name }: { name: string }) => {
    await act("fill the target", () => {
      // What is there already stays as it is. Nobody is let in, and volumes are empty.
      if (!world.target.there) Object.assign(world.target, { data: [], stopped: true, there: true });
      world.restores.add(name);
    });
    return { ...outcome([]), name };
  },
}));
vi.mock("../../../cli/velero/transfer", () => ({
  volumesOf: () => Promise.resolve([]),
  transfer: async () => {
    await act("bring the volumes", () => {
      Object.assign(world.target, { data: onDisk("source"), flushed: 0 });
    });
    const { volumes } = outcome(world.target.data);
    return { backedUp: volumes, restored: volumes };
  },
}));
vi.mock("../../../cli/migrate/steps/same", () => ({
  contentOf: () => Promise.resolve({}),
  assertSame: () => undefined,
}));
vi.mock("../../../cli/velero/client", async (original) => ({
  ...(await original<object>()),
  read: (_: unknown, plural: string, name: string) =>
    Promise.resolve(
      (plural === "backups" ? world.backups : world.restores).has(name)
        ? { status: { phase: "Completed" } }
        : undefined,
    ),
}));
vi.mock("../../../cli/migrate/plan/inventory", () => ({ readInventory: () => Promise.resolve({ objects: [] }) }));

/** A journal whose writing can be what is killed. */
class FragileJournal extends Journal {
  override add(step: string, kind: EntryKind, data?: unknown): void {
    if (world.dead) throw new Error("dead");
    const at = world.done++;
    world.names[at] = `write down ${step} ${kind} ${Object.keys(data ?? {}).join()}`;
    const fault = world.faults.find((one) => one.at === at);
    if (fault && fault.how !== "is killed after") {
      world.dead = true;
      throw new Error("killed before it was written");
    }
    super.add(step, kind, data);
    if (fault) {
      world.dead = true;
      throw new Error("killed when it was written");
    }
  }
}

const say = (): void => undefined;
let file: string;

/** A process: what is not in the journal or the world, it does not know. */
function start(): Migration {
  world.dead = false;
  const clients = (side: Name) => ({
    side,
    core: {
      listNamespace: () =>
        Promise.resolve({ items: side === "target" && world.target.there ? [{ metadata: { name: "shop" } }] : [] }),
      deleteNamespace: () =>
        act("empty the target", () =>
          Object.assign(world.target, { data: [], flushed: 0, stopped: false, there: false }),
        ),
    },
    apps: {
      listDeploymentForAllNamespaces: () => Promise.resolve({ items: [] }),
      listStatefulSetForAllNamespaces: () => Promise.resolve({ items: [] }),
    },
  });
  const lead = (to: Name) => act(`lead names to the ${to}`, () => void (world.traffic = to));
  return {
    journal: new FragileJournal(file),
    timeoutSeconds: 5,
    watching: { seconds: 0, everyMs: 0, ask: () => Promise.resolve(200) },
    stacks: {
      source: () => Promise.resolve({ connect: () => Promise.resolve(clients("source")) }),
      target: () => Promise.resolve({ connect: () => Promise.resolve(clients("target")) }),
    } as unknown as Migration["stacks"],
    traffic: {
      prepare: () => act("prepare the names", () => undefined),
      toTarget: () => lead("target"),
      toSource: () => lead("source"),
      leave: () => Promise.resolve(),
    },
  };
}

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "faults-")), "journal.jsonl");
  const journal = new Journal(file);
  journal.add("plan", "done", {
    from: "one",
    to: "two",
    namespaces: ["shop"],
    maps: { leftOut: [], modifiers: [] },
    data: { databases: [] },
  });
  journal.add("backup", "done", { name: "first" });
  journal.add("up", "done", {});
  journal.add("restore", "noted", { restores: "first-1" });
  journal.add("restore", "done", {});
  journal.add("verify", "done", {});
  Object.assign(world, {
    source: { data: [-2, -1], stopped: false, there: true },
    target: { data: [-2], stopped: false, there: true },
    traffic: "source",
    acknowledged: [-2, -1],
    backups: new Map(),
    restores: new Set(),
    exported: [],
    worse: undefined,
    done: 0,
    dead: false,
    names: [],
    faults: [],
  });
});

/** The command, and the command again as long as it does not succeed. @returns how often. */
async function persist(): Promise<number> {
  for (let attempt = 1; attempt <= 4; attempt++) {
    try {
      await take("cutover", start(), say);
      return attempt;
    } catch {
      // A person looks at it, and runs it again where it is not done.
      if (nextStep(new Journal(file).entries) === "finish") return attempt;
    }
  }
  throw new Error(`it never succeeds: ${world.names.join("; ")}`);
}

function expectMoved(): void {
  expect(world.traffic).toBe("target");
  expect(world.target).toMatchObject({ stopped: false, there: true });
  expect(world.source.stopped).toBe(true);
  const kept = new Set([...world.target.data, ...world.exported]);
  expect(world.acknowledged.filter((write) => !kept.has(write))).toEqual([]);
}

/** How many things a cutover does that goes well. */
const whole = 29;

it("moves everything that was written, and is written to at the end", async () => {
  expect(await persist()).toBe(1);
  expectMoved();
  expect(world.names).toHaveLength(whole);
  expect(Math.max(...world.target.data)).toBeGreaterThan(0);
});

describe.each(["fails", "is killed before", "is killed after"] as const)("one thing %s", (how) => {
  for (let at = 0; at < whole; at++) {
    it(`as the ${at + 1}. of ${whole}`, async () => {
      world.faults = [{ at, how }];
      await persist();
      expectMoved();
    });
  }
});

describe("bringing the volumes fails, and on the way back", () => {
  for (let later = 1; later <= 6; later++) {
    it(`it is killed at the ${later}. thing`, async () => {
      const bringing = 21;
      world.faults = [
        { at: bringing, how: "fails" },
        { at: bringing + later, how: "is killed before" },
      ];
      await persist();
      expect(world.names[bringing]).toBe("bring the volumes");
      expectMoved();
    });
  }
});

it("keeps what was written on the target where requests fail there", async () => {
  world.worse = "half of them";
  expect(await persist()).toBe(2);
  expectMoved();
  expect(world.exported.length).toBeGreaterThan(0);
});

describe("requests fail on the target, and on the way back", () => {
  const watching = 25;
  for (const how of ["fails", "is killed before", "is killed after"] as const) {
    for (let later = 1; later <= 10; later++) {
      it(`the ${later}. thing ${how}`, async () => {
        world.worse = "half of them";
        world.faults = [{ at: watching + later, how }];
        await persist();
        expect(world.names[watching]).toBe("watch the target");
        expectMoved();
      });
    }
  }
});
