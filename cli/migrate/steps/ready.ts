/** Waiting until everything that has been started runs. */
import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { until } from "../../velero/client";
import { StepError } from "../migration";

/** @throws StepError that names what is not ready by then. */
export async function awaitReady(
  { apps }: Clients,
  namespaces: string[],
  timeoutSeconds: number,
  say: Say,
): Promise<void> {
  let waiting: string[] = [];
  const ready = await until(timeoutSeconds, async () => {
    const [deployments, statefulSets] = await Promise.all([
      apps.listDeploymentForAllNamespaces(),
      apps.listStatefulSetForAllNamespaces(),
    ]);
    waiting = unready([...deployments.items, ...statefulSets.items], namespaces);
    if (waiting.length === 0) return true;
    say(`waits for ${waiting.slice(0, 3).join(", ")}`);
    return undefined;
  });
  if (!ready) throw new StepError(`not ready on the target after ${timeoutSeconds} s: ${waiting.join(", ")}`);
}

/** `production/backend` of each that has fewer ready replicas than it wants, or has not been looked at since it changed. */
export function unready(workloads: (V1Deployment | V1StatefulSet)[], namespaces: string[]): string[] {
  return workloads
    .filter(({ metadata }) => namespaces.includes(metadata?.namespace ?? ""))
    .filter(
      ({ metadata, spec, status }) =>
        (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1) ||
        (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
    )
    .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
}
