/** The simulated clouds of a rehearsal, and the stacks in them. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import program from "../../index";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import type { NetworkBefore } from "../../simulator/existing";
import { project, repository } from "../project";
import { endSimulator } from "../stop";
import { ensureCrds, ensureTools, type ProgramName } from "../tools";
import { startClouds, type Clouds } from "./clouds";
import { present } from "./cluster";
import { killEngines, openStack } from "./engine";
import type { RehearseOptions } from "./options";
import type { Report } from "./report";
import { sealedCopy, withSealingKey } from "./sealing";
import type { StackConfiguration } from "./stackFile";
import type { Say } from "./up";

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

/**
 * Starts the clouds for the rehearsal's stack: what exists before it, and what Git has for it.
 * @param programs what runs in them.
 */
export async function startWorld(rehearsal: Rehearsal, programs: ProgramName[], say: Say): Promise<void> {
  const { directory, options, timeScale } = rehearsal;
  await endSimulator(directory);
  const configuration = withSealingKey(rehearsal.configuration, directory);
  rehearsal.configuration = configuration;
  const tools = await ensureTools(say, programs);
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
}

/** A stack of the program in the rehearsal's clouds, made where it is new. */
export async function openIn({ directory, tools, clouds }: Rehearsal, name: string): Promise<Stack> {
  return openStack({
    directory,
    pulumi: present(tools).pulumi,
    project: project.name,
    projectConfig: project.config,
    stack: name,
    program,
    providers: present(clouds).providers,
    environment: {},
  });
}

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
export function existingNetwork({ values: { cloud, region, network } }: StackConfiguration): NetworkBefore | undefined {
  const { existing } = (network ?? {}) as { existing?: Pick<NetworkBefore, "id" | "publicSubnets" | "privateSubnets"> };
  return existing && { ...existing, cloud: cloud as NetworkBefore["cloud"], region: String(region) };
}

/** Whoever has a domain has a zone for it. */
function domainOf({ values: { domain } }: StackConfiguration): string | undefined {
  return typeof domain === "string" ? domain : undefined;
}

/** What the stack has in the simulated clouds. */
export function records(directory: string, stack: string): CloudRecord[] {
  return everything(directory).filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`));
}

/** All that is in the simulated clouds. */
export function everything(directory: string): CloudRecord[] {
  const file = join(directory, "cloud.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CloudRecord[]) : [];
}
