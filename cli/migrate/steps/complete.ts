/** The target becomes a platform like any other: its root Application and monitoring come, and its way to the source goes. */
import { waitForSync } from "../../../simulator/argocd/applications";
import { up, type Say } from "../../rehearse/up";
import { configure } from "../configure";
import { planOf, type Migration } from "../migration";

/** It goes on reading the source's bucket: after a rollback, the next restore comes from there. */
export async function complete(migration: Migration, say: Say): Promise<void> {
  const { bootstrap: _, ...values } = planOf(migration.journal).target.values;
  await bring(migration, values, say);
}

/** The source is to go: nothing of the target leads there any more. */
export async function leaveSource(migration: Migration, say: Say): Promise<void> {
  const { bootstrap: _, migration: __, ...values } = planOf(migration.journal).target.values;
  await bring(migration, values, say);
}

async function bring(
  { journal, stacks, timeoutSeconds }: Migration,
  values: Record<string, unknown>,
  say: Say,
): Promise<void> {
  const { stack, connect } = await stacks.target();
  const { stack: source } = await stacks.source();
  await configure(stack, values, { source, secretKeys: planOf(journal).secretKeys });
  await up(stack, say);
  await waitForSync((await connect()).config, { timeoutSeconds, onProgress: say });
}
