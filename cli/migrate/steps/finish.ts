/** `migrate finish`: the source goes, by the ordered teardown; its backups stay. */
import { project } from "../../project";
import { clusterKubeconfig } from "../../rehearse/state";
import type { Say } from "../../rehearse/up";
import { proxyFromEnvironment } from "../../teardown/proxy";
import { askForDeletion } from "../../teardown/release";
import { backupStores, resourcesOf } from "../../teardown/state";
import { teardown } from "../../teardown/teardown";
import { StepError, type Migration, type Work } from "../migration";
import { startWriters } from "../writers";
import { leaveSource } from "./complete";
import { stoppedOnSource } from "./notes";

export const finish: Work = async (migration, say) => {
  const { stacks, traffic, timeoutSeconds, proxyFor = proxyFromEnvironment } = migration;
  const { stack } = await stacks.source();
  const resources = await resourcesOf(stack);
  await traffic.leave(say);
  await leaveSource(migration, say);
  if (clusterKubeconfig(resources) !== undefined) await startDeleting(migration, say);
  const options = { unprotect: true, deleteBackups: false, timeoutSeconds, proxyFor };
  await teardown({ stack, project: project.name, options }, say);
  const left = await resourcesOf(stack);
  if (left.length > 0) throw new StepError(`the source's state still has:\n${left.map(({ urn }) => urn).join("\n")}`);
  return { kept: backupStores(resources) };
};

/** What the cutover has stopped stays so: of it, only Argo CD is started again, to delete what it has deployed. */
async function startDeleting({ journal, stacks }: Migration, say: Say): Promise<void> {
  const clients = await (await stacks.source()).connect();
  await askForDeletion(clients);
  const stopped = stoppedOnSource(journal);
  await startWriters(
    clients,
    { ...stopped, changes: stopped.changes.filter(({ phase }) => phase === "controllers") },
    say,
  );
}
