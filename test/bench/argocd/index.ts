/** `npm run bench -- argocd`: from a commit to Synced, with Argo CD's defaults and with the program's settings. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { onInterrupt } from "../../../cli/rehearse/interrupt";
import { machine } from "../measure";
import { startPlane, type Plane } from "./plane";
import { growthOf, growthTable, timesTable } from "./report";
import { measure, type Measured } from "./scenario";

interface Options {
  sizes: number[];
  tuning: "on" | "off" | "both";
  json?: string;
}

async function main({ sizes, tuning, json }: Options): Promise<void> {
  const on = machine();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const measured: Measured[] = [];
  for (const tuned of tuning === "both" ? [false, true] : [tuning === "on"]) {
    for (const applications of sizes) {
      say(`${applications} applications, tuning ${tuned ? "on" : "off"}`);
      const result = await onPlane({ applications, tuned, say }, (plane) => measure(plane, { applications, tuned }));
      measured.push(result);
      // So that what was measured is there, whatever becomes of the rest.
      if (json)
        writeFileSync(json, `${JSON.stringify({ machine: on, measured, growth: growthOf(measured) }, null, 2)}\n`);
    }
  }
  const { date, commit, cores, processor, memoryGiB, node, load } = on;
  const lines = [
    `${date}, commit ${commit}, ${cores} cores (${processor}), ${memoryGiB} GiB, Node.js ${node}, load ${load}`,
    ...(load > cores / 2 ? ["The machine was busy: the seconds are too high."] : []),
    timesTable(measured),
    growthTable(measured),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Nothing of the plane is left, however the work ends. */
async function onPlane<T>(options: Parameters<typeof startPlane>[0], work: (plane: Plane) => Promise<T>): Promise<T> {
  const starting = startPlane(options);
  const forget = onInterrupt(async () => (await starting).stop());
  try {
    const plane = await starting;
    try {
      return await work(plane);
    } finally {
      await plane.stop();
    }
  } finally {
    forget();
  }
}

export function readSizes(text: string): number[] {
  const sizes = text.split(",").map(Number);
  // Two addresses of pods an Application while all are rolled, on four nodes.
  if (sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 450)) return sizes;
  throw new InvalidArgumentError("numbers of Applications from 1 to 450, separated by commas: 1,10,100");
}

export function argocdCommand(): Command {
  return new Command("argocd")
    .description("measures the real Argo CD on an embedded control plane; fails only where something fails")
    .option("--sizes <numbers>", "Applications, a namespace each", readSizes, [1, 10, 100, 300])
    .addOption(
      new Option("--tuning <which>", "the program's settings (on), Argo CD's defaults (off)")
        .choices(["on", "off", "both"])
        .default("both"),
    )
    .option("--json <file>", "write the figures")
    .action(main);
}
