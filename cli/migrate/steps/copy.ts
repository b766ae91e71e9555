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

/** Backs up everything that moves, and tidies up behind it. @param step whose name the backup has. */
export async function copyOut(
  { journal, stacks, timeoutSeconds }: Migration,
  step: string,
  say: Say,
): Promise<Outcome> {
  const { from, to, namespaces } = planOf(journal);
  const clients = await (await stacks.source()).connect();
  const { name } = await nameOf(journal, { step, asked: "backups", prefix: `${from}-to-${to}` }, clients);
  const outcome = await backUp(clients, { name, namespaces, retentionDays, timeoutSeconds }, say);
  // The target only reads the repositories: docs/decisions/reading-another-cloud.md
  await maintainRepositories(clients, { since: new Date(outcome.ended), timeoutSeconds }, say);
  return outcome;
}

/** Restores a backup whole, in place of what an earlier restore has brought. */
export async function bringIn(migration: Migration, step: string, backup: string, say: Say): Promise<Outcome> {
  const { journal, stacks, timeoutSeconds } = migration;
  const plan = planOf(journal);
  const clients = await (await stacks.target()).connect();
  const others = hasRestored(journal) ? [] : await ours(clients, plan.namespaces);
  if (others.length > 0) {
    throw new StepError(
      `the target has ${others.join(", ")}, which no restore has brought: is somebody at work there? ` +
        "Delete them, or move to a new stack.",
    );
  }
  const { name, isNew } = await nameOf(journal, { step, asked: "restores", prefix: backup }, clients);
  if (isNew) await clear(migration, say);
  await enter(await (await stacks.source()).connect(), clients, backup, sourceLocation);
  const outcome = await restore(clients, { name, backup, ...changesOf(plan), timeoutSeconds }, say);
  await leaveOut(clients, plan.maps.leftOut);
  return outcome;
}

/** Deletes what an earlier restore has brought: what is there would stay as it is. */
export async function clear({ journal, stacks, timeoutSeconds }: Migration, say: Say): Promise<void> {
  if (!hasRestored(journal)) return;
  const { namespaces } = planOf(journal);
  const clients = await (await stacks.target()).connect();
  const names = await ours(clients, namespaces);
  const loose = (await readInventory(clients)).objects.filter(
    ({ metadata: { namespace, labels } }) => namespace === everywhere && labels?.[broughtBy] !== undefined,
  );
  if (names.length + loose.length === 0) return;
  say(`deletes what the restore before has brought: ${names.join(", ")}`);
  for (const name of names) await present(clients.core.deleteNamespace({ name }));
  for (const object of loose) await present(clients.objects.delete(object));
  const gone = await until(timeoutSeconds, async () =>
    (await ours(clients, namespaces)).length === 0 ? true : undefined,
  );
  if (gone) return;
  const left = (await ours(clients, namespaces)).join(", ");
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

/** @param leftOut `Kind namespace/name`: what the plan says has no place on the target. */
async function leaveOut(clients: Clients, leftOut: string[]): Promise<void> {
  if (leftOut.length === 0) return;
  const { objects } = await readInventory(clients);
  for (const object of objects) {
    if (leftOut.includes(titleOf(object))) await present(clients.objects.delete(object));
  }
}
