/**
 * Stopping whoever writes on a stack, so that the last backup has everything, and starting them again, on the same cluster
 * or on one that was restored from that backup. docs/decisions/traffic.md
 */
import { BatchV1Api } from "@kubernetes/client-node";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { applyPhase, takeBack } from "./apply";
import { phases, type Phase, type Stopped } from "./change";
import { dnsStopOf, stopOf, type Running } from "./stop";

export { WritersError } from "./apply";
export { isStopped, patchOf, type Change, type Stopped } from "./change";
export { claimsOf, closed } from "./stop";

/** What a stop would change now; changes nothing. To be written down before `applyStop`. */
export async function planStop(clients: Clients, namespaces: string[]): Promise<Stopped> {
  return stopOf(await look(clients), namespaces);
}

/** The same for external-dns alone, before records that it has written are taken over. */
export async function planDnsStop(clients: Clients): Promise<Stopped> {
  return dnsStopOf(await look(clients));
}

/**
 * Stops what the plan says, and waits until it has ended. May be interrupted and called again with the same plan.
 *
 * A plan that is made while a part is stopped already does not know what that was before: whoever goes on uses the first.
 * @param timeoutSeconds for all of it: pods have a grace period of 30 s unless they say otherwise.
 * @throws WritersError that names what has not ended by then.
 */
export async function applyStop(clients: Clients, stopped: Stopped, say: Say, timeoutSeconds = 300): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (const phase of phases) {
    const many = stopped.changes.filter((change) => change.phase === phase).length;
    if (many > 0) say(words[phase](many));
    await applyPhase(clients, phase, stopped, deadline);
  }
}

/** A part of a stop. No Job that runs is waited for where `workloads` are not of it. */
export function only({ changes, namespaces, left }: Stopped, of: readonly Phase[]): Stopped {
  const hasWorkloads = of.includes("workloads");
  return {
    changes: changes.filter(({ phase }) => of.includes(phase)),
    namespaces: hasWorkloads ? namespaces : [],
    left,
  };
}

/** Plans and carries out, for whoever needs no plan in between. */
export async function stopWriters(clients: Clients, namespaces: string[], say: Say): Promise<Stopped> {
  const stopped = await planStop(clients, namespaces);
  await applyStop(clients, stopped, say);
  return stopped;
}

/**
 * Brings everything to what it was before the stop: on the source, or on a target that was restored from a backup of the
 * stopped source. What is not there, or is not stopped, is left as it is. May be interrupted and called again.
 */
export async function startWriters(clients: Clients, stopped: Stopped, say: Say): Promise<void> {
  await takeBack(clients, stopped.changes, say);
}

const words: Record<Phase, (many: number) => string> = {
  controllers: (many) => `stops ${many} controller${many === 1 ? "" : "s"} that would start others again`,
  schedules: (many) => `suspends ${many} CronJob${many === 1 ? "" : "s"}`,
  workloads: (many) => `stops ${many} workload${many === 1 ? "" : "s"} without a volume`,
  services: (many) => `takes ${many} Service${many === 1 ? "" : "s"} off the pods that have volumes`,
};

async function look({ config, core, apps }: Clients): Promise<Running> {
  const batch = config.makeApiClient(BatchV1Api);
  const [deployments, statefulSets, replicaSets, cronJobs, jobs, services, pods] = await Promise.all([
    apps.listDeploymentForAllNamespaces(),
    apps.listStatefulSetForAllNamespaces(),
    apps.listReplicaSetForAllNamespaces(),
    batch.listCronJobForAllNamespaces(),
    batch.listJobForAllNamespaces(),
    core.listServiceForAllNamespaces(),
    core.listPodForAllNamespaces(),
  ]);
  return {
    deployments: deployments.items,
    statefulSets: statefulSets.items,
    replicaSets: replicaSets.items,
    cronJobs: cronJobs.items,
    jobs: jobs.items,
    services: services.items,
    pods: pods.items,
  };
}
