/**
 * Velero's Jobs that tidy a repository of files up do so for real: their pods end as the program has ended. What they
 * run: pkg/repository/maintenance/maintenance.go of Velero 1.18.3.
 */
import { readFileSync } from "node:fs";
import { CoreV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import type { StandInContext } from "../controlplane/standins";
import { writeKubeconfig } from "./pod";

/** As much of its log as a kubelet takes for a container's last words: `FallbackToLogsOnError`, 2048 bytes or 80 lines. */
const lastWords = 2048;

/**
 * @returns what runs such a pod's program, once, and has the pod fail where that does; for any other pod it does nothing.
 */
export function repositoryMaintenance(context: StandInContext): (pod: V1Pod) => Promise<void> {
  const { programs, velero, config } = context;
  const core = config.makeApiClient(CoreV1Api);
  const runs = new Map<string, Promise<{ code: number; log: string }>>();

  return async (pod) => {
    const container = pod.spec?.containers.find(({ args }) => args?.[0] === "repo-maintenance");
    if (!container || !programs || velero === undefined) return;
    const { uid = "", name = "", namespace = "" } = pod.metadata ?? {};
    const run =
      runs.get(uid) ??
      programs.once(pod, {
        name,
        file: velero,
        arguments: container.args ?? [],
        prepare: (folder, _, access) => ({
          KUBECONFIG: writeKubeconfig(folder, access),
          VELERO_NAMESPACE: namespace,
        }),
        ended: () => undefined,
      });
    runs.set(uid, run);
    const { code, log } = await run;
    if (code === 0) return;
    const message = readFileSync(log, "utf8").slice(-lastWords);
    const ended = { exitCode: code, reason: "Error", message, finishedAt: new Date() };
    const containerStatuses = [
      {
        name: container.name,
        image: container.image,
        imageID: "",
        ready: false,
        restartCount: 0,
        state: { terminated: ended },
      },
    ];
    await core.patchNamespacedPodStatus(
      { name, namespace, body: { status: { phase: "Failed", containerStatuses } } },
      setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
    );
  };
}
