/** What a benchmark reports: figures with their goals, and where they were measured. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";

export interface Figure {
  /** What was measured, in a few words. */
  name: string;
  value: number;
  unit: "×" | "s";
  /** Not to be exceeded; undefined where the figure only explains another one. */
  goal?: number;
  /** What went into it, for people. */
  from?: string;
}

export interface Machine {
  date: string;
  cores: number;
  processor: string;
  memoryGiB: number;
  node: string;
  /** `git describe`-like: the commit, `+` where files differ from it. */
  commit: string;
  /** Processes that wanted to run in the last minute, when the benchmark began: more than `cores` spoils it. */
  load: number;
}

export function machine(): Machine {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: __dirname, encoding: "utf8" }).trim();
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 16),
    cores: processors.length,
    processor: processors[0]?.model ?? "unknown",
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? "+" : ""),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

/** Undefined without a goal. */
export function isMet({ value, goal }: Figure): boolean | undefined {
  return goal === undefined ? undefined : value <= goal;
}

/** @throws RangeError without values. */
export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new RangeError("the median of no values");
  return (low + high) / 2;
}

/** Seconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
