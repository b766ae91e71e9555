/** Previews and `up` of a stack on simulated clouds, against what the engine and the clouds need by themselves. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { RandomId } from "@pulumi/random";
import { project } from "../../cli/project";
import { openStack } from "../../cli/rehearse/engine";
import type { RehearseOptions } from "../../cli/rehearse/options";
import { emptyReport } from "../../cli/rehearse/report";
import { stackName, type StackConfiguration } from "../../cli/rehearse/stackFile";
import { bringUp, end, start } from "../../cli/rehearse/steps";
import type { Rehearsal } from "../../cli/rehearse/world";
import { preview } from "../../cli/rehearse/up";
import { ensureTools } from "../../cli/tools";
import type { JournalEntry } from "../../simulator/journal";
import { Schedule, type StateResource, type Step } from "./criticalPath";
import { median, seconds, timed, type Figure } from "./measure";

export interface LifeOptions {
  rehearse: RehearseOptions;
  configuration: StackConfiguration;
  runs: number;
  /** Seconds for one of the cloud's. */
  timeScale: number;
  say(line: string): void;
}

/** Where the time of an `up` went. */
export interface Wall {
  seconds: number;
  /** Before the first resource and after the last one: the engine and the program. */
  before: number;
  after: number;
  /** Resource by resource, as they ran. */
  path: Step[];
  /** The longest chain by itself. */
  critical: { seconds: number; steps: string[] };
}

const quiet = (): void => undefined;

/** Brings the stack up once; the clouds are ended and forgotten, nothing is torn down. */
export async function life(options: LifeOptions): Promise<{ figures: Figure[]; wall: Wall }> {
  const { rehearse, configuration, runs, timeScale, say } = options;
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  const name = stackName(rehearse);
  const report = emptyReport(name, String(configuration.values["cloud"]));
  const rehearsal: Rehearsal = { options: rehearse, name, directory, configuration, timeScale, report };
  try {
    say("set-up");
    const setUp = await timed(() => start(rehearsal, say));
    const { stack } = rehearsal;
    if (!stack) throw new Error("the stack was not opened");
    const { pulumi = "pulumi" } = await ensureTools(quiet, ["pulumi"]);
    const open = (stack: string, program: () => void): Promise<Stack> =>
      openStack({
        directory: join(directory, stack),
        pulumi,
        project: project.name,
        projectConfig: undefined,
        stack,
        program: async () => program(),
        providers: rehearsal.clouds?.providers ?? {},
        environment: {},
      });
    const empty = await open("empty", () => undefined);
    const against = async (what: string): Promise<Figure> => {
      say(`previews, ${what}`);
      const taken: { own: number[]; empty: number[] } = { own: [], empty: [] };
      for (let run = -1; run < runs; run++) {
        const none = await timed(() => preview(empty, quiet));
        const own = await timed(() => preview(stack, quiet));
        if (run < 0) continue;
        taken.empty.push(none);
        taken.own.push(own);
      }
      const [own, none] = [median(taken.own), median(taken.empty)];
      const from = `${seconds(own)} / ${seconds(none)}, medians of ${runs}`;
      return { name: `preview of ${name}, ${what} / empty preview`, value: own / none, unit: "×", goal: 2, from };
    };

    const first = await against("nothing made yet");
    say("up");
    const began = Date.now();
    await bringUp(rehearsal, quiet);
    const ended = Date.now();
    const { resources = [] } = (await stack.exportStack()).deployment as { resources?: StateResource[] };
    const wall = wallOf(new Schedule(resources, journal(directory)), began, ended);
    const later = await against("nothing to change");
    const floor = await open("floor", () => {
      for (const { urn } of resources) new RandomId(urn, { byteLength: 1 });
    });
    const least: number[] = [];
    for (let run = -1; run < runs; run++) {
      const taken = await timed(() => preview(floor, quiet));
      if (run >= 0) least.push(taken);
    }
    const lost = wall.path.reduce((sum, step) => sum + step.lost, 0);
    return {
      wall,
      figures: [
        first,
        later,
        {
          name: `preview of ${resources.length} random ids: what the engine and the SDK need for as many resources`,
          value: median(least),
          unit: "s",
          from: `median of ${runs}`,
        },
        {
          name: `up of ${name} / its critical path`,
          value: wall.seconds / wall.critical.seconds,
          unit: "×",
          goal: 1.05,
          from: `${seconds(wall.seconds)} / ${seconds(wall.critical.seconds)}, one of the cloud's minutes in ${seconds(timeScale * 60)}`,
        },
        { name: "up: before the first resource", value: wall.before, unit: "s" },
        { name: "up: between resources that wait for one another", value: lost, unit: "s" },
        { name: "up: after the last resource", value: wall.after, unit: "s" },
        { name: "set-up with programs built", value: setUp, unit: "s", goal: 60 },
      ],
    };
  } finally {
    await end(rehearsal, quiet);
    rmSync(directory, { recursive: true, force: true });
  }
}

function wallOf(schedule: Schedule, began: number, ended: number): Wall {
  const span = schedule.span();
  return {
    seconds: (ended - began) / 1000,
    before: (span.start - began) / 1000,
    after: (ended - span.end) / 1000,
    path: schedule.actualPath(),
    critical: schedule.criticalPath(),
  };
}

function journal(directory: string): JournalEntry[] {
  const file = join(directory, "journal.jsonl");
  if (!existsSync(file)) throw new Error(`the simulated clouds wrote no ${file}`);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalEntry);
}
