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
  done: number;
  dead: boolean;
  /** Each thing that was done or written down: the places where it can go wrong. */
  names: string[];
  faults: { at: number; how: string }[];
}

const world = vi.hoisted<World>(() => ({
  source: { data: [], stopped: false, there: true },
  target: { data: [], stopped: false, there: false },
  traffic: "source",
  acknowledged: [],
  backups: new Map(),
  restores: new Set(),
  exported: [],
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

vi.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
vi.mock("../../../cli/migrate/steps/complete", () => ({
  complete: () => act("complete the target", () => undefined),
  leaveSource: () => act("leave the source", () => undefined),
}));
vi.mock("../../../cli/migrate/writers", () => ({
  planStop: ({ side }: { side: Name }) =>
    act(`look at the ${side}`, () => ({ namespaces: ["shop"], changes: [], left: [], was: world[side].stopped })),
  applyStop: ({ side }: { side: Name }) => act(`stop the ${side}`, () => void (world[side].stopped = true)),
  startWriters: ({ side }: { side: Name }, stopped: { was: boolean }) =>
    act(`start the ${side}`, () => void (world[side].stopped = stopped.was)),
}));
vi.mock("../../../cli/velero/backup", () => ({
  backUp: async ({ side }: { side: Name }, { name }: { name: string }) => {
    const { data } = await act(`back up the ${side}`, () => {
      const kept = world.backups.get(name) ?? { data: [...world[side].data], stopped: world[side].stopped };
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
vi.mock("../../../cli/velero/catalogue", () => ({ enter: () => act("enter the backup", () => undefined) }));
vi.mock("../../../cli/velero/restore", () => ({
  restore: async (_: unknown, { name, backup }: { name: string; backup: string }) => {
    const kept = await act("restore into the target", () => {
      const found = world.backups.get(backup) ?? { data: [], stopped: false };
      // What is there already stays as it is.
      if (!world.target.there)
        Object.assign(world.target, { data: [...found.data], stopped: found.stopped, there: true });
      world.restores.add(name);
      return found;
    });
    return { ...outcome(kept.data), name };
  },
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
        act("empty the target", () => Object.assign(world.target, { data: [], stopped: false, there: false })),
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
  journal.add("plan", "done", { from: "one", to: "two", namespaces: ["shop"], maps: { leftOut: [], modifiers: [] } });
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
const whole = 19;

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

describe("the restore fails, and on the way back", () => {
  for (let later = 1; later <= 6; later++) {
    it(`it is killed at the ${later}. thing`, async () => {
      const restoring = 12;
      world.faults = [
        { at: restoring, how: "fails" },
        { at: restoring + later, how: "is killed before" },
      ];
      await persist();
      expect(world.names[restoring]).toBe("restore into the target");
      expectMoved();
    });
  }
});
