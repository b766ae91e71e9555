/** What Argo CD's Applications say of themselves, and waiting until they say that all is well. */
import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";

/** One line of the report. */
export interface ApplicationState {
  name: string;
  project: string;
  /** `Synced`, `OutOfSync`, `Unknown`. */
  sync: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing`, `Unknown`. */
  health: string;
}

/** The parts of an Application that are read here; every part of the status comes only with time. */
export interface Application {
  metadata: { name: string; namespace: string; deletionTimestamp?: string };
  spec: { project: string; syncPolicy?: { automated?: { enabled?: boolean } } };
  status?: {
    sync?: { status?: string; revision?: string };
    health?: { status?: string };
    conditions?: { type: string; message: string }[];
    operationState?: { phase?: string; message?: string };
    resources?: {
      kind: string;
      namespace?: string;
      name: string;
      status?: string;
      health?: { status?: string; message?: string };
    }[];
  };
}

export interface WaitOptions {
  /** Namespace of Argo CD, `argocd` unless told. */
  namespace?: string;
  timeoutSeconds: number;
  /** Applications that must be there before the waiting can end, such as the root's children. */
  expected?: string[];
  /** A commit that each must have got to. */
  revision?: string;
  /** Told whenever something changed, in one line. */
  onProgress?(line: string): void;
}

/** Every Application, by name. */
export async function applications(config: KubeConfig, namespace = "argocd"): Promise<ApplicationState[]> {
  const found = await list(config, namespace);
  return found
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      project: spec.project,
      sync: status?.sync?.status ?? "Unknown",
      health: status?.health?.status ?? "Unknown",
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Waits until every Application that syncs automatically is Synced and Healthy. A failed sync does not end the waiting:
 * Argo CD tries again, and so does whoever waits for it.
 *
 * @throws Error on time-out that says, for each that is not there yet, which of its resources is in the way and why.
 */
export async function waitForSync(config: KubeConfig, options: WaitOptions): Promise<void> {
  const { namespace = "argocd", expected = [], revision, timeoutSeconds } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  let told = "";
  for (;;) {
    const { waiting, problem } = await look(config, namespace, expected, revision);
    if (problem === undefined && waiting.length === 0) return;
    const line = problem ?? waiting.map(({ summary }) => summary).join(", ");
    if (line !== told) options.onProgress?.(line);
    told = line;
    if (Date.now() > deadline) {
      const details = problem ?? waiting.map(({ details }) => details).join("\n");
      throw new Error(`after ${timeoutSeconds} s not every Application is Synced and Healthy:\n${details}`);
    }
    await sleep(250);
  }
}

interface Look {
  waiting: { summary: string; details: string }[];
  /** The cluster or its Argo CD can't be asked, for now. */
  problem?: string;
}

async function look(config: KubeConfig, namespace: string, expected: string[], revision?: string): Promise<Look> {
  let found: Application[];
  try {
    found = await list(config, namespace);
  } catch (error) {
    return { waiting: [], problem: `the Applications can't be read: ${(error as Error).message}` };
  }
  if (found.length === 0) return { waiting: [], problem: `namespace ${namespace} has no Application` };
  const names = new Set(found.map(({ metadata }) => metadata.name));
  const missing = expected.filter((name) => !names.has(name));
  const unfinished = found.filter((application) => isAutomatic(application) && !isDone(application, revision));
  return {
    waiting: [
      ...missing.map((name) => ({ summary: `${name}: not there`, details: `${name}: there is no such Application` })),
      ...unfinished.map((application) => ({ summary: summary(application), details: describe(application) })),
    ],
  };
}

/** Automated sync may be there and off: `automated: {enabled: false}` (Argo CD 3.1 and newer). */
function isAutomatic({ spec }: Application): boolean {
  const automated = spec.syncPolicy?.automated;
  return automated !== undefined && automated.enabled !== false;
}

function isDone({ status }: Application, revision?: string): boolean {
  if (revision !== undefined && status?.sync?.revision !== revision) return false;
  return status?.sync?.status === "Synced" && status.health?.status === "Healthy";
}

function summary({ metadata, status }: Application): string {
  return `${metadata.name}: ${status?.sync?.status ?? "not compared yet"}, ${status?.health?.status ?? "health unknown"}`;
}

/** The application, and under it whatever says why it is not Synced and Healthy. */
export function describe(application: Application): string {
  const { status } = application;
  const operation = status?.operationState;
  const reasons = [
    ...(status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`),
    ...(operation && operation.phase !== "Succeeded" ? [`sync ${operation.phase}: ${operation.message}`] : []),
    ...(status?.resources ?? [])
      .filter((resource) => resource.status === "OutOfSync" || (resource.health?.status ?? "Healthy") !== "Healthy")
      .map(({ kind, namespace, name, status: sync, health }) => {
        const states = [sync, health?.status].filter(Boolean).join(", ");
        return `${kind} ${namespace ? `${namespace}/` : ""}${name}: ${states}${health?.message ? `: ${health.message}` : ""}`;
      }),
  ];
  return [summary(application), ...reasons.map((reason) => `  ${reason}`)].join("\n");
}

async function list(config: KubeConfig, namespace: string): Promise<Application[]> {
  const api = config.makeApiClient(CustomObjectsApi);
  const answer = (await api.listNamespacedCustomObject({
    group: "argoproj.io",
    version: "v1alpha1",
    namespace,
    plural: "applications",
  })) as { items: Application[] };
  return answer.items;
}
