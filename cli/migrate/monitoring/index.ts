/**
 * The way of what the platform's own monitoring keeps, beside everything else: nobody waits for it. All of it comes along
 * while the source serves; what has been added since, once the target is complete. docs/decisions/metrics-history.md
 */
import { sourceLocation } from "../../../components/backup/source";
import type { Say } from "../../rehearse/up";
import { backUp } from "../../velero/backup";
import { enter } from "../../velero/catalogue";
import { maintainRepositories } from "../../velero/maintain";
import { changesOf as plannedChanges } from "../../velero/planned";
import { restore } from "../../velero/restore";
import { modifiersText } from "../plan/maps";
import { planOf, StepError, type Migration } from "../migration";
import { nameOf } from "../steps/names";
import { Notes } from "../steps/notes";
import { retentionDays } from "../steps/copy";
import type { Change } from "../writers";
import { besideTheirs, clearStaged, fill } from "./fill";
import { stagedLabels } from "./objects";
import { namespace, parts, type Part } from "./parts";
import { foundParts, imageOf, removeStaged, stage, type Blocks, type StagedPart } from "./stage";
import { changesOf } from "./switch";

/** What has left the source. Plain JSON. */
export interface Sent {
  backup: string;
  image: string;
  parts: StagedPart[];
}

/** What has come to the target: what it has of Prometheus' blocks; unset where there was no Prometheus. */
export interface Brought {
  backup: string;
  history?: Blocks;
}

/** What the journal keeps on the way: everything before it is used. */
interface Sending {
  image?: string;
  changes?: Change[];
  staged?: StagedPart[];
}

/** And on the other side: which parts the target has, by their names. */
type Bringing = Partial<Record<Part["name"], { history?: Blocks }>> & { changes?: Change[] };

/** Entries of the journal are under these names, beside the step's own. */
const sending = (step: string): string => `${step}-monitoring-out`;
const bringing = (step: string): string => `${step}-monitoring-in`;

/**
 * Takes what monitoring keeps into a backup of its own.
 * @param since blocks of Prometheus that end by then stay behind: milliseconds since 1970.
 * @returns undefined where nothing of it has a volume.
 */
export async function sendMonitoring(
  { journal, stacks, timeoutSeconds }: Migration,
  step: string,
  since: number,
  say: Say,
): Promise<Sent | undefined> {
  const { from, to } = planOf(journal);
  const own = sending(step);
  const clients = await (await stacks.source()).connect();
  const found = await foundParts(clients);
  if (found.length === 0) return undefined;
  const notes = new Notes<Sending>(journal, own);
  const image = await notes.once("image", () => imageOf(clients));
  const changes = await notes.once("changes", () => changesOf(clients, parts));
  const staged = await notes.once("staged", () => stage(clients, { image, changes, since, timeoutSeconds }, say));
  const { name } = await nameOf(
    journal,
    { step: own, asked: "backups", prefix: `${from}-to-${to}-monitoring` },
    clients,
  );
  const request = { name, namespaces: [namespace], only: stagedLabels, retentionDays, timeoutSeconds };
  const outcome = await backUp(clients, request, say);
  if (outcome.volumes.length < staged.length) {
    notes.beginAnew();
    throw new StepError(
      `the backup ${name} has ${outcome.volumes.length} volumes of ${staged.length}: what held them is gone. Run this again: it begins anew`,
    );
  }
  await maintainRepositories(clients, { since: new Date(outcome.ended), timeoutSeconds }, say);
  for (const { part } of found) await removeStaged(clients, part, timeoutSeconds);
  const sent = { backup: name, image, parts: staged };
  journal.add(own, "done", sent);
  return sent;
}

/** Brings what was sent to the target's programs, which may run or not be there yet. */
export async function bringMonitoring(
  { journal, stacks, timeoutSeconds }: Migration,
  step: string,
  { sent, whole }: { sent: Sent; whole: boolean },
  say: Say,
): Promise<Brought> {
  const plan = planOf(journal);
  const own = bringing(step);
  const clients = await (await stacks.target()).connect();
  const notes = new Notes<Bringing>(journal, own);
  const changes = await notes.once("changes", () => changesOf(clients, parts));
  const { name, isNew } = await nameOf(journal, { step: own, asked: "restores", prefix: sent.backup }, clients);
  if (isNew) await clearStaged(clients, timeoutSeconds);
  await enter(await (await stacks.source()).connect(), clients, sent.backup, sourceLocation);
  const modifiers = [...plan.maps.modifiers, ...(await besideTheirs(clients, sent.parts))];
  await restore(
    clients,
    {
      ...plannedChanges(plan),
      ...{ name, backup: sent.backup, namespaces: [namespace], timeoutSeconds },
      ...(modifiers.length > 0 ? { modifiers: modifiersText(modifiers) } : {}),
    },
    say,
  );
  const { image } = sent;
  const request = { image, volumes: plan.data.volumes, changes, whole, timeoutSeconds };
  const brought: Brought = { backup: sent.backup };
  for (const part of sent.parts) {
    // What travelled of a part is gone once it is there.
    const filled = await notes.once(part.name, async () => {
      const history = await fill(clients, part, request, say);
      return history ? { history } : {};
    });
    Object.assign(brought, filled);
  }
  journal.add(own, "done", brought);
  return brought;
}

/** While the source serves: all that there is leaves it. */
export async function sendAll(migration: Migration, say: Say): Promise<void> {
  await sendMonitoring(migration, "backup", 0, say);
}

/** What the newest backup has, before the programs are there. */
export async function bringAll(migration: Migration, say: Say): Promise<void> {
  const sent = sentIn(migration, "backup");
  if (sent) await bringMonitoring(migration, "restore", { sent, whole: true }, say);
}

/**
 * What has been added since leaves the source, before the target's Prometheus measures anything: one that is started anew
 * within hours forgets what it has not in a block yet and another block covers (`inOrderBlocksMaxTime` in tsdb/db.go).
 * @returns undefined where nothing was brought before.
 */
export async function sendLast(migration: Migration, say: Say): Promise<Sent | undefined> {
  const before = broughtIn(migration, "restore");
  if (!before) return undefined;
  const { entries } = migration.journal;
  const newest = (...steps: string[]) =>
    entries.findLastIndex(({ step, kind }) => steps.includes(step) && kind === "done");
  // What was sent in this cutover and has not been brought yet is not sent again.
  const isUnderWay = newest(sending("cutover")) > newest(bringing("restore"), bringing("cutover"));
  if (isUnderWay) return sentIn(migration, "cutover");
  return sendMonitoring(migration, "cutover", before.history?.to ?? 0, say);
}

/** To programs that run by now. */
export async function bringLast(migration: Migration, sent: Sent, say: Say): Promise<void> {
  await bringMonitoring(migration, "cutover", { sent, whole: false }, say);
}

/** What was sent in the newest such step. */
export function sentIn({ journal }: Pick<Migration, "journal">, step: string): Sent | undefined {
  return journal.last<Sent>(sending(step), "done");
}

export function broughtIn({ journal }: Pick<Migration, "journal">, step: string): Brought | undefined {
  return journal.last<Brought>(bringing(step), "done");
}
