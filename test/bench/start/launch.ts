/**
 * Runs a program as Pulumi's language host does, `node --import tsx start/launch.ts PROGRAM [SETTINGS]`, until it asks
 * for its first resource or has run; then the process ends. SETTINGS has the stack's configuration as JSON.
 */
import { readFileSync, writeSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

const [, , file = "", settings] = process.argv;

async function launch(): Promise<void> {
  if (settings) pulumi.runtime.setAllConfig(JSON.parse(readFileSync(settings, "utf8")) as Record<string, string>);
  await pulumi.runtime.setMocks(
    {
      newResource: () => {
        end(0);
        return new Promise(() => undefined) as never;
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "kubernetes-platform",
    "bench",
  );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the language host loads it
  await (require(file) as () => Promise<unknown>)();
  if (!settings) end(0);
  // A program that is to have resources is not to be measured as one that has none.
  process.on("beforeExit", () => end(1));
}

/** Prints the milliseconds of processor time, and leaves Pulumi's report on unregistered resources out. */
function end(code: number): void {
  const { user, system } = process.cpuUsage();
  writeSync(1, String((user + system) / 1000));
  process.removeAllListeners("exit");
  process.exit(code);
}

launch().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  end(1);
});
