/** Walks until every fault has been met, in this run or in one before it that was killed. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Cloud } from "../../components/config/types";
import { removeRehearsal } from "../../cli/rehearse/directory";
import type { ChildEvent, Task } from "./child";
import { Journal } from "./journal";

/** Faults that are met by one stack after another, until all have been met. */
export interface Job {
  stack: string;
  cloud: Cloud;
  /** What tells it from the cloud's other jobs: the kind of fault. */
  name: string;
  faults: string[];
}

/** `$XDG_STATE_HOME/kubernetes-platform/prove`, by default under `~/.local/state`. */
export function proveDirectory(): string {
  const state = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  return join(state, "kubernetes-platform", "prove");
}

export function journalOf({ stack, cloud, name }: Omit<Job, "faults">): Journal {
  return new Journal(join(proveDirectory(), `${stack}-${cloud}-${name}.jsonl`));
}

/** Runs one task in a process of its own, and hands on what it tells. */
export async function inProcess(task: Task, hear: (event: ChildEvent) => void): Promise<void> {
  const child = fork(join(__dirname, "child.ts"), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.on("message", (event) => hear(event as ChildEvent));
  child.send(task);
  await once(child, "exit");
}

export function directoryOf({ stack, cloud, name }: Omit<Job, "faults">): string {
  return join(proveDirectory(), `${stack}-${cloud}-${name}`);
}

/**
 * Walks one job to its end.
 * @param told hears of everything, after the journal.
 * @returns why it ended before every fault was met; undefined where all were.
 */
export async function prove(
  job: Job,
  journal: Journal,
  told: (event: ChildEvent) => void,
): Promise<string | undefined> {
  const directory = directoryOf(job);
  for (;;) {
    const known = journal.outcomes();
    const unknown = job.faults.filter((fault) => !known.has(fault));
    if (unknown.length === 0 && journal.hasConverged()) return undefined;
    // Killed at its very end, or the last walk failed: a short one more shows how it ends.
    const left = unknown.length > 0 ? unknown : job.faults.filter((fault) => !known.get(fault)?.error).slice(-10);
    if (left.length === 0) return undefined;
    const began = Date.now();
    let last = began;
    let broken: string | undefined;
    const clock = () => {
      journal.add({ seconds: (Date.now() - last) / 1000 });
      last = Date.now();
    };
    await inProcess({ ...job, directory, faults: left }, (event) => {
      clock();
      if (event.event === "attempt") journal.add({ attempt: true });
      if (event.event === "survived") journal.add({ fault: event.fault });
      if (event.event === "converged") journal.add({ converged: true });
      if (event.event === "failed") {
        for (const fault of event.faults) journal.add({ fault, error: event.error, together: event.faults });
      }
      if (event.event === "broken") broken = event.error;
      told(event);
    });
    keepFailed(directory);
    const now = journal.outcomes();
    if (broken !== undefined || left.every((fault) => now.get(fault) === known.get(fault))) {
      return broken ?? "it came up, and met none of the faults that were left";
    }
  }
}

/** A walk that ended well has removed its folder. */
function keepFailed(directory: string): void {
  if (!existsSync(directory)) return;
  removeRehearsal(`${directory}.failed`);
  renameSync(directory, `${directory}.failed`);
}
