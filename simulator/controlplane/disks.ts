/**
 * The disks of a simulated cluster's volumes: a folder each, which stands for the file system that is on the disk. KWOK's
 * pods run nothing that would write to them; what does (a load generator, a restore) finds a pod's volumes by it.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { present } from "./errors";

export class Disks {
  private readonly core: CoreV1Api;

  /** @param directory has the folders; they live as long as their volumes. */
  constructor(
    config: KubeConfig,
    private readonly directory: string,
  ) {
    this.core = config.makeApiClient(CoreV1Api);
  }

  /** The folder of a PersistentVolume, made where it is not there yet. */
  folder(volumeName: string): string {
    return made(join(this.directory, "volumes", volumeName));
  }

  /** What a deleted volume had is gone with its disk. */
  remove(volumeName: string): void {
    rmSync(join(this.directory, "volumes", volumeName), { recursive: true, force: true });
  }

  /**
   * The folder of one of a pod's volumes: a claim's disk, or what is the pod's own and goes with it. Undefined where the
   * claim has no disk yet.
   *
   * @throws Error where the pod has no such volume, or it is of a kind that holds no files of its own.
   */
  async ofPod({ metadata, spec }: V1Pod, volume: string): Promise<string | undefined> {
    const { name = "", namespace = "", uid = "" } = metadata ?? {};
    const found = spec?.volumes?.find((one) => one.name === volume);
    if (found?.emptyDir) return made(join(this.directory, "pods", uid, volume));
    const claimName = found?.persistentVolumeClaim?.claimName ?? (found?.ephemeral ? `${name}-${volume}` : undefined);
    if (claimName === undefined) throw new Error(`pod ${namespace}/${name} has no disk that is called ${volume}`);
    const claim = await present(this.core.readNamespacedPersistentVolumeClaim({ name: claimName, namespace }));
    const bound = claim?.status?.phase === "Bound" ? claim.spec?.volumeName : undefined;
    return bound === undefined ? undefined : this.folder(bound);
  }

  /** What is a pod's own goes with the pod. */
  removePod(uid: string): void {
    rmSync(join(this.directory, "pods", uid), { recursive: true, force: true });
  }
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
