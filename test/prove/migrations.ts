/** `npm run prove -- --migrations`: a stack in use moved from every cloud to every other. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { repository } from "../../cli/project";
import type { JourneyReport } from "../../cli/rehearse/migration/rehearse";
import { formatBytes } from "../../cli/velero/outcome";
import { machine, type Machine } from "../bench/measure";
import { writeRecord } from "./record";

/** One move: what its report says, and on which machine. */
export interface Moved {
  stack: string;
  from: string;
  to: string;
  report: JourneyReport;
  machine: Machine;
}

/**
 * Moves one after the other; what each has shown is in `docs/migrations-played.md` at once.
 * @returns whether nothing was lost, and nothing left.
 */
export async function playMigrations(stack: string, clouds: string[], say: (line: string) => void): Promise<boolean> {
  let ok = true;
  for (const [from, to] of pairsOf(clouds)) {
    const directory = mkdtempSync(join(tmpdir(), "migrations-"));
    const file = join(directory, "report.json");
    const on = machine();
    say(`${from} → ${to}`);
    const options = ["--stack", stack, "--route", `${from},${to}`, "--json", file];
    const run = await execa("npx", ["tsx", "cli/main.ts", "rehearse-migration", ...options], {
      cwd: repository,
      env: { XDG_STATE_HOME: directory },
      stdio: ["ignore", "inherit", "inherit"],
      reject: false,
    });
    ok &&= run.exitCode === 0;
    const report = JSON.parse(readFileSync(file, "utf8")) as JourneyReport;
    await write(join(repository, "docs"), { stack, from, to, report, machine: on });
    rmSync(directory, { recursive: true, force: true });
  }
  return ok;
}

/** From each to each of the others. */
export function pairsOf<One extends string>(clouds: readonly One[]): [One, One][] {
  return clouds.flatMap((from) => clouds.filter((to) => to !== from).map((to): [One, One] => [from, to]));
}

/** In the place of an earlier move of the same stack between the same clouds. */
async function write(docs: string, moved: Moved): Promise<void> {
  const key = ({ stack, from, to }: Moved) => `${stack} ${from} ${to}`;
  const add = (before: Moved[]) =>
    [...before.filter((one) => key(one) !== key(moved)), moved].sort((one, other) =>
      key(one).localeCompare(key(other)),
    );
  await writeRecord(docs, "migrations-played", add, movedPage);
}

/** The page: a row for each move, and under it what its users saw. */
export function movedPage(all: Moved[]): string {
  const rows = all.map(({ stack, from, to, report: { ok, steps, legs, usage } }) => {
    const [leg] = legs;
    const refused = (usage?.hosts ?? []).filter(({ keeps }) => keeps).map(({ writes }) => writes.longestGapSeconds);
    const failed = (usage?.hosts ?? []).map(({ reads }) => reads.longestGapSeconds);
    return [
      `${stack}: ${from} → ${to}`,
      ok ? "moved" : `**failed**: ${steps.find((step) => !step.ok)?.name}`,
      leg?.cutover ? formatBytes(leg.cutover.bytes) : "",
      leg?.cutover ? `${leg.cutover.downtimeSeconds.toFixed(0)} s` : "",
      longest(refused),
      longest(failed),
      usage ? `${usage.acknowledged - usage.lost.length} of ${usage.acknowledged}` : "",
      `${Math.round(steps.reduce((sum, { seconds }) => sum + seconds, 0) / 60)} min`,
    ];
  });
  const head = ["move", "", "volumes", "stopped for", "writes refused", "reads failed", "writes there", "in all"];
  const failures = all.flatMap(({ stack, from, to, report: { steps } }) =>
    steps.flatMap(({ name, ok, error }) => (ok ? [] : [`- ${stack}, ${from} → ${to}, ${name}: ${error}`])),
  );
  return [
    "# Migrations between clouds",
    "A stack [moved](migration.md) from one simulated cloud to another while somebody writes to and reads from each host of its " +
      "Ingresses five times a second: written by `npm run prove -- --migrations`. “Refused” and “failed” are the longest " +
      "time of one host in which none succeeded; “writes there” those that were acknowledged and are on the target at the end. " +
      "What is simulated: [fidelity.md](fidelity.md).",
    [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n"),
    ...all.map(
      ({ stack, from, to, machine: { date, commit, cores, processor, memoryGiB, load } }) =>
        `<sub>${stack}, ${from} → ${to}: ${date.slice(0, 10)}, commit ${commit}, ${cores} cores (${processor}), ${memoryGiB} GiB, load ${load}</sub>`,
    ),
    "## Failures",
    failures.length === 0 ? "None." : failures.join("\n"),
  ].join("\n\n");
}

function longest(seconds: number[]): string {
  return seconds.length === 0 ? "" : `${Math.max(...seconds).toFixed(0)} s`;
}
