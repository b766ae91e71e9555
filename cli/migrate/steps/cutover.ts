/**
 * `migrate cutover`: the last difference, and then the traffic. From the moment that writers are stopped until they are
 * started on the target nobody writes; whatever goes wrong in between, the source serves again as it did before.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Say } from "../../rehearse/up";
import { bytesOf, type Outcome } from "../../velero/outcome";
import { planOf, type Migration, type Work } from "../migration";
import { applyStop, planStop, startWriters, type Stopped } from "../writers";
import { assertWhole } from "./compare";
import { complete } from "./complete";
import { bringIn, clear, copyOut } from "./copy";
import { beginAnew, find, once, type Cutover, type CutoverNote } from "./notes";
import { awaitReady } from "./ready";
import { rollBack } from "./rollback";

const step = "cutover";

/** Proxies see a moment later that an endpoint has gone: whoever is let through until then is still in the backup. */
const settlingMs = 2000;

export const cutover: Work = async (migration, say): Promise<Cutover> => {
  const { journal, traffic } = migration;
  const writers = find<CutoverNote, "writers">(journal, step, "writers");
  if (writers && find<CutoverNote, "goingBack">(journal, step, "goingBack")) await goBack(migration, writers, say);
  await traffic.prepare(say);
  const moved = find<CutoverNote, "moved">(journal, step, "moved") ?? (await move(migration, say));
  await complete(migration, say);
  return moved;
};

async function move(migration: Migration, say: Say): Promise<Cutover> {
  const { journal, stacks, traffic, timeoutSeconds } = migration;
  const source = await (await stacks.source()).connect();
  const target = await (await stacks.target()).connect();
  const note = <Key extends keyof CutoverNote>(key: Key, make: () => Promise<NonNullable<CutoverNote[Key]>>) =>
    once<CutoverNote, Key>(journal, step, key, make);
  // What has been tried goes before anybody has to wait for it.
  if (!find<CutoverNote, "stopping">(journal, step, "stopping")) await clear(migration, say);
  const writers = await note("writers", () => planStop(source, planOf(journal).namespaces));
  const stopping = await note("stopping", () => Promise.resolve(new Date().toISOString()));
  try {
    await applyStop(source, writers, say, timeoutSeconds);
    await sleep(settlingMs);
    const backup = await copyOut(migration, step, say);
    const restored = await bringIn(migration, step, backup.name, say);
    assertWhole(backup, restored);
    await startWriters(target, writers, say);
    await awaitReady(target, planOf(journal).namespaces, timeoutSeconds, say);
    await note("switching", () => Promise.resolve(true));
    await traffic.toTarget(say);
    return await note("moved", () => Promise.resolve(summaryOf(restored, backup.name, stopping)));
  } catch (error) {
    if (find<CutoverNote, "switching">(journal, step, "switching")) await rollBack(migration, say);
    else await goBack(migration, writers, say);
    throw error;
  }
}

/** Nobody has written to the target: the source goes on where it was, and what was restored ends. */
async function goBack(migration: Migration, writers: Stopped, say: Say): Promise<void> {
  const { journal, stacks } = migration;
  journal.add(step, "noted", { goingBack: true } satisfies CutoverNote);
  say("the source is started again");
  await startWriters(await (await stacks.source()).connect(), writers, say);
  await clear(migration, say);
  beginAnew(journal, step);
}

function summaryOf({ volumes }: Outcome, backup: string, stopped: string): Cutover {
  const started = new Date();
  return {
    backup,
    bytes: bytesOf({ volumes }),
    stopped,
    started: started.toISOString(),
    downtimeSeconds: (started.getTime() - Date.parse(stopped)) / 1000,
  };
}
