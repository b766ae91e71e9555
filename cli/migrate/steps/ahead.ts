/**
 * All of a cutover that can be done while the source serves: the target has every object as it was a moment ago, its pods
 * run, and those that have volumes wait on their nodes for the files. Only these are left for when nobody can write.
 */
import { sourceLocation } from "../../../components/backup/source";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { enterObjects } from "../../velero/catalogue";
import { awaitHeld, heldBy, holdRules } from "../../velero/held";
import { changesOf } from "../../velero/planned";
import { restore } from "../../velero/restore";
import { volumesOf } from "../../velero/transfer";
import { planOf, type Migration } from "../migration";
import { readInventory } from "../plan/inventory";
import type { ResourceModifierRule } from "../plan/plan";
import type { Change, Stopped } from "../writers";
import { clear, copyOut, leaveOut, type Sides } from "./copy";
import { doorOf, rulesOf } from "./door";
import { nameOf } from "./names";
import { Notes, type CutoverNote } from "./notes";

const step = "cutover";

/**
 * Fills the target, in place of what an earlier restore has brought.
 * @param writers of the source: what begins by the clock there does not begin here.
 * @returns the backup that it was filled from, with the bytes of its volumes.
 */
export async function fillAhead(migration: Migration, sides: Sides, writers: Stopped, say: Say): Promise<string> {
  const { journal, timeoutSeconds } = migration;
  const { source, target } = sides;
  const plan = planOf(journal);
  await clear(migration, target, say);
  const { name: backup } = await copyOut(migration, { step, source }, say);
  const door = await doorNow(source, plan.namespaces, writers);
  new Notes<CutoverNote>(journal, step).add({ door });
  const key = await enterObjects(source, target, backup, sourceLocation);
  const held = heldBy(await volumesOf(source, backup));
  const rules: ResourceModifierRule[] = [...rulesOf(door), ...(await holdRules(source, target, { held, key }))];
  const { name } = await nameOf(journal, { step, asked: "restores", prefix: backup }, target);
  const maps = { ...plan.maps, modifiers: [...plan.maps.modifiers, ...rules] };
  await restore(target, { name, backup, ...changesOf({ ...plan, maps }), timeoutSeconds }, say);
  await leaveOut(target, plan.maps.leftOut);
  say("waits until every volume is where its pod is");
  await awaitHeld(target, held, timeoutSeconds);
  return backup;
}

async function doorNow(source: Clients, namespaces: string[], writers: Stopped): Promise<Change[]> {
  const { objects } = await readInventory(source);
  return [...writers.changes.filter(({ phase }) => phase === "schedules"), ...doorOf(objects, namespaces)];
}
