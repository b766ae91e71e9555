/**
 * What monitoring keeps is sent and brought once, whoever is killed in between. Modules are replaced here, which asks for a
 * process of its own: unit tests share one.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { Journal } from "../../../cli/migrate/journal";
import type { Migration } from "../../../cli/migrate/migration";
import { bringAll, bringLast, broughtIn, sendAll, sendLast, sentIn } from "../../../cli/migrate/monitoring";
import type { StageRequest, StagedPart } from "../../../cli/migrate/monitoring/stage";

const world = vi.hoisted(() => ({ done: [] as string[], broken: "", volumes: 2, to: 100, parts: 2 }));
const act = vi.hoisted(() => (what: string) => {
  world.done.push(what);
  if (world.broken !== what) return;
  world.broken = "";
  throw new Error(`${what} failed`);
});

const staged = vi.hoisted(
  () => (): StagedPart[] =>
    (["grafana", "prometheus"] as const).map((name) => ({
      ...{ name, files: 1, bytes: 1, sha256: "0", labels: {}, annotations: {} },
      ...(name === "prometheus" ? { blocks: 1, from: 0, to: world.to, samples: 1 } : {}),
    })),
);

vi.mock("../../../cli/migrate/monitoring/stage", () => ({
  foundParts: () => Promise.resolve(Array.from({ length: world.parts }, () => ({ part: { name: "one" } }))),
  imageOf: () => Promise.resolve("prometheus:1-busybox"),
  removeStaged: () => Promise.resolve(),
  stage: async (_: unknown, { since, changes }: StageRequest) => {
    act(`stage since ${since}, ${changes.length} changes`);
    return staged();
  },
}));
vi.mock("../../../cli/migrate/monitoring/switch", () => ({
  changesOf: async ({ side }: { side: string }) => {
    act(`look at the ${side}`);
    return [{}];
  },
}));
vi.mock("../../../cli/migrate/monitoring/fill", () => ({
  besideTheirs: () => Promise.resolve([]),
  clearStaged: async () => act("clear what was restored before"),
  fill: async (_: unknown, { name, to }: StagedPart, { whole }: { whole: boolean }) => {
    act(`fill ${name}${whole ? "" : " with the rest"}`);
    return name === "prometheus" ? { blocks: 1, from: 0, to, samples: 1 } : undefined;
  },
}));
vi.mock("../../../cli/velero/backup", () => ({
  backUp: async () => {
    act("back up");
    return { ended: new Date(0).toISOString(), volumes: Array.from({ length: world.volumes }) };
  },
}));
vi.mock("../../../cli/velero/maintain", () => ({ maintainRepositories: async () => act("tidy up") }));
vi.mock("../../../cli/velero/catalogue", () => ({ enter: () => Promise.resolve() }));
vi.mock("../../../cli/velero/restore", () => ({ restore: async () => act("restore") }));
vi.mock("../../../cli/velero/client", async (original) => ({
  ...(await original<object>()),
  read: () => Promise.resolve({ status: { phase: "Completed" } }),
}));

let file: string;
const say = (): void => undefined;
const start = (): Migration =>
  ({
    journal: new Journal(file),
    timeoutSeconds: 5,
    stacks: {
      source: () => Promise.resolve({ connect: () => Promise.resolve({ side: "source" }) }),
      target: () => Promise.resolve({ connect: () => Promise.resolve({ side: "target" }) }),
    },
  }) as unknown as Migration;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "monitoring-")), "journal.jsonl");
  const plan = { from: "one", to: "two", namespaces: ["shop"], data: { volumes: [] }, maps: { modifiers: [] } };
  new Journal(file).add("plan", "done", plan);
  Object.assign(world, { done: [], broken: "", volumes: 2, to: 100, parts: 2 });
});

async function moveLast(): Promise<void> {
  const sent = await sendLast(start(), say);
  if (sent) await bringLast(start(), sent, say);
}

const sending = ["look at the source", "stage since 0, 1 changes", "back up", "tidy up"];

it("goes on where it was killed, with what its programs were before", async () => {
  for (const [index, broken] of sending.entries()) {
    beginWith(broken);
    await expect(sendAll(start(), say)).rejects.toThrow("failed");
    world.done = [];
    await sendAll(start(), say);
    // The backup that is there is only waited for.
    expect(world.done).toEqual(sending.slice(Math.min(index, 2)));
    expect(sentIn(start(), "backup")?.parts).toHaveLength(2);
  }
});

function beginWith(broken: string): void {
  file = join(mkdtempSync(join(tmpdir(), "monitoring-")), "journal.jsonl");
  new Journal(file).add("plan", "done", { from: "one", to: "two" });
  Object.assign(world, { done: [], broken });
}

it("begins anew where what it held is not in the backup", async () => {
  world.volumes = 1;
  await expect(sendAll(start(), say)).rejects.toThrow("1 volumes of 2");
  Object.assign(world, { done: [], volumes: 2 });
  await sendAll(start(), say);
  expect(world.done).toEqual(sending);
});

it("sends nothing where monitoring has no volume, and then brings nothing", async () => {
  world.parts = 0;
  await sendAll(start(), say);
  await bringAll(start(), say);
  await moveLast();
  expect(world.done).toEqual([]);
});

it("does not fill again what is filled, as what travelled is gone by then", async () => {
  await sendAll(start(), say);
  world.broken = "fill prometheus";
  await expect(bringAll(start(), say)).rejects.toThrow("failed");
  world.done = [];
  await bringAll(start(), say);
  expect(world.done).not.toContain("fill grafana");
  expect(world.done).toContain("fill prometheus");
  expect(broughtIn(start(), "restore")?.history?.to).toBe(100);
});

it("sends the rest once, and anew after the next restore", async () => {
  await sendAll(start(), say);
  await bringAll(start(), say);
  Object.assign(world, { done: [], to: 200, broken: "fill prometheus with the rest" });
  await expect(moveLast()).rejects.toThrow("failed");
  expect(world.done).toContain("stage since 100, 1 changes");
  world.done = [];
  await moveLast();
  expect(world.done.filter((one) => /^(stage|fill)/.test(one))).toEqual(["fill prometheus with the rest"]);
  // A rollback, and the way there once more.
  await sendAll(start(), say);
  await bringAll(start(), say);
  world.done = [];
  await moveLast();
  expect(world.done).toContain("stage since 200, 1 changes");
});
