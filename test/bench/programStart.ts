/** How much longer than an empty program this one takes, from the start of its process to its first resource. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { project, repository } from "../../cli/project";
import type { StackConfiguration } from "../../cli/rehearse/stackFile";
import { median, seconds, timed, type Figure } from "./measure";

const start = join(__dirname, "start");

/** Runs each `runs` times, by turns, so that a busy moment of the machine meets all of them. */
export async function programStart({ values }: StackConfiguration, runs: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  try {
    const settings = join(folder, "settings.json");
    const config = Object.entries(values).map(([key, value]) => [`${project.name}:${key}`, asText(value)]);
    writeFileSync(settings, JSON.stringify(Object.fromEntries(config)));
    const bare = join(folder, "bare.ts");
    writeFileSync(bare, "");

    const launch = join(start, "launch.ts");
    const commands = {
      bare: [bare],
      empty: [launch, join(start, "empty.ts")],
      program: [launch, join(repository, "index.ts"), settings],
    };
    const taken: Record<keyof typeof commands, number[]> = { bare: [], empty: [], program: [] };
    const processor: typeof taken = { bare: [], empty: [], program: [] };
    // The first round only fills the caches of tsx and of the operating system.
    for (let run = -1; run < runs; run++) {
      for (const [name, args] of Object.entries(commands) as [keyof typeof commands, string[]][]) {
        const time = await timed(async () => {
          const milliseconds = await node(args);
          if (run >= 0) processor[name].push(milliseconds / 1000);
        });
        if (run >= 0) taken[name].push(time);
      }
    }
    const [alone, empty, program] = [median(taken.bare), median(taken.empty), median(taken.program)];
    return [
      {
        name: "program start / start of an empty program",
        value: program / empty,
        unit: "×",
        goal: 1.3,
        from: `${seconds(program)} / ${seconds(empty)}, medians of ${runs}`,
      },
      {
        name: "the same in processor time, which other work on the machine hardly touches",
        value: median(processor.program) / median(processor.empty),
        unit: "×",
        goal: 1.3,
        from: `${seconds(median(processor.program))} / ${seconds(median(processor.empty))}`,
      },
      {
        name: "program start beyond an empty program",
        value: program - empty,
        unit: "s",
        goal: 0.6,
        from: `Node.js with tsx alone ${seconds(alone)}, Pulumi's SDK ${seconds(empty - alone)}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what the process printed: its processor time in milliseconds. */
async function node(args: string[]): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", ...args], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${errors}`);
  return Number(printed);
}

/** As Pulumi hands values to a program. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
