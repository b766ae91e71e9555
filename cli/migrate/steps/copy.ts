/** The data's way: out of the source into its bucket, and out of the bucket into the target. */
import { sourceLocation } from "../../../components/backup/source";
import { present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { titleOf } from "../../validate/model";
import { backUp } from "../../velero/backup";
import { enter } from "../../velero/catalogue";
import { until, VeleroError } from "../../velero/client";
import { maintainRepositories } from "../../velero/maintain";
import type { Outcome } from "../../velero/outcome";
import { changesOf } from "../../velero/planned";
import { restore } from "../../velero/restore";
import { planOf, StepError, type Migration } from "../migration";
import { readInventory } from "../plan/inventory";
import { nameOf } from "./names";

/** Days that the move's backups are kept: it is over by then, and they are the way back until it is. */
export const retentionDays = 30;

/**
 * Backs up everything that moves, and tidies up behind it.
 * @param step whose name the backup has.
 * @param source that of the migration, connected: asking its stack for the way there takes seconds.
 */
export async function copyOut(
  { journal, timeoutSeconds }: Migration,
  { step, source }: { step: string; source: Clients },
  say: Say,
): Promise<Outcome> {
  const { from, to, namespaces } = planOf(journal);
  const { name } = await nameOf(journal, { step, asked: "backups", prefix: `${from}-to-${to}` }, source);
  const outcome = await backUp(source, { name, namespaces, retentionDays, timeoutSeconds }, say);
  // The target only reads the repositories: docs/decisions/reading-another-cloud.md
  await maintainRepositories(source, { since: new Date(outcome.ended), timeoutSeconds }, say);
  return outcome;
}

/** Both clusters, connected. */
export interface Sides {
  source: Clients;
  target: Clients;
}

/**
 * Restores a backup whole, where nothing is that an earlier restore has brought: what is there would stay as it is.
 * @param name the restore's.
 */
export async function bringIn(
  { journal, timeoutSeconds }: Migration,
  { name, backup }: { name: string; backup: string },
  { source, target }: Sides,
  say: Say,
): Promise<Outcome> {
  const plan = planOf(journal);
  await enter(source, target, backup, sourceLocation);
  const outcome = await restore(target, { name, backup, ...changesOf(plan), timeoutSeconds }, say);
  await leaveOut(target, plan.maps.leftOut);
  return outcome;
}

/**
 * Nobody but an earlier restore has brought anything to the target.
 * @throws StepError that names what somebody else has.
 */
export async function assertFree({ journal }: Migration, target: Clients): Promise<void> {
  const others = hasRestored(journal) ? [] : await ours(target, planOf(journal).namespaces);
  if (others.length === 0) return;
  throw new StepError(
    `the target has ${others.join(", ")}, which no restore has brought: is somebody at work there? ` +
      "Delete them, or move to a new stack.",
  );
}

/** Deletes what an earlier restore has brought. */
export async function clear({ journal, timeoutSeconds }: Migration, target: Clients, say: Say): Promise<void> {
  if (!hasRestored(journal)) return;
  const { namespaces } = planOf(journal);
  const names = await ours(target, namespaces);
  const loose = (await readInventory(target)).objects.filter(
    ({ metadata: { namespace, labels } }) => namespace === everywhere && labels?.[broughtBy] !== undefined,
  );
  if (names.length + loose.length === 0) return;
  say(`deletes what the restore before has brought: ${names.join(", ")}`);
  for (const name of names) await present(target.core.deleteNamespace({ name }));
  for (const object of loose) await present(target.objects.delete(object));
  const gone = await until(timeoutSeconds, async () =>
    (await ours(target, namespaces)).length === 0 ? true : undefined,
  );
  if (gone) return;
  const left = (await ours(target, namespaces)).join(", ");
  throw new VeleroError(
    `the target's namespaces of the restore before are not gone after ${timeoutSeconds} s: ${left}`,
  );
}

/** The namespace that every cluster has, and Velero's label of what it has restored. */
const everywhere = "default";
const broughtBy = "velero.io/restore-name";

/** Before the first restore, whatever has a name of the source's is somebody else's. */
function hasRestored({ entries }: Migration["journal"]): boolean {
  return entries.some(({ kind, data }) => kind === "noted" && (data as { restores?: string }).restores !== undefined);
}

async function ours({ core }: Clients, namespaces: string[]): Promise<string[]> {
  const names = (await core.listNamespace()).items.map(({ metadata }) => metadata?.name ?? "");
  return names.filter((name) => namespaces.includes(name) && name !== everywhere);
}

/** Deletes what the plan says has no place on the target. @param leftOut `Kind namespace/name` */
export async function leaveOut(clients: Clients, leftOut: string[]): Promise<void> {
  if (leftOut.length === 0) return;
  const { objects } = await readInventory(clients);
  for (const object of objects) {
    if (leftOut.includes(titleOf(object))) await present(clients.objects.delete(object));
  }
}
