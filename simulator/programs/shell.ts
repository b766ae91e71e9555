/**
 * Commands of a shell that pods run on this machine: with the folders that stand for their claims' disks in the place of
 * what they mount. Only commands that are named beforehand run. Any other could be anybody's, written for a container,
 * and would have the rights of whoever rehearses.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { Disks } from "../controlplane/disks";
import type { Command } from "./index";

interface Mounted {
  /** Where it is mounted in the container. */
  path: string;
  /** The folder of this machine that stands for the disk. */
  disk: string;
}

/**
 * @param known the commands that may run: what follows `sh -c` in a pod's first container, to the letter.
 * @returns what a pod runs here; undefined for every pod whose command is none of those.
 * @throws Error where a claim of the pod has no disk yet.
 */
export function shellCommand(
  known: readonly string[],
  disks: Pick<Disks, "ofPod"> | undefined,
): (pod: V1Pod) => Promise<Command | undefined> {
  return async (pod) => {
    const [container] = pod.spec?.containers ?? [];
    const [shell, flag, text = "", ...more] = [...(container?.command ?? []), ...(container?.args ?? [])];
    if (!container || !disks || shell !== "sh" || flag !== "-c" || !known.includes(text)) return undefined;
    const { name = "", namespace = "" } = pod.metadata ?? {};
    const mounted = await mountsOf(pod, disks);
    return {
      name: `${namespace}.${name}`,
      file: "/bin/sh",
      arguments: ["-c", text, ...more],
      prepare: (folder) => {
        for (const { path, disk } of mounted) link(join(folder, path), disk);
        const below = (value: string) => mounted.some(({ path }) => value === path || value.startsWith(`${path}/`));
        const variables = (container.env ?? []).flatMap(({ name: key, value = "" }) =>
          below(value) ? [[key, join(folder, value)]] : [],
        );
        return Object.fromEntries(variables) as Record<string, string>;
      },
    };
  };
}

/** What the first container mounts of claims. */
async function mountsOf(pod: V1Pod, disks: Pick<Disks, "ofPod">): Promise<Mounted[]> {
  const mounted: Mounted[] = [];
  for (const { name, mountPath } of pod.spec?.containers[0]?.volumeMounts ?? []) {
    const volume = pod.spec?.volumes?.find((one) => one.name === name);
    if (!volume?.persistentVolumeClaim) continue;
    const disk = await disks.ofPod(pod, name);
    if (disk === undefined) throw new Error(`claim ${volume.persistentVolumeClaim.claimName} has no disk yet`);
    mounted.push({ path: mountPath, disk });
  }
  return mounted;
}

function link(path: string, disk: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  symlinkSync(disk, path);
}
