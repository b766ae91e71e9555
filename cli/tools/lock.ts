/** One at a time, between processes: a lock file that names its holder. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identityOf, isAlive, type ProcessIdentity } from "../../simulator/processes";

/**
 * Runs `work` while this process alone holds the lock. A holder that is dead, killed with kill -9 too, loses it. In the
 * rare case that two processes take it from a dead one at the same moment, both work: `work` must bear that.
 *
 * @param onWait called once where another process has it.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    if (!told) onWait?.();
    told = true;
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  // Written first and linked then: a lock file is never there without its holder's name in it.
  writeFileSync(own, JSON.stringify(identityOf(process.pid)));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!isHeld(file)) rmSync(file, { force: true });
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function isHeld(file: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity);
  } catch {
    // Gone meanwhile, or nobody's.
    return false;
  }
}
