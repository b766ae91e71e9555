/** Pods whose program is run to its end: they end as it has ended. */
import { readFileSync } from "node:fs";
import { CoreV1Api, PatchStrategy, setHeaderOptions, type V1Container, type V1Pod } from "@kubernetes/client-node";
import type { StandInContext } from "../controlplane/standins";
import type { Command, Ended } from "./index";

/**
 * Bytes that a kubelet takes of a container's last words, and of its log where there are none and the container asks for
 * that: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
const longestWords = 4096;
const longestLog = 2048;

/**
 * @param commandOf what such a pod runs; undefined for any other pod.
 * @returns what runs it, once for each pod, and tells Kubernetes how its container has ended; nothing for any other pod.
 */
export function runOnce(
  { programs, config }: Pick<StandInContext, "programs" | "config">,
  commandOf: (pod: V1Pod) => Command | undefined | Promise<Command | undefined>,
): (pod: V1Pod) => Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const runs = new Map<string, Promise<Ended>>();

  return async (pod) => {
    const [container] = pod.spec?.containers ?? [];
    const command = await commandOf(pod);
    if (!command || !container || !programs) return;
    const { uid = "", name = "", namespace = "" } = pod.metadata ?? {};
    const run = runs.get(uid) ?? programs.once(pod, command);
    runs.set(uid, run);
    const ended = await run;
    await core.patchNamespacedPodStatus(
      { name, namespace, body: { metadata: { uid }, status: statusOf(container, ended) } },
      setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
    );
  };
}

function statusOf(container: V1Container, ended: Ended): Record<string, unknown> {
  const { code } = ended;
  const terminated = {
    exitCode: code,
    reason: code === 0 ? "Completed" : "Error",
    message: messageOf(container, ended),
    finishedAt: new Date(),
  };
  const { name, image } = container;
  return {
    phase: code === 0 ? "Succeeded" : "Failed",
    containerStatuses: [{ name, image, imageID: "", ready: false, restartCount: 0, state: { terminated } }],
  };
}

function messageOf({ terminationMessagePolicy }: V1Container, { code, log, words }: Ended): string | undefined {
  if (words !== undefined) return words.slice(0, longestWords);
  if (code === 0 || terminationMessagePolicy !== "FallbackToLogsOnError") return undefined;
  return readFileSync(log, "utf8").slice(-longestLog);
}
