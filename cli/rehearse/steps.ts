/** What a rehearsal does, in order: one function a step. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import program from "../../index";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { isOfStack, networkBefore, type NetworkBefore } from "../../simulator/existing";
import { applicationStates, waitForSync } from "../../simulator/argocd/applications";
import { listStorageClasses, type Clients } from "../kubernetes";
import { project, repository } from "../project";
import { approveAll } from "../scenarios/applications";
import { teardown } from "../teardown/teardown";
import { endSimulator } from "../stop";
import { ensureCrds, ensureTools, rehearsalPrograms } from "../tools";
import { startClouds, type Clouds } from "./clouds";
import { cluster, kubeconfigOf, present, reportApplications } from "./cluster";
import { killEngines, openStack } from "./engine";
import { differences, remember } from "./existing";
import { writeKubeconfig } from "./kubeconfig";
import type { RehearseOptions } from "./options";
import type { Step } from "./progress";
import { recover } from "./recover";
import { isPaused, type Report } from "./report";
import { scenarioStep } from "./scenarios";
import { sealedCopy, withSealingKey } from "./sealing";
import { writeShell, type Access } from "./shell";
import { writeStack, type StackConfiguration } from "./stackFile";
import { preview, up, type Say } from "./up";

export interface Rehearsal {
  options: RehearseOptions;
  name: string;
  directory: string;
  configuration: StackConfiguration;
  /** Simulated seconds for one of the cloud's. */
  timeScale: number;
  report: Report;
  tools?: Awaited<ReturnType<typeof ensureTools>>;
  clouds?: Clouds;
  stack?: Stack;
}

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
  const { directory, options, name, timeScale } = rehearsal;
  await endSimulator(directory);
  const configuration = withSealingKey(rehearsal.configuration, directory);
  rehearsal.configuration = configuration;
  const tools = await ensureTools(say, rehearsalPrograms);
  rehearsal.tools = tools;
  const clouds = await startClouds(
    repository,
    {
      directory,
      timeScale,
      faults: options.faults,
      tools,
      crds: await ensureCrds(say),
      gitops: await gitopsSource(rehearsal, tools.kubeseal),
      existing: existingCluster(configuration),
      network: existingNetwork(configuration),
      domain: domainOf(configuration),
    },
    () => killEngines(directory, "up"),
  );
  rehearsal.clouds = clouds;
  const { HTTPS_PROXY: _, ...credentials } = clouds.environment;
  // The credential helpers' stand-ins, for this process's own look at the cluster.
  Object.assign(process.env, credentials);
  rehearsal.stack = await openStack({
    directory,
    pulumi: tools.pulumi,
    project: project.name,
    projectConfig: project.config,
    stack: name,
    program,
    providers: clouds.providers,
    environment: {},
  });
  await writeStack(rehearsal.stack, project.name, configuration);
  // An earlier run that was killed, whenever it was.
  await takeUp(rehearsal, say);
  if (credentials["KUBECONFIG"]) await remember(credentials["KUBECONFIG"], rememberedFile(directory));
};

/** What an attempt that failed, or a run that was killed, has left. */
export const takeUp: Run = async ({ stack, directory, tools, clouds }, say) =>
  recover({
    stack: present(stack),
    directory,
    cloud: () => records(directory),
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

export const audit: Run = async ({ directory, report, stack, clouds, configuration }) => {
  report.leftovers = records(directory).map(({ type, id }) => `${type} ${id}`);
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

/** A folder is served as a copy that is sealed for the stack's key; what somebody else serves is theirs. */
async function gitopsSource({ options, configuration, directory }: Rehearsal, kubeseal: string) {
  const { gitops = join(repository, "gitops") } = options;
  const settings = configuration.values["gitops"] as { repository: string; revision?: string; path?: string };
  const path = settings.path ?? "clusters/single-cluster";
  return {
    source: existsSync(gitops)
      ? { folder: await sealedCopy(resolve(gitops), configuration, { directory, path, kubeseal }) }
      : { url: gitops },
    repository: settings.repository,
    revision: settings.revision ?? "main",
    path,
  };
}

/** The cluster that a stack on `local` expects to find, by its context. */
function existingCluster({ values: { cloud, region } }: StackConfiguration): { context: string } | undefined {
  return cloud === "local" ? { context: String(region) } : undefined;
}

/** The network that the stack expects to find. */
function existingNetwork({ values: { cloud, region, network } }: StackConfiguration): NetworkBefore | undefined {
  const { existing } = (network ?? {}) as { existing?: Pick<NetworkBefore, "id" | "publicSubnets" | "privateSubnets"> };
  return existing && { ...existing, cloud: cloud as NetworkBefore["cloud"], region: String(region) };
}

/** Whoever has a domain has a zone for it. */
function domainOf({ values: { domain } }: StackConfiguration): string | undefined {
  return typeof domain === "string" ? domain : undefined;
}

function rememberedFile(directory: string): string {
  return join(directory, "existing.json");
}

/** What the stack has in the simulated cloud. */
export function records(directory: string): CloudRecord[] {
  return everything(directory).filter(isOfStack);
}

function everything(directory: string): CloudRecord[] {
  const file = join(directory, "cloud.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CloudRecord[]) : [];
}
