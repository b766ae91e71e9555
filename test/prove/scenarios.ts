/** `npm run prove -- --scenarios`: every scenario on every cloud, on stacks with the full selection. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { repository } from "../../cli/project";
import type { Report } from "../../cli/rehearse/report";
import { machine, type Machine } from "../bench/measure";
import { writeRecord } from "./record";

/** One cloud's run: what every step took, and what every scenario saw. */
export interface Played {
  cloud: string;
  steps: Report["steps"];
  scenarios: Report["scenarios"];
  machine: Machine;
}

/**
 * Plays them on one cloud after the other; what each run has shown is in `docs/scenarios-played.md` at once.
 * @returns whether all of them passed.
 */
export async function playScenarios(clouds: string[], say: (line: string) => void): Promise<boolean> {
  let ok = true;
  for (const cloud of clouds) {
    const directory = mkdtempSync(join(tmpdir(), "scenarios-"));
    const file = join(directory, "report.json");
    const on = machine();
    say(`${cloud}: all scenarios`);
    const options = ["--stack", "prod", "--cloud", cloud, "--scenario", "all", "--json", file];
    const run = await execa("npx", ["tsx", "cli/main.ts", "rehearse", ...options], {
      cwd: repository,
      env: { XDG_STATE_HOME: directory },
      stdio: ["ignore", "inherit", "inherit"],
      reject: false,
    });
    ok &&= run.exitCode === 0;
    const { steps, scenarios } = JSON.parse(readFileSync(file, "utf8")) as Report;
    await write(join(repository, "docs"), { cloud, steps, scenarios, machine: on });
    rmSync(directory, { recursive: true, force: true });
  }
  return ok;
}

/** In the place of an earlier run on the same cloud. */
async function write(docs: string, played: Played): Promise<void> {
  const add = (before: Played[]) =>
    [...before.filter(({ cloud }) => cloud !== played.cloud), played].sort((one, other) =>
      one.cloud.localeCompare(other.cloud),
    );
  await writeRecord(docs, "scenarios-played", add, playedPage);
}

/** The page: a table of scenarios by cloud, and under it what was seen. */
export function playedPage(runs: Played[]): string {
  const names = [...new Set(runs.flatMap(({ scenarios }) => scenarios.map(({ name }) => name)))];
  const cell = ({ steps }: Played, name: string): string => {
    const step = steps.find((one) => one.name === `scenario-${name}`);
    return step === undefined ? "not played" : step.ok ? `${step.seconds.toFixed(0)} s` : "**failed**";
  };
  const table = [
    ["scenario", ...runs.map(({ cloud }) => cloud)],
    ["---", ...runs.map(() => "---")],
    ...names.map((name) => [`\`${name}\``, ...runs.map((run) => cell(run, name))]),
  ];
  const failed = runs.flatMap(({ cloud, steps }) =>
    steps.flatMap(({ name, ok, error }) => (ok ? [] : [`- ${cloud}, ${name}: ${error?.split("\n")[0]}`])),
  );
  return [
    "# Scenarios on every cloud",
    "Each of [the scenarios](scenarios.md) on a rehearsed stack of production: written by `npm run prove -- --scenarios`.",
    table.map((row) => `| ${row.join(" | ")} |`).join("\n"),
    ...runs.map(
      ({ cloud, machine: { date, commit, cores, processor, memoryGiB, load } }) =>
        `<sub>${cloud}: ${date.slice(0, 10)}, commit ${commit}, ${cores} cores (${processor}), ${memoryGiB} GiB, load ${load}</sub>`,
    ),
    "## Failures",
    failed.length === 0 ? "None." : failed.join("\n"),
    "## What was seen",
    ...runs.map(({ cloud, scenarios }) =>
      [
        `### ${cloud}`,
        ...scenarios.map(({ name, seen }) => [`**${name}**`, ...seen.map((fact) => `- ${fact}`)].join("\n")),
      ].join("\n\n"),
    ),
  ].join("\n\n");
}
