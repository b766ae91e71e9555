/**
 * `migrate rollback`: back to the source. What was written on the target meanwhile is not on the source, and cannot be laid
 * over what is there: it is kept as a backup in the target's own bucket.
 */
import type { Say } from "../../rehearse/up";
import { backUp } from "../../velero/backup";
import { bytesOf } from "../../velero/outcome";
import { flush } from "../flush";
import { planOf, type Migration, type Work } from "../migration";
import { applyStop, planStop, startWriters } from "../writers";
import { retentionDays } from "./copy";
import { nameOf } from "./names";
import { Notes, stoppedOnSource, type CutoverNote, type RollbackNote } from "./notes";

const step = "rollback";

export interface Rollback {
  /** Backup in the target's bucket of all that the target has. */
  exported: string;
  objects: number;
  bytes: number;
}

export const rollback: Work = (migration, say) => rollBack(migration, say);

export async function rollBack(migration: Migration, say: Say): Promise<Rollback> {
  const { journal, stacks, traffic, timeoutSeconds } = migration;
  const { from, to, namespaces, data } = planOf(journal);
  const onSource = stoppedOnSource(journal);
  const target = await (await stacks.target()).connect();
  const notes = new Notes<RollbackNote>(journal, step);
  const onTarget = await notes.once("writers", () => planStop(target, namespaces));
  await applyStop(target, onTarget, say, timeoutSeconds);
  await flush(target, data.databases, timeoutSeconds, say);
  const { name } = await nameOf(journal, { step, asked: "backups", prefix: `${to}-back-to-${from}` }, target);
  const outcome = await backUp(target, { name, namespaces, retentionDays, timeoutSeconds }, say);
  await startWriters(await (await stacks.source()).connect(), onSource, say);
  await traffic.toSource(say);
  new Notes<CutoverNote>(journal, "cutover").beginAnew();
  notes.beginAnew();
  return { exported: name, objects: outcome.items, bytes: bytesOf(outcome) };
}
