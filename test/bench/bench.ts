/** `npm run bench`: how fast the program, its previews and `up` are, against what they cannot be faster than. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { project, repository } from "../../cli/project";
import type { RehearseOptions } from "../../cli/rehearse/options";
import { readStack } from "../../cli/rehearse/stackFile";
import { argocdCommand } from "./argocd";
import { coldSetup } from "./coldSetup";
import { life, type Wall } from "./life";
import { isMet, machine, type Figure } from "./measure";
import { programStart } from "./programStart";

interface Options {
  runs: string;
  timeScale: string;
  cold: boolean;
  start: boolean;
  life: boolean;
  json?: string;
}

async function main(options: Options): Promise<void> {
  const runs = Number(options.runs);
  const rehearse: RehearseOptions = { stack: "prod", cloud: "aws", set: [], faults: [], keep: false };
  const configuration = readStack(repository, project.name, rehearse);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const on = machine();
  const figures: Figure[] = [];
  let wall: Wall | undefined;

  if (options.start) {
    say("program start");
    figures.push(...(await programStart(configuration, runs)));
  }
  if (options.life) {
    const timeScale = 1 / Number(options.timeScale);
    const lived = await life({ rehearse, configuration, runs, timeScale, say });
    figures.push(...lived.figures);
    wall = lived.wall;
  }
  if (options.cold) figures.push(await coldSetup());

  const { date, commit, cores, processor, memoryGiB, node, load } = on;
  print(`${date}, commit ${commit}, ${cores} cores (${processor}), ${memoryGiB} GiB, Node.js ${node}, load ${load}`);
  if (load > cores / 2) print("The machine was busy: the seconds are too high, and the ratios are less certain.");
  print(figureTable(figures));
  if (wall) print(pathTable(wall));
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine: on, figures, wall }, null, 2)}\n`);
}

function figureTable(figures: Figure[]): string {
  const table = new Table({ head: ["measured", "value", "goal", "", "from"], style: { head: [], border: [] } });
  for (const figure of figures) {
    const { name, value, unit, goal, from = "" } = figure;
    const met = isMet(figure);
    const verdict = met === undefined ? "" : met ? "met" : "missed";
    table.push([name, `${value.toFixed(2)} ${unit}`, goal === undefined ? "" : `≤ ${goal} ${unit}`, verdict, from]);
  }
  return table.toString();
}

/** The chain as it ran; `*` marks what is on the critical path too. */
function pathTable({ path, critical }: Wall): string {
  const table = new Table({ head: ["up, as it ran", "type", "s", "lost before, s"], style: { head: [], border: [] } });
  for (const { urn, seconds, lost } of path) {
    const [, , type = "", ...name] = urn.split("::");
    const mark = critical.steps.includes(urn) ? " *" : "";
    table.push([name.join("::") + mark, type.split("$").at(-1), seconds.toFixed(2), lost.toFixed(2)]);
  }
  return `${table.toString()}\n* on the critical path`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

void new Command("bench")
  .description("prints ratios measured in one run; fails only where something fails, not where a goal is missed")
  .option("--runs <number>", "repetitions of what is measured by its median", "5")
  .option("--time-scale <number>", "how much faster than the real cloud's the simulated time goes", "10")
  .option("--cold", "also build every program with empty caches: a quarter of an hour", false)
  .option("--no-start", "leave the start of the program out")
  .option("--no-life", "leave previews and up out")
  .option("--json <file>", "write the figures and the path")
  .action(main)
  // What follows the name of a command is that command's: both have --json.
  .enablePositionalOptions()
  .addCommand(argocdCommand())
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
