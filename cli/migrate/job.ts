/** A Job of ours on a cluster, from its making to its end. */
import { BatchV1Api, type V1Job } from "@kubernetes/client-node";
import { present, type Clients } from "../kubernetes";
import { until } from "../velero/client";
import { isOver } from "./pods";

/** A Job that did not do its work. The message is for the user. */
export class JobError extends Error {}

/** Milliseconds between two looks: writers may be stopped meanwhile. */
const pause = 250;

/** Seconds until a Job, and what it has made, is gone. */
const goneSeconds = 120;

/**
 * Runs a Job of one container, in place of one of that name that is there. Nothing of it is left on the cluster, also where
 * it fails.
 * @param timeoutSeconds the Job's own deadline.
 * @returns what its container has written to its termination log.
 * @throws JobError where it has not succeeded in time.
 */
export async function runJob(clients: Clients, job: V1Job, timeoutSeconds: number): Promise<string> {
  const batch = clients.config.makeApiClient(BatchV1Api);
  const place = { name: job.metadata?.name ?? "", namespace: job.metadata?.namespace ?? "" };
  const remove = () => present(batch.deleteNamespacedJob({ ...place, propagationPolicy: "Foreground" }));
  // One of a run that was killed may have read files as they were then.
  await remove();
  const gone = await until(
    goneSeconds,
    async () => ((await present(batch.readNamespacedJob(place))) === undefined ? true : undefined),
    pause,
  );
  if (!gone) throw new JobError(`the Job ${place.name} of a run before does not go: see what holds it`);
  try {
    await batch.createNamespacedJob({ namespace: place.namespace, body: job });
    // The deadline of the Job itself ends it; what is told by then is told a little later.
    const ended = await until(
      timeoutSeconds + 10,
      async () => {
        const found = await batch.readNamespacedJob(place);
        return isOver(found) ? found : undefined;
      },
      pause,
    );
    return await wordsOf(clients, place, ended);
  } finally {
    await remove();
  }
}

async function wordsOf(
  { core }: Clients,
  { name, namespace }: { name: string; namespace: string },
  ended: V1Job | undefined,
): Promise<string> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${name}` });
  const states = items.flatMap(({ status }) => status?.containerStatuses ?? []).map(({ state }) => state);
  const words = states.find((state) => state?.terminated?.exitCode === 0)?.terminated?.message;
  if (words !== undefined) return words;
  const failed = states.findLast((state) => state?.terminated)?.terminated;
  const waiting = states.findLast((state) => state?.waiting)?.waiting;
  const unscheduled = items.flatMap(({ status }) => status?.conditions ?? []).find(({ status }) => status === "False");
  const reasons = [
    failed && `exit code ${failed.exitCode}: ${(failed.message ?? "").trim().split("\n").at(-1)}`,
    waiting && `${waiting.reason}: ${waiting.message ?? ""}`,
    unscheduled?.message,
    ...(items.length === 0 ? await refusals(core, namespace, name) : []),
    ended?.status?.conditions?.find(({ type }) => type === "Failed")?.message,
  ];
  throw new JobError(reasons.find(Boolean) ?? "its Job has not ended in time");
}

/** Why no pod of the Job has come to be: a quota, or a rule for pods. */
async function refusals(core: Clients["core"], namespace: string, name: string): Promise<string[]> {
  const { items } = await core.listNamespacedEvent({
    namespace,
    fieldSelector: `involvedObject.kind=Job,involvedObject.name=${name},reason=FailedCreate`,
  });
  return items.flatMap(({ message }) => message ?? []);
}
