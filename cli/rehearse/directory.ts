/** Where rehearsals live: one folder a stack, in the user's state directory, one run at a time. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { allowRemoval } from "../../simulator/argocd/removal";
import { identityOf, isAlive, type ProcessIdentity } from "../../simulator/processes";
import { UsageError } from "./options";

/** `$XDG_STATE_HOME/kubernetes-platform/rehearsals`, by default under `~/.local/state`. */
export function rehearsalsDirectory(): string {
  const state = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  return join(state, "kubernetes-platform", "rehearsals");
}

export function rehearsalDirectory(stack: string): string {
  return join(rehearsalsDirectory(), stack);
}

/** Stacks that have a rehearsal on this machine, running or left by a run that was killed. */
export function listRehearsals(): string[] {
  const directory = rehearsalsDirectory();
  return existsSync(directory) ? readdirSync(directory) : [];
}

/**
 * Makes the folder this process's own.
 * @throws UsageError where another run of the same stack is going on.
 */
export function claim(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const owner = ownerOf(directory);
  if (owner !== undefined && owner !== process.pid) {
    throw new UsageError(
      `another rehearsal of this stack is running (process ${owner}): wait for it, or end it with "platform stop"`,
    );
  }
  const file = join(directory, "owner");
  // Never half written, whenever this process is killed.
  writeFileSync(`${file}.new`, JSON.stringify(identityOf(process.pid)));
  renameSync(`${file}.new`, file);
}

export function release(directory: string): void {
  rmSync(join(directory, "owner"), { force: true });
}

/** Forgets a rehearsal of which nothing runs any more. */
export function removeRehearsal(directory: string): void {
  allowRemoval(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** The living process whose rehearsal this is. */
export function ownerOf(directory: string): number | undefined {
  const file = join(directory, "owner");
  if (!existsSync(file)) return undefined;
  const owner = JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  return isAlive(owner) ? owner.pid : undefined;
}
