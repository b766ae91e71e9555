/** Starts the EKS component's provider and waits for its port. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Serving } from "../server";

/**
 * @param logFile gets what it writes to standard error.
 * @throws Error where it ends before it has told its port.
 */
export async function startEks(logFile: string): Promise<Serving> {
  const output = openSync(logFile, "a", 0o600);
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "main.ts")], {
    // It ends with its standard input, and so with this process, however that ends.
    stdio: ["pipe", "pipe", output],
  });
  closeSync(output);
  const line = once(createInterface({ input: child.stdout as Readable }), "line") as Promise<[string]>;
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the simulated eks ended with ${String(code)}; see ${logFile}`);
  });
  const [port] = await Promise.race([line, ended]);
  return { port: Number(port), stop: () => void child.kill("SIGTERM") };
}
