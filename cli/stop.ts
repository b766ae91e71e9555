/** `platform stop`: ends rehearsals that were kept, or that were killed, with everything they started. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { endRecorded, identityOf, isAlive } from "../simulator/processes";
import { listRehearsals, ownerOf, rehearsalDirectory, removeRehearsal } from "./rehearse/directory";
import { killEngines } from "./rehearse/engine";

export function stopCommand(): Command {
  return new Command("stop")
    .description("ends rehearsals on this machine and forgets them")
    .argument("[stack...]", "only these, such as dev or prod-aws")
    .action(async (stacks: string[]) => {
      const known = listRehearsals();
      for (const stack of stacks.length > 0 ? stacks : known) {
        if (known.includes(stack)) {
          await stop(stack);
          process.stdout.write(`${stack}: ended\n`);
        } else {
          process.stderr.write(`${stack}: no such rehearsal; there are ${known.join(", ") || "none"}\n`);
          process.exitCode = 2;
        }
      }
      if (known.length === 0) process.stdout.write("nothing is running\n");
    });
}

/** Ends one rehearsal, whoever runs it, and removes what it kept. */
export async function stop(stack: string): Promise<void> {
  const directory = rehearsalDirectory(stack);
  await endProcess(ownerOf(directory), "SIGTERM");
  killEngines(directory);
  await endSimulator(directory);
  removeRehearsal(directory);
}

/** Ends the simulated clouds of a kept rehearsal, and whatever killed ones have left; what they hold stays. */
export async function endSimulator(directory: string): Promise<void> {
  await endProcess(simulatorOf(directory), "SIGTERM");
  await endRecorded(join(directory, "clusters"));
  const releases = join(directory, "releases");
  const folders = existsSync(releases) ? readdirSync(releases) : [];
  for (const name of folders) await endRecorded(join(releases, name)).catch(ignoreNotADirectory);
}

/** The simulator's process, which writes its id down when it starts. */
function simulatorOf(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(directory, "simulator.pid"), "utf8"));
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(join("simulator", "main.ts")) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function endProcess(pid: number | undefined, signal: NodeJS.Signals): Promise<void> {
  const identity = pid === undefined ? undefined : identityOf(pid);
  if (!identity) return;
  process.kill(identity.pid, signal);
  for (let waited = 0; waited < 30_000 && isAlive(identity); waited += 100) await sleep(100);
  if (isAlive(identity)) process.kill(identity.pid, "SIGKILL");
}

function ignoreNotADirectory(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOTDIR") return [];
  throw error;
}
