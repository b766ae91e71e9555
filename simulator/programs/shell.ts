/**
 * Commands of a shell that pods run on this machine: with the folders that stand for their claims' disks in the place of
 * what they mount. Only commands that are named beforehand run. Any other could be anybody's, written for a container,
 * and would have the rights of whoever rehearses.
 */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { Disks } from "../controlplane/disks";
import type { Command, PodTools } from "./index";
import { mount, mountsOf } from "./mounts";

/** Programs that a command may need and a machine has otherwise, or not at all. */
const standIns = join(__dirname, "bin");

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
    const mounted = await mountsOf(pod, container, disks);
    return {
      name: `${namespace}.${name}`,
      file: "/bin/sh",
      arguments: ["-c", text, ...more],
      prepare: (folder, tools) => {
        mount(folder, mounted);
        const below = (value: string) => mounted.some(({ path }) => value === path || value.startsWith(`${path}/`));
        const variables = (container.env ?? []).flatMap(({ name: key, value = "" }) =>
          below(value) ? [[key, join(folder, value)]] : [],
        );
        return { ...(Object.fromEntries(variables) as Record<string, string>), PATH: pathOf(folder, tools) };
      },
    };
  };
}

/** Where the command finds its programs: those that the machine has come last. */
function pathOf(folder: string, { promtool }: PodTools): string {
  const own = join(folder, "bin");
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const link = join(own, "promtool");
  if (promtool !== undefined && !existsSync(link)) symlinkSync(promtool, link);
  return [own, standIns, process.env["PATH"] ?? ""].join(delimiter);
}
