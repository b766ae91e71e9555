/**
 * `migrate cutover`: the last difference, and then the traffic. From the moment that writers are stopped until they are
 * started on the target nobody writes; whatever goes wrong in between, the source serves again as it did before.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { bytesOf, type Outcome } from "../../velero/outcome";
import { planOf, type Migration, type Work } from "../migration";
import { applyStop, planStop, startWriters, type Stopped } from "../writers";
import { assertWhole } from "./compare";
import { complete } from "./complete";
import { bringIn, clear, copyOut, type Sides } from "./copy";
import { nameOf } from "./names";
import { Notes, type Cutover, type CutoverNote } from "./notes";
import { awaitReady } from "./ready";
import { rollBack } from "./rollback";

const step = "cutover";

/** Proxies see a moment later that an endpoint has gone: whoever is let through until then is still in the backup. */
const settlingMs = 2000;

export const cutover: Work = async (migration, say): Promise<Cutover> => {
  const { journal, traffic } = migration;
  const notes = new Notes<CutoverNote>(journal, step);
  const writers = notes.find("writers");
  if (writers && notes.find("goingBack")) await goBack(migration, { writers, sides: await connect(migration) }, say);
  await traffic.prepare(say);
  const moved = notes.find("moved") ?? (await move(migration, say));
  await complete(migration, say);
  return moved;
};

/** Done before anybody has to wait for it: both stacks are asked where their clusters are. */
async function connect({ stacks }: Migration): Promise<Sides> {
  return {
    source: await (await stacks.source()).connect(),
    target: await (await stacks.target()).connect(),
  };
}

async function move(migration: Migration, say: Say): Promise<Cutover> {
  const { journal, traffic, timeoutSeconds } = migration;
  const { namespaces } = planOf(journal);
  const sides = await connect(migration);
  const { source, target } = sides;
  const notes = new Notes<CutoverNote>(journal, step);
  // What has been tried goes before anybody has to wait for it.
  if (!notes.find("stopping")) await clear(migration, target, say);
  const writers = await notes.once("writers", () => planStop(source, namespaces));
  const stopping = await notes.once("stopping", () => new Date().toISOString());
  try {
    await applyStop(source, writers, say, timeoutSeconds);
    await sleep(settlingMs);
    const backup = await copyOut(migration, { step, source }, say);
    const restored = await bringIn(migration, await restoreOf(migration, backup.name, target, say), sides, say);
    assertWhole(backup, restored);
    await startWriters(target, writers, say);
    await awaitReady(target, namespaces, timeoutSeconds, say);
    notes.add({ switching: true });
    await traffic.toTarget(say);
    return await notes.once("moved", () => summaryOf(restored, backup.name, stopping));
  } catch (error) {
    if (notes.find("switching")) await rollBack(migration, say);
    else await goBack(migration, { writers, sides }, say);
    throw error;
  }
}

/** What the backup is restored by. Where another restore of this cutover has failed, what that has brought is deleted. */
async function restoreOf(
  migration: Migration,
  backup: string,
  target: Clients,
  say: Say,
): Promise<{ name: string; backup: string }> {
  const { journal } = migration;
  const tried = new Notes<CutoverNote>(journal, step).find("restores") !== undefined;
  const { name, isNew } = await nameOf(journal, { step, asked: "restores", prefix: backup }, target);
  if (isNew && tried) await clear(migration, target, say);
  return { name, backup };
}

/** Nobody has written to the target: the source goes on where it was, and what was restored ends. */
async function goBack(
  migration: Migration,
  { writers, sides }: { writers: Stopped; sides: Sides },
  say: Say,
): Promise<void> {
  const notes = new Notes<CutoverNote>(migration.journal, step);
  notes.add({ goingBack: true });
  say("the source is started again");
  await startWriters(sides.source, writers, say);
  await clear(migration, sides.target, say);
  notes.beginAnew();
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
