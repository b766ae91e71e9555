/** Starts the EKS component's provider and waits for its port. */
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import type { Serving } from "../server";

/**
 * @param logFile gets what it writes to standard error.
 * @throws Error where it ends before it has told its port.
 */
export async function startEks(logFile: string): Promise<Serving> {
  const child = execa(process.execPath, ["--import", "tsx", join(__dirname, "main.ts")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: openSync(logFile, "a"),
    buffer: false,
    reject: false,
  });
  const line = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
  const ended = child.then(({ exitCode }) => {
    throw new Error(`the simulated eks ended with ${exitCode}; see ${logFile}`);
  });
  const [port] = await Promise.race([line, ended]);
  return { port: Number(port), stop: () => void child.kill("SIGTERM") };
}
