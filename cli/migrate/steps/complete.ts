/** The target becomes a platform like any other: its root Application and monitoring come, its way to the source goes. */
import { waitForSync } from "../../../simulator/argocd/applications";
import { up, type Say } from "../../rehearse/up";
import { configure } from "../configure";
import { planOf, type Migration } from "../migration";

export async function complete({ journal, stacks, timeoutSeconds }: Migration, say: Say): Promise<void> {
  const { target, secretKeys } = planOf(journal);
  const { bootstrap: _, migration: __, ...values } = target.values;
  const { stack, connect } = await stacks.target();
  const { stack: source } = await stacks.source();
  await configure(stack, values, { source, secretKeys });
  await up(stack, say);
  await waitForSync((await connect()).config, { timeoutSeconds, onProgress: say });
}
