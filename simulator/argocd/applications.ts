/** What Argo CD's Applications say of themselves, and waiting until they say that all is well. */
import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, PatchStrategy, setHeaderOptions, type KubeConfig } from "@kubernetes/client-node";
import { keyOf, podsOfWorkloads, type Pods } from "./pods";

/** What an Application says of itself. */
export interface ApplicationState {
  name: string;
  project: string;
  /** When it is synced among the Applications of its parent: lower ones first. */
  wave: number;
  /** `Synced`, `OutOfSync`, `Unknown`. */
  sync: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing`, `Unknown`. */
  health: string;
  /** A person syncs it, and has something to sync. */
  waitsForApproval: boolean;
}

/** One line of the report. */
export interface ApplicationReport extends ApplicationState {
  /** Of its Deployments, StatefulSets and DaemonSets. */
  pods: Pods;
}

/** The parts of an Application that are read here; every part of the status comes only with time. */
export interface Application {
  metadata: { name: string; namespace: string; annotations?: Record<string, string>; deletionTimestamp?: string };
  spec: {
    project: string;
    syncPolicy?: { automated?: { enabled?: boolean }; syncOptions?: string[]; retry?: object };
  };
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
  /** Applications that a person has synced, and that must get there too. */
  approved?: string[];
  /** A commit that each must have got to. */
  revision?: string;
  /**
   * How long it must have been so, 2 unless told: Argo CD looks at a parent a moment after its child's state has
   * changed, and in between the parent still says what was.
   */
  settleSeconds?: number;
  /** Told whenever something changed, in one line. */
  onProgress?(line: string): void;
}

/** Every Application, by name. */
export async function applicationStates(config: KubeConfig, namespace = "argocd"): Promise<ApplicationState[]> {
  return (await list(config, namespace)).map(stateOf).sort(byName);
}

/** Every Application with its pods, by name. */
export async function applications(config: KubeConfig, namespace = "argocd"): Promise<ApplicationReport[]> {
  const [found, pods] = await Promise.all([list(config, namespace), podsOfWorkloads(config)]);
  return found
    .map((application) => {
      const own = (application.status?.resources ?? []).map((resource) => pods.get(keyOf(resource)));
      const sum = (count: keyof Pods) => own.reduce((total, one) => total + (one?.[count] ?? 0), 0);
      return { ...stateOf(application), pods: { ready: sum("ready"), total: sum("total") } };
    })
    .sort(byName);
}

function stateOf(application: Application): ApplicationState {
  const { metadata, spec, status } = application;
  return {
    name: metadata.name,
    project: spec.project,
    wave: Number(metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0),
    sync: status?.sync?.status ?? "Unknown",
    health: status?.health?.status ?? "Unknown",
    waitsForApproval: waitsForApproval(application),
  };
}

function byName(one: ApplicationState, other: ApplicationState): number {
  return one.name.localeCompare(other.name);
}

/**
 * Syncs an Application as a person who approves of it does (`argocd app sync NAME`), with its own options and retries.
 * Returns when Argo CD has been asked, not when it is done.
 */
export async function approve(config: KubeConfig, name: string, namespace = "argocd"): Promise<void> {
  const application = (await list(config, namespace)).find(({ metadata }) => metadata.name === name);
  if (!application) throw new Error(`there is no Application ${name}`);
  const { syncOptions, retry } = application.spec.syncPolicy ?? {};
  const operation = { initiatedBy: { username: "approver" }, sync: { syncOptions }, retry };
  await config
    .makeApiClient(CustomObjectsApi)
    .patchNamespacedCustomObject(
      { group: "argoproj.io", version: "v1alpha1", namespace, plural: "applications", name, body: { operation } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
}

/**
 * Waits until every Application that syncs automatically is Synced and Healthy, and stays so. A failed sync does not end the waiting:
 * Argo CD tries again, and so does whoever waits for it.
 *
 * @throws Error on time-out that says, for each that is not there yet, which of its resources is in the way and why.
 */
export async function waitForSync(config: KubeConfig, options: WaitOptions): Promise<void> {
  const { namespace = "argocd", timeoutSeconds, settleSeconds = 2 } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  let told = "";
  let doneSince: number | undefined;
  for (;;) {
    const { waiting, problem } = await look(config, namespace, options);
    if (problem === undefined && waiting.length === 0) {
      doneSince ??= Date.now();
      if (Date.now() - doneSince >= settleSeconds * 1000) return;
      await sleep(Math.min(250, settleSeconds * 1000));
      continue;
    }
    doneSince = undefined;
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

async function look(config: KubeConfig, namespace: string, options: WaitOptions): Promise<Look> {
  const { expected = [], approved = [], revision } = options;
  let found: Application[];
  try {
    found = await list(config, namespace);
  } catch (error) {
    return { waiting: [], problem: `the Applications can't be read: ${(error as Error).message}` };
  }
  if (found.length === 0) return { waiting: [], problem: `namespace ${namespace} has no Application` };
  const names = new Set(found.map(({ metadata }) => metadata.name));
  const missing = expected.filter((name) => !names.has(name));
  const awaited = (one: Application) => isAutomatic(one) || approved.includes(one.metadata.name);
  const unfinished = found.filter((application) => awaited(application) && !isDone(application, revision));
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

function waitsForApproval(application: Application): boolean {
  return !isAutomatic(application) && application.status?.sync?.status === "OutOfSync";
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
