/** Whether the target has the objects that the source has at this moment, as the plan changes them. */
import type { Clients } from "../../kubernetes";
import { titleOf, type Manifest } from "../../validate/model";
import { StepError } from "../migration";
import { readInventory, type Inventory } from "../plan/inventory";
import type { MigrationPlan } from "../plan/plan";
import { expectedOf } from "../verify/expected";
import { mergePatch } from "../verify/mergePatch";
import { compareObjects } from "../verify/objects";
import { compareSecrets, readSecrets, type SecretDigest } from "../verify/secrets";
import { showProblems } from "../verify/show";
import { isStopped, patchOf, type Change } from "../writers";

export interface Content {
  inventory: Inventory;
  secrets: SecretDigest[];
}

export async function contentOf(clients: Clients, namespaces: string[]): Promise<Content> {
  const [inventory, secrets] = await Promise.all([readInventory(clients), readSecrets(clients, namespaces)]);
  return { inventory, secrets };
}

/**
 * @param stopped what is another on either side while nobody is let in: it is compared as it was before.
 * @throws StepError that names every object that has come, gone or changed since the target was filled.
 */
export function assertSame(source: Content, target: Content, plan: MigrationPlan, stopped: Change[]): void {
  // The target's Argo CD is not at work yet.
  const expected = expectedOf(source.inventory, plan, { git: false });
  const { problems } = compareObjects(
    asServed(expected, stopped),
    asServed(target.inventory.objects, stopped),
    plan.maps,
  );
  const all = [...problems, ...compareSecrets(source.secrets, target.secrets, plan.maps.leftOut)];
  if (all.length === 0) return;
  throw new StepError(
    `The source has changed since the target was filled from it. Run it again.\n${showProblems(all)}`,
  );
}

/** Objects as they are when users are let in. */
function asServed(objects: Manifest[], changes: Change[]): Manifest[] {
  const before = new Map<string, Change[]>();
  for (const change of changes) {
    const key = `${change.kind} ${change.namespace}/${change.name}`;
    before.set(key, [...(before.get(key) ?? []), change]);
  }
  return objects.map((object) => (before.get(titleOf(object)) ?? []).reduce<Manifest>(undone, object));
}

function undone(object: Manifest, change: Change): Manifest {
  return isStopped(object, change) ? (mergePatch(object, patchOf(change.path, change.from)) as Manifest) : object;
}
