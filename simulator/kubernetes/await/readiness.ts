/** Waiting for an object: what "ready" means is each kind's own, how one waits is the same for all. */
import { setTimeout as sleep } from "node:timers/promises";
import { isNotFound, type KubernetesApi } from "../api";
import type { KubernetesObject } from "../objects";

export interface Readiness {
  ready: boolean;
  /** What is still missing, in the provider's own words. */
  reasons: string[];
}

export interface Observation {
  api: KubernetesApi;
  object: KubernetesObject;
  /** The object before this change; undefined where it was created. */
  previous?: KubernetesObject;
  /** A single look (a refresh), not a wait. */
  once: boolean;
  /** What a check wants to remember from one look to the next. */
  memory: Map<string, unknown>;
  /** Simulated seconds for one of the provider's own fixed pauses. */
  timeScale: number;
}

export type ReadinessCheck = (observation: Observation) => Readiness | Promise<Readiness>;

/** The object is there, and was not ready in time. */
export class NotReady extends Error {
  constructor(
    message: string,
    readonly object: KubernetesObject,
    readonly reasons: string[],
  ) {
    super(message);
  }
}

export const ready: Readiness = { ready: true, reasons: [] };

export function notReady(...reasons: string[]): Readiness {
  return { ready: false, reasons };
}

export interface Wait {
  object: KubernetesObject;
  previous?: KubernetesObject;
  check: ReadinessCheck;
  timeoutSeconds: number;
  timeScale: number;
  /** The message where it takes longer (timeoutError of provider/pkg/await/error.go). */
  timedOut?: (name: string) => string;
}

const firstPauseMs = 100;
/** The provider's own polls are this far apart (provider/pkg/watcher/watcher.go). */
const longestPauseMs = 500;

/**
 * Looks again and again until the check is content, and returns the object as it then was.
 * @throws NotReady
 */
export async function untilReady(api: KubernetesApi, wait: Wait): Promise<KubernetesObject> {
  const { metadata } = wait.object;
  const name = String(metadata.name);
  const timedOut = wait.timedOut ?? (() => `'${name}' timed out waiting to be Ready`);
  const memory = new Map<string, unknown>();
  const deadline = Date.now() + wait.timeoutSeconds * 1000;
  let last = wait.object;
  let reasons: string[] = [];
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    try {
      last = await api.get(wait.object, metadata.namespace, name);
      const { previous, timeScale } = wait;
      const readiness = await wait.check({ api, object: last, previous, once: false, memory, timeScale });
      if (readiness.ready) return last;
      reasons = readiness.reasons;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      reasons = [`${wait.object.kind} "${name}" was deleted`];
    }
    if (Date.now() + pause > deadline) throw new NotReady(timedOut(name), last, reasons);
    await sleep(pause);
  }
}

/** One look, for a refresh. */
export async function isReadyNow(api: KubernetesApi, object: KubernetesObject, check: ReadinessCheck): Promise<void> {
  const readiness = await check({ api, object, once: true, memory: new Map(), timeScale: 1 });
  if (readiness.ready) return;
  const message = `Resource '${String(object.metadata.name)}' was created but failed to initialize`;
  throw new NotReady(message, object, readiness.reasons);
}

/**
 * True once `version` has stayed the same for `seconds` of the real provider's time: it gives endpoints that long to
 * settle after each change.
 */
export function hasSettled({ memory, timeScale, once }: Observation, version: string, seconds: number): boolean {
  if (once) return true;
  const seen = memory.get("settling") as { version: string; since: number } | undefined;
  if (seen?.version !== version) {
    memory.set("settling", { version, since: Date.now() });
    return seconds * timeScale <= 0;
  }
  return Date.now() - seen.since >= seconds * timeScale * 1000;
}
