/** What a rehearsal does, in order: one function a step. */
import { join } from "node:path";
import { networkBefore } from "../../simulator/existing";
import { applicationStates, waitForSync } from "../../simulator/argocd/applications";
import { listStorageClasses, type Clients } from "../kubernetes";
import { project } from "../project";
import { approveAll } from "../scenarios/applications";
import { teardown } from "../teardown/teardown";
import { rehearsalPrograms } from "../tools";
import { cluster, kubeconfigOf, present, reportApplications } from "./cluster";
import { differences, remember } from "./existing";
import { writeKubeconfig } from "./kubeconfig";
import type { RehearseOptions } from "./options";
import type { Step } from "./progress";
import { recover } from "./recover";
import { isPaused, type Report } from "./report";
import { scenarioStep } from "./scenarios";
import { writeShell, type Access } from "./shell";
import { writeStack } from "./stackFile";
import { preview, up, type Say } from "./up";
import { everything, existingNetwork, openIn, records, startWorld, type Rehearsal } from "./world";

type Run = (rehearsal: Rehearsal, say: Say) => Promise<void>;

export function steps({ keep, scenarios = [] }: RehearseOptions): Step<Rehearsal>[] {
  const begin: Step<Rehearsal>[] = [
    { name: "clouds", title: "Tools and simulated clouds", run: start },
    { name: "up", title: "pulumi up", run: bringUp },
    { name: "show", title: "Look at what exists", run: show },
    { name: "preview", title: "A second preview shows no change", run: secondPreview },
    { name: "sync", title: "Argo CD syncs the gitops repository", run: sync },
    ...scenarios.map((name) => scenarioStep(name)),
  ];
  if (keep) return begin;
  return [
    ...begin,
    { name: "teardown", title: "Tear down", run: takeDown },
    { name: "audit", title: "Nothing is left in the clouds", run: audit },
    { name: "end", title: "End the simulated clouds", run: end, always: true },
  ];
}

export const start: Run = async (rehearsal, say) => {
  await startWorld(rehearsal, rehearsalPrograms, say);
  rehearsal.stack = await openIn(rehearsal, rehearsal.name);
  await writeStack(rehearsal.stack, project.name, rehearsal.configuration);
  // An earlier run that was killed, whenever it was.
  await takeUp(rehearsal, say);
  const { KUBECONFIG: existing } = present(rehearsal.clouds).environment;
  if (existing) await remember(existing, rememberedFile(rehearsal.directory));
};

/** What an attempt that failed, or a run that was killed, has left. */
export const takeUp: Run = async ({ stack, name, directory, tools, clouds }, say) =>
  recover({
    stack: present(stack),
    directory,
    cloud: () => records(directory, name),
    helm: present(tools).helm,
    environment: present(clouds).environment,
    say,
  });

/** Each fault that was asked for may end one attempt; the next must take up what that left. */
export const bringUp: Run = async (rehearsal, say) => {
  const { options } = rehearsal;
  const stack = present(rehearsal.stack);
  for (let failures = 0; ; failures++) {
    try {
      await up(stack, say);
      return;
    } catch (error) {
      if (failures >= options.faults.length) throw error;
      say(`attempt ${failures + 1} failed as asked: ${(error as Error).message.split("\n")[0]}`);
      await takeUp(rehearsal, say);
    }
  }
};

const show: Run = async (rehearsal) => {
  const { report, options } = rehearsal;
  const stack = present(rehearsal.stack);
  const outputs = await stack.outputs();
  for (const [name, { value, secret }] of Object.entries(outputs)) if (!secret) report.outputs[name] = value as unknown;

  const { resources = [] } = (await stack.exportStack()).deployment as { resources?: { type: string }[] };
  report.resources.total = resources.length;
  for (const { type } of resources) report.resources.byType[type] = (report.resources.byType[type] ?? 0) + 1;

  report.storageClasses = await listStorageClasses(await cluster(rehearsal));
  report.loadBalancer = outputs["loadBalancer"]?.value as Report["loadBalancer"];
  if (options.keep) report.access = await openShell(rehearsal);
};

/** A way in for a user's own programs, as long as the clouds run. */
export async function openShell(rehearsal: Rehearsal): Promise<Access> {
  const { clouds, directory, tools } = rehearsal;
  const { environment, gitops, traffic } = present(clouds);
  const file = writeKubeconfig(join(directory, "kubeconfig"), await kubeconfigOf(rehearsal), environment);
  return writeShell({ directory, kubeconfig: file, tools: present(tools), gitops, traffic });
}

export const secondPreview: Run = async ({ stack, report }, say) => {
  const changes = await preview(present(stack), say);
  report.preview.changes = changes.length;
  if (changes.length > 0) throw new Error(`the second preview is not empty:\n${changes.join("\n")}`);
};

export const sync: Run = async (rehearsal, say) => {
  const clients = await cluster(rehearsal);
  try {
    if (isPaused(rehearsal.report)) {
      await assertNothingClaimed(clients, say);
      return;
    }
    await waitForSync(clients.config, { timeoutSeconds: 300, onProgress: say });
    if (rehearsal.options.approve) await approveAll(clients, say);
  } finally {
    await reportApplications(rehearsal, clients);
  }
};

/** Whoever fills a paused stack finds every name free: neither an Application nor a claim of a volume is there. */
async function assertNothingClaimed({ config, core }: Clients, say: Say): Promise<void> {
  const [found, claims] = await Promise.all([
    applicationStates(config),
    core.listPersistentVolumeClaimForAllNamespaces(),
  ]);
  const names = [
    ...found.map(({ name }) => `Application ${name}`),
    ...claims.items.map(({ metadata }) => `PersistentVolumeClaim ${metadata?.namespace}/${metadata?.name}`),
  ];
  if (names.length > 0) throw new Error(`the stack is paused, and this is there:\n${names.join("\n")}`);
  say("the stack is paused: there is nothing to sync");
}

export const takeDown: Run = async (rehearsal, say) => tearDown(rehearsal, say, { deleteBackups: true });

/** With the options that a user of `platform teardown` has. */
export async function tearDown(rehearsal: Rehearsal, say: Say, given: { deleteBackups: boolean }): Promise<void> {
  const proxyUrl = present(rehearsal.clouds).environment["HTTPS_PROXY"];
  const options = { unprotect: true, timeoutSeconds: 300, proxyFor: () => proxyUrl, ...given };
  await teardown({ stack: present(rehearsal.stack), project: project.name, options }, say);
}

export const audit: Run = async ({ name, directory, report, stack, clouds, configuration }) => {
  report.leftovers = records(directory, name).map(({ type, id }) => `${type} ${id}`);
  const network = existingNetwork(configuration);
  const after = everything(directory);
  const lost = (network ? networkBefore(network) : []).filter((one) => !after.some(({ id }) => id === one.id));
  report.leftovers.push(...lost.map(({ type, id }) => `lost: ${type} ${id}`));
  const { resources = [] } = (await present(stack).exportStack()).deployment as { resources?: { urn: string }[] };
  report.leftovers.push(...resources.map(({ urn }) => urn));
  const { KUBECONFIG: existing } = present(clouds).environment;
  if (existing) report.leftovers.push(...(await differences(existing, rememberedFile(directory))));
  if (report.leftovers.length > 0) throw new Error(`still there:\n${report.leftovers.join("\n")}`);
};

export const end: Run = async ({ clouds }) => {
  await clouds?.stop();
};

function rememberedFile(directory: string): string {
  return join(directory, "existing.json");
}
