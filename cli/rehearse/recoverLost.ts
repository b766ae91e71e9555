/**
 * What a cloud made and the engine never heard of: it was waiting for the answer when its provider died, took that for a
 * failure, and forgot. Nobody can say any more what it belonged to, so it is deleted, as a person would in the cloud's
 * console, and the next `up` makes it again.
 */
import type { Stack } from "@pulumi/pulumi/automation";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { isBackup } from "../teardown/state";
import type { StateResource } from "./state";
import type { Say } from "./up";

interface Deployment {
  resources?: StateResource[];
}

/** The stack's records that its state does not have. Backups that an earlier teardown kept are no such ones. */
export function lostRecords(stack: string, records: CloudRecord[], resources: StateResource[]): CloudRecord[] {
  const known = new Set(resources.map(({ type, id }) => `${type} ${id}`));
  return records
    .filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`))
    .filter(({ type, id, urn }) => !known.has(`${type} ${id}`) && !isBackup({ type, urn, custom: true }));
}

/** Deletes them by the engine, the newest first: they enter the state under names of their own, and are destroyed. */
export async function deleteLost(stack: Stack, lost: CloudRecord[], say: Say): Promise<void> {
  const state = await stack.exportStack();
  const deployment = state.deployment as Deployment;
  const { resources = [] } = deployment;
  const entered = asResources(lost, resources);
  await stack.importStack({ ...state, deployment: { ...deployment, resources: [...resources, ...entered] } });
  for (const { type, id } of lost) say(`${type} ${id} is in the cloud and not in the state: deletes it`);
  await stack.destroy({ target: entered.map(({ urn }) => urn), onOutput: () => undefined });
}

/**
 * Each depends on those before it, which orders the deletion.
 * @throws Error where the state has no provider that could delete one.
 */
export function asResources(lost: CloudRecord[], resources: StateResource[]) {
  const entered = lost.map(({ type, id, urn, inputs, outputs }, index) => {
    const [, stackAndProject = ""] = /^(urn:pulumi:[^:]*::[^:]*)::/.exec(urn) ?? [];
    const wanted = `pulumi:providers:${type.split(":")[0]}`;
    const provider = resources.find((resource) => resource.type === wanted);
    if (!provider) throw new Error(`${type} ${id} is in the cloud, and the state has no ${wanted} to delete it with`);
    return {
      urn: `${stackAndProject}::${type}::lost-${index}`,
      type,
      id,
      custom: true,
      provider: `${provider.urn}::${provider.id}`,
      inputs,
      outputs,
      dependencies: [] as string[],
    };
  });
  entered.forEach((resource, index) => resource.dependencies.push(...entered.slice(0, index).map(({ urn }) => urn)));
  return entered;
}
