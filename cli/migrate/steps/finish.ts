/** `migrate finish`: the source goes, by the ordered teardown; its backups stay. */
import { project } from "../../project";
import { teardown } from "../../teardown/teardown";
import { backupStores, resourcesOf } from "../../teardown/state";
import { proxyFromEnvironment } from "../../teardown/proxy";
import { StepError, type Work } from "../migration";

export const finish: Work = async ({ stacks, traffic, timeoutSeconds, proxyFor = proxyFromEnvironment }, say) => {
  const { stack } = await stacks.source();
  const kept = backupStores(await resourcesOf(stack));
  await traffic.leave(say);
  const options = { unprotect: true, deleteBackups: false, timeoutSeconds, proxyFor };
  await teardown({ stack, project: project.name, options }, say);
  const left = await resourcesOf(stack);
  if (left.length > 0) throw new StepError(`the source's state still has:\n${left.map(({ urn }) => urn).join("\n")}`);
  return { kept };
};
