/** Claims in the place where a container has them mounted: folders of this machine that stand for disks. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { Disks } from "../controlplane/disks";

interface Mounted {
  /** Where it is mounted in the container. */
  path: string;
  /** The folder of this machine that stands for the disk, or for the part of it that is mounted. */
  disk: string;
}

/**
 * What a container mounts of claims.
 * @throws Error where a claim has no disk yet.
 */
export async function mountsOf(pod: V1Pod, container: V1Container, disks: Pick<Disks, "ofPod">): Promise<Mounted[]> {
  const mounted: Mounted[] = [];
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec?.volumes?.find((one) => one.name === name);
    if (!volume?.persistentVolumeClaim) continue;
    const disk = await disks.ofPod(pod, name);
    if (disk === undefined) throw new Error(`claim ${volume.persistentVolumeClaim.claimName} has no disk yet`);
    const part = join(disk, subPath ?? "");
    mkdirSync(part, { recursive: true, mode: 0o700 });
    mounted.push({ path: mountPath, disk: part });
  }
  return mounted;
}

/** @param folder what is `/` in the pod. */
export function mount(folder: string, mounted: Mounted[]): void {
  for (const { path, disk } of mounted) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    // Where a program is started again, its folder has it already.
    rmSync(place, { force: true });
    symlinkSync(disk, place);
  }
}
