/**
 * The init container that Velero puts into a pod it restores: it ends when the file of that restore is in each of the
 * pod's volumes, takes the files away again, and the pod's own containers start.
 *
 * Source: cmd/velero-restore-helper/velero-restore-helper.go of Velero 1.18.3.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Disks } from "../disks";

const helperName = "restore-wait";

type PodDisks = Pick<Disks, "ofPod"> | undefined;

/** What a kubelet says of a pod whose volumes have not all come back; undefined where it need not wait. */
export async function awaitedRestore(
  pod: V1Pod,
  disks: PodDisks,
): Promise<{ reason: string; message: string } | undefined> {
  const { restore, volumes } = restoreOf(pod);
  for (const volume of volumes) {
    const folder = await disks?.ofPod(pod, volume);
    if (folder !== undefined && existsSync(join(folder, ".velero", restore))) continue;
    return { reason: "PodInitializing", message: `restore-wait waits for what was in the volume ${volume}` };
  }
  return undefined;
}

/** Whether the init container runs: Velero's agent serves nobody before (`isInitContainerRunning`). */
export function awaitsRestore({ status }: V1Pod): boolean {
  return status?.initContainerStatuses?.some(({ name, state }) => name === helperName && state?.running) ?? false;
}

/** Of the init containers, while that one runs. */
export function waitingStatuses({ spec }: V1Pod): V1ContainerStatus[] {
  return (spec?.initContainers ?? []).map(({ name, image = "" }) => ({
    name,
    image,
    imageID: "",
    ready: false,
    started: name === helperName,
    restartCount: 0,
    state: name === helperName ? { running: {} } : { waiting: { reason: "PodInitializing" } },
  }));
}

/** What the restore has told by files, once the pod starts. */
export async function clearRestore(pod: V1Pod, disks: PodDisks): Promise<void> {
  for (const volume of restoreOf(pod).volumes) {
    const folder = await disks?.ofPod(pod, volume);
    if (folder !== undefined) rmSync(join(folder, ".velero"), { recursive: true, force: true });
  }
}

function restoreOf({ spec }: V1Pod): { restore: string; volumes: string[] } {
  const helper = spec?.initContainers?.find(({ name }) => name === helperName);
  const mounts = helper?.volumeMounts?.filter(({ mountPath }) => mountPath.startsWith("/restores/")) ?? [];
  return { restore: helper?.args?.[0] ?? "", volumes: mounts.map(({ name }) => name) };
}
