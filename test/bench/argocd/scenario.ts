/** What is measured of one Argo CD with so many Applications. */
import { AppsV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { sendPush } from "../../../simulator/argocd/webhook";
import { median } from "../measure";
import { branch, nameOf, repository, rootApplication, writeVersion } from "./applications";
import type { Plane } from "./plane";
import { processorSeconds, type Processor } from "./processor";
import { Progress } from "./progress";

/** Seconds. */
export interface Phase {
  /** Until every Application concerned is Synced, to the commit where there is one. */
  synced: number;
  /** Until every pod concerned is there and ready. */
  ready: number;
}

export interface Measured {
  applications: number;
  tuned: boolean;
  /** From the root Application to all of them, Healthy included. */
  nothing: Phase & { healthy: number; processor: Processor };
  /** A commit for one of them: the median of several. */
  one: Phase;
  /** A commit for all of them. */
  all: Phase & { processor: Processor };
  /** Someone scales one of them: until it has its replicas again. The median of several. */
  drift: number;
}

/** Repetitions where there are as many Applications: Argo CD heals the same one slower and slower. */
const repetitions = 3;

/** Longer than any of it should take; the benchmark fails then. */
const timeoutSeconds = 1800;

/**
 * Measures on a plane with nothing on it but Argo CD.
 * @throws Error where Argo CD does not get there.
 */
export async function measure(
  plane: Plane,
  { applications, tuned }: { applications: number; tuned: boolean },
): Promise<Measured> {
  const names = Array.from({ length: applications }, (_, index) => nameOf(index));
  const few = names.slice(0, repetitions);
  const progress = new Progress(plane.config);
  await progress.start();
  try {
    const nothing = await fromNothing(plane, progress, names, tuned);
    const ones: Phase[] = [];
    for (const [index, name] of few.entries()) {
      await progress.quiet(3);
      ones.push(await push(plane, progress, [name], `one-${index}`));
    }
    const drifts: number[] = [];
    for (const name of few) {
      // Argo CD heals nothing that it has synced in the last two seconds.
      await progress.quiet(3);
      drifts.push(await drift(plane, progress, name));
    }
    await progress.quiet(3);
    const before = processorSeconds(plane.processes);
    const all = await push(plane, progress, names, "all");
    return {
      applications,
      tuned,
      nothing,
      one: { synced: median(ones.map(({ synced }) => synced)), ready: median(ones.map(({ ready }) => ready)) },
      all: { ...all, processor: since(before, processorSeconds(plane.processes)) },
      drift: median(drifts),
    };
  } finally {
    await progress.stop();
  }
}

async function fromNothing(
  plane: Plane,
  progress: Progress,
  names: string[],
  tuned: boolean,
): Promise<Measured["nothing"]> {
  const before = processorSeconds(plane.processes);
  const time = { begin: performance.now(), timeoutSeconds };
  await plane.apply(rootApplication(tuned));
  const [synced, ready, healthy] = await Promise.all([
    progress.until("Synced", names, (name) => progress.isSynced(name), time),
    progress.until("pods ready", names, (name) => progress.isReady(name, "1"), time),
    progress.until("Healthy", names, (name) => progress.isSynced(name) && progress.isHealthy(name), time),
  ]);
  return { synced, ready, healthy, processor: since(before, processorSeconds(plane.processes)) };
}

/** From the moment in which the Git host has the commit, and sends its webhook. */
async function push(plane: Plane, progress: Progress, names: string[], version: string): Promise<Phase> {
  const { remote, argocd, webhookSecret: secret } = plane;
  const before = await remote.revision();
  let changed: string[] = [];
  const after = await remote.push(`Version ${version}`, (folder) => {
    changed = names.map((name) => writeVersion(folder, name, version));
  });
  const time = { begin: performance.now(), timeoutSeconds };
  await sendPush(argocd.url, { repository, branch, before, after, changed, secret });
  const [synced, ready] = await Promise.all([
    progress.until("Synced to the commit", names, (name) => progress.isSynced(name, after), time),
    progress.until("pods of the commit ready", names, (name) => progress.isReady(name, version), time),
  ]);
  return { synced, ready };
}

async function drift({ config }: Plane, progress: Progress, name: string): Promise<number> {
  const time = { begin: performance.now(), timeoutSeconds: 300 };
  const scaled = (replicas: number) => () => progress.replicas(name) === replicas;
  await config
    .makeApiClient(AppsV1Api)
    .patchNamespacedDeployment(
      { name: "web", namespace: name, body: { spec: { replicas: 2 } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
  await progress.until("scaled", [name], scaled(2), time);
  return progress.until("healed", [name], scaled(1), time);
}

function since(before: Processor, after: Processor): Processor {
  return {
    argocd: after.argocd - before.argocd,
    controlPlane: after.controlPlane - before.controlPlane,
    simulation: after.simulation - before.simulation,
  };
}
