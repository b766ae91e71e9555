/** Waiting until everything that has been started runs. */
import type { V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { until } from "../../velero/client";
import { StepError } from "../migration";
import { claimsOf } from "../writers";

type Workload = V1Deployment | V1StatefulSet;

/** Nobody can write meanwhile. */
const pauseMs = 250;

/**
 * Pods that have failed for want of a database would be tried again in up to five minutes: they are made anew, each once,
 * as soon as everything that has a volume is ready.
 * @throws StepError that names what is not ready by then.
 */
export async function awaitReady(
  { apps, core }: Clients,
  namespaces: string[],
  timeoutSeconds: number,
  say: Say,
): Promise<void> {
  let waiting: Workload[] = [];
  const seen = new Set<string>();
  const ready = await until(
    timeoutSeconds,
    async () => {
      const [deployments, statefulSets] = await Promise.all([
        apps.listDeploymentForAllNamespaces(),
        apps.listStatefulSetForAllNamespaces(),
      ]);
      waiting = unready([...deployments.items, ...statefulSets.items], namespaces);
      if (waiting.length === 0) return true;
      say(`waits for ${waiting.slice(0, 3).map(titleOf).join(", ")}`);
      if (waiting.some(claimsOf)) return undefined;
      const { items } = await core.listPodForAllNamespaces();
      for (const { metadata } of failing(items, namespaces)) {
        const { name = "", namespace = "", uid = "" } = metadata ?? {};
        if (seen.has(uid)) continue;
        seen.add(uid);
        say(`${namespace}/${name} has failed before its database was there: it is made anew`);
        await present(core.deleteNamespacedPod({ name, namespace }));
      }
      return undefined;
    },
    pauseMs,
  );
  if (!ready)
    throw new StepError(`not ready on the target after ${timeoutSeconds} s: ${waiting.map(titleOf).join(", ")}`);
}

/** Each that has fewer ready replicas than it wants, or has not been looked at since it changed. */
export function unready(workloads: Workload[], namespaces: string[]): Workload[] {
  return workloads
    .filter(({ metadata }) => namespaces.includes(metadata?.namespace ?? ""))
    .filter(
      ({ metadata, spec, status }) =>
        (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1) ||
        (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
    );
}

/** Pods that a kubelet starts again only after a while, and that somebody makes anew when they are deleted. */
export function failing(pods: V1Pod[], namespaces: string[]): V1Pod[] {
  return pods.filter(
    ({ metadata, status }) =>
      namespaces.includes(metadata?.namespace ?? "") &&
      metadata?.ownerReferences?.some(({ controller }) => controller === true) &&
      [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].some(
        ({ state }) => state?.waiting?.reason === "CrashLoopBackOff",
      ),
  );
}

/** `production/backend` */
function titleOf({ metadata }: Workload): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
