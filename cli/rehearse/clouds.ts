/** Starts the simulated clouds as a process of their own, and ends them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { SimulatorOptions, SimulatorReady } from "../../simulator/main";
import { flushCommands } from "../migrate/flush";
import { monitoringScripts } from "../migrate/monitoring/scripts";
import { script } from "../migrate/verify/checksum/script";

export interface Clouds extends SimulatorReady {
  /** Ends every process, keeps the clouds' state. */
  stop(): Promise<void>;
  /** Lets the clouds outlive this process. */
  keep(): void;
}

/**
 * @param root the repository.
 * @param crashed called when a fault asks for the engine's death.
 * @throws Error with the end of the simulator's log where it does not start.
 */
export async function startClouds(
  root: string,
  options: Omit<SimulatorOptions, "shellCommands" | "playedCommands">,
  crashed: () => void,
): Promise<Clouds> {
  mkdirSync(options.directory, { recursive: true });
  const settings = join(options.directory, "simulator.json");
  const all: SimulatorOptions = {
    ...options,
    // Commands that may leave their pods are our own.
    shellCommands: [script, ...monitoringScripts],
    playedCommands: Object.values(flushCommands),
  };
  writeFileSync(settings, JSON.stringify(all, null, 2), { mode: 0o600 });
  const log = join(options.directory, "simulator.log");
  const output = openSync(log, "a", 0o600);
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "simulator", "main.ts"), settings], {
    cwd: root,
    // The simulator ends when its standard input does: with this process, however that ends.
    stdio: ["pipe", "pipe", output],
    // In a session of its own: Ctrl-C on the terminal reaches only us, and we end it after the engine.
    detached: true,
  });
  closeSync(output);
  const lines = createInterface({ input: child.stdout as Readable });
  const ready = await new Promise<SimulatorReady>((resolve, reject) => {
    lines.on("line", (line) => {
      const message = JSON.parse(line) as { ready?: SimulatorReady; crash?: true };
      if (message.ready) resolve(message.ready);
      if (message.crash) crashed();
    });
    child.once("exit", (code) => reject(new Error(`the simulated clouds ended with ${code}; see ${log}`)));
  });
  return {
    ...ready,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
    keep: () => {
      child.stdin?.end("keep\n");
      lines.close();
      child.stdout?.destroy();
      child.unref();
    },
  };
}
