/**
 * `migrate cutover`: the target is filled while the source serves, then the last difference of the volumes, and the traffic.
 * From the moment that writers are stopped until users are let in at the target nobody writes; whatever goes wrong in
 * between, the source serves again as it did before. docs/decisions/downtime.md
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sourceLocation } from "../../../components/backup/source";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { bytesOf } from "../../velero/outcome";
import { transfer, type Transferred } from "../../velero/transfer";
import { flush } from "../flush";
import { planOf, StepError, type Migration, type Work } from "../migration";
import { lookBefore, routesOf, watch } from "../watch";
import { applyStop, only, planStop, startWriters, type Stopped } from "../writers";
import { fillAhead } from "./ahead";
import { assertWhole } from "./compare";
import { complete } from "./complete";
import { clear, type Sides } from "./copy";
import { Notes, type Cutover, type CutoverNote } from "./notes";
import { awaitReady } from "./ready";
import { rollBack } from "./rollback";
import { assertSame, contentOf, type Content } from "./same";

const step = "cutover";

/** Proxies see a moment later that an endpoint has gone: whoever is let through until then is still in the last copy. */
const settlingMs = 2000;

export const cutover: Work = async (migration, say): Promise<Cutover> => {
  const { journal, traffic } = migration;
  const notes = new Notes<CutoverNote>(journal, step);
  await endGoingBack(migration, say);
  await traffic.prepare(say);
  const moved = notes.find("moved") ?? (await move(migration, say));
  await complete(migration, say);
  return moved;
};

/**
 * Where an interrupted run has let users in, the cutover goes on. Else the source serves first: what was filled or copied
 * may be out of date, whoever has started the source meanwhile.
 */
async function endGoingBack(migration: Migration, say: Say): Promise<void> {
  const notes = new Notes<CutoverNote>(migration.journal, step);
  if (notes.find("rollingBack")) await rollBack(migration, say);
  else if (notes.find("writers") && !notes.find("switching")) await goBack(migration, await connect(migration), say);
}

/** Done before anybody has to wait for it: both stacks are asked where their clusters are. */
async function connect({ stacks }: Migration): Promise<Sides> {
  return {
    source: await (await stacks.source()).connect(),
    target: await (await stacks.target()).connect(),
  };
}

async function move(migration: Migration, say: Say): Promise<Cutover> {
  const { journal } = migration;
  const { namespaces } = planOf(journal);
  const sides = await connect(migration);
  const { source, target } = sides;
  const notes = new Notes<CutoverNote>(journal, step);
  await notes.once("writers", () => planStop(source, namespaces));
  try {
    if (!notes.find("switching")) {
      await prepare(migration, sides, say);
      await bringLast(migration, sides, say);
    }
    const writers = known(notes.find("writers"));
    await startWriters(target, { ...writers, changes: [...writers.changes, ...(notes.find("door") ?? [])] }, say);
    await notes.once("opened", () => new Date().toISOString());
    await assertServing(migration, target, say);
    return await notes.once("moved", () => summaryOf(notes));
  } catch (error) {
    if (!notes.find("switching")) {
      await goBack(migration, sides, say);
      throw error;
    }
    say(error instanceof Error ? error.message : String(error));
    notes.add({ rollingBack: true });
    const { exported } = await rollBack(migration, say);
    const words = `The source serves again. What was written on the target is in its backup ${exported}.`;
    throw new StepError(`${error instanceof Error ? error.message : String(error)}\n${words}`, { cause: error });
  }
}

/** @throws StepError where users are worse off than on the source. */
async function assertServing(migration: Migration, target: Clients, say: Say): Promise<void> {
  const { journal, watching } = migration;
  const before = new Notes<CutoverNote>(journal, step).find("before") ?? [];
  const routes = await routesOf(target, planOf(journal).namespaces);
  const why = await watch({ before, routes, ask: watching.ask }, watching, say);
  if (why !== undefined) throw new StepError(`Requests fail on the target. ${why}.`);
}

/** What nobody notices: the source serves, and only its Argo CD is stopped, so that objects stay what they are. */
async function prepare(migration: Migration, sides: Sides, say: Say): Promise<void> {
  const { journal, watching, timeoutSeconds } = migration;
  const plan = planOf(journal);
  const { source, target } = sides;
  const notes = new Notes<CutoverNote>(journal, step);
  const writers = known(notes.find("writers"));
  await applyStop(source, only(writers, ["controllers"]), say, timeoutSeconds);
  await fillAhead(migration, sides, writers, say);
  const late = await planStop(source, plan.namespaces);
  const stopped = only(writers, ["controllers"]).changes;
  // Who has come meanwhile writes too.
  const all = { ...late, changes: [...stopped, ...late.changes.filter(({ phase }) => phase !== "controllers")] };
  notes.add({ writers: all });
  const contents = await Promise.all([source, target].map((side) => contentOf(side, plan.namespaces)));
  compare(migration, contents, all);
  notes.add({ before: await lookBefore(await routesOf(source, plan.namespaces), watching.ask) });
}

/**
 * While nobody writes: names go over to the target, which lets nobody in yet, so that resolvers forget the source as long as
 * volumes are on their way.
 */
async function bringLast(migration: Migration, sides: Sides, say: Say): Promise<void> {
  const { journal, traffic, timeoutSeconds } = migration;
  const { source, target } = sides;
  const { namespaces } = planOf(journal);
  const notes = new Notes<CutoverNote>(journal, step);
  const writers = known(notes.find("writers"));
  const there = await contentOf(target, namespaces);
  notes.add({ stopping: new Date().toISOString(), leading: true });
  const led = traffic.toTarget(say);
  // Whoever waits for it below is told.
  led.catch(() => undefined);
  try {
    await applyStop(source, writers, say, timeoutSeconds);
    await sleep(settlingMs);
    await flush(source, planOf(journal).data.databases, timeoutSeconds, say);
    const moved = await copyVolumes(migration, sides, there, say);
    await awaitReady(target, namespaces, timeoutSeconds, say);
    await led;
    notes.add({ switching: true, bytes: bytesOf({ volumes: moved.restored }) });
  } catch (error) {
    // Whoever goes back leads the names back, once nobody leads them elsewhere any more.
    await led.catch(() => undefined);
    throw error;
  }
}

/** The files of the volumes, and the certainty that nothing else is missing. */
async function copyVolumes(migration: Migration, sides: Sides, there: Content, say: Say): Promise<Transferred> {
  const { journal, timeoutSeconds } = migration;
  const notes = new Notes<CutoverNote>(journal, step);
  const [moved, now] = await Promise.all([
    transfer(sides, { backup: known(notes.find("backups")), location: sourceLocation, timeoutSeconds }, say),
    contentOf(sides.source, planOf(journal).namespaces),
  ]);
  assertWhole({ volumes: moved.backedUp }, { volumes: moved.restored });
  compare(migration, [now, there], known(notes.find("writers")));
  return moved;
}

function compare({ journal }: Migration, [source, target]: Content[], { changes }: Stopped): void {
  const door = new Notes<CutoverNote>(journal, step).find("door") ?? [];
  assertSame(known(source), known(target), planOf(journal), [...changes, ...door]);
}

/** Nobody has been let in at the target: the source goes on where it was, and what was restored ends. */
async function goBack(migration: Migration, { source, target }: Sides, say: Say): Promise<void> {
  const notes = new Notes<CutoverNote>(migration.journal, step);
  say("the source is started again");
  await startWriters(source, known(notes.find("writers")), say);
  if (notes.find("leading")) await migration.traffic.toSource(say);
  await clear(migration, target, say);
  notes.beginAnew();
}

/** What this step has written down before it comes here. */
function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the journal lacks what the cutover has written down before");
  return value;
}

function summaryOf(notes: Notes<CutoverNote>): Cutover {
  const started = known(notes.find("opened"));
  const stopped = known(notes.find("stopping"));
  return {
    backup: known(notes.find("backups")),
    bytes: known(notes.find("bytes")),
    stopped,
    started,
    downtimeSeconds: (Date.parse(started) - Date.parse(stopped)) / 1000,
  };
}
