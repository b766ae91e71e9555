/** Processor time of the programs under a measurement: what says whether the machine was the limit. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders in which programs are recorded. */
interface Folders {
  controlPlane: string;
  argocd: string;
}

/** Seconds. */
export interface Processor extends Record<keyof Folders, number> {
  /** This program: the Git host, the kubelets' part that KWOK does not play, and the watching. */
  simulation: number;
}

/** What the programs have run so far, helpers that have ended included; not on Linux: 0. */
export function processorSeconds({ controlPlane, argocd }: Folders): Processor {
  if (process.platform !== "linux") return { controlPlane: 0, argocd: 0, simulation: 0 };
  const simulation = ticksOf(readFileSync("/proc/self/stat", "utf8")) / ticksPerSecond();
  return { controlPlane: ofFolder(controlPlane), argocd: ofFolder(argocd), simulation };
}

function ofFolder(directory: string): number {
  const records = JSON.parse(readFileSync(join(directory, "processes.json"), "utf8")) as { pid: number }[];
  const ticks = records.reduce((sum, { pid }) => sum + ticksOf(readFileSync(`/proc/${pid}/stat`, "utf8")), 0);
  return ticks / ticksPerSecond();
}

/** utime, stime, cutime and cstime: fields 14 to 17 of proc_pid_stat(5). */
export function ticksOf(stat: string): number {
  // The second field, the program's name in parentheses, may have spaces and parentheses in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function ticksPerSecond(): number {
  return Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
}
