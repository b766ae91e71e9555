/** `npm run prove`: every resource of a stack × every kind of fault × every cloud. */
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { repository } from "../../cli/project";
import { faultKinds, type FaultKind } from "../../simulator/cloud/faults";
import { machine } from "../bench/measure";
import type { Journal } from "./journal";
import { faultsOf, formatFault, parseFault, type Place } from "./places";
import { Progress } from "./progress";
import { directoryOf, inProcess, journalOf, prove, type Job } from "./prove";
import { playMigrations } from "./migrations";
import { once, others, repeat, writeReport, type Row } from "./report";
import { sample } from "./sample";
import { playScenarios } from "./scenarios";

const clouds = ["aws", "azure", "gcp"] as const;

interface Options {
  stack: string;
  cloud: (typeof clouds)[number][];
  kind: FaultKind[];
  sample?: number;
  seed: number;
  jobs: number;
  scenarios: boolean;
  migrations: boolean;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  if (options.scenarios) {
    process.exitCode = (await playScenarios(options.cloud, say)) ? 0 : 1;
    return;
  }
  if (options.migrations) {
    process.exitCode = (await playMigrations(options.stack, options.cloud, say)) ? 0 : 1;
    return;
  }
  const jobs: Job[] = [];
  let ok = true;
  for (const cloud of options.cloud) {
    try {
      jobs.push(...(await jobsOn(cloud, options)));
    } catch (error) {
      // The other clouds are proven nevertheless.
      say(error instanceof Error ? error.message : String(error));
      ok = false;
    }
  }
  const journals = new Map(jobs.map((job) => [job, journalOf(job)]));
  const journal = (job: Job): Journal => journals.get(job) ?? journalOf(job);
  const known = jobs.map((job): [Job, number] => {
    const outcomes = journal(job).outcomes();
    return [job, job.faults.filter((fault) => outcomes.has(fault)).length];
  });
  for (const [job, count] of known) {
    if (count > 0) say(`${job.cloud} ${job.name}: goes on after ${count} of ${job.faults.length}`);
  }
  const progress = new Progress(known, say);
  const on = machine();
  const queue = [...jobs];
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const current = job;
      const broken = await prove(job, journal(job), (event) => progress.see(current, event));
      const row = { ...rowOf(job, journal(job)), machine: on };
      ok &&= broken === undefined && row.failures.length === 0;
      tellResult(row);
      // A report has whole rows only; what ended early goes on with the next run.
      if (broken !== undefined) continue;
      if (options.sample === undefined) await writeReport(join(repository, "docs"), [row]);
      journal(job).forget();
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  process.exitCode = ok ? 0 : 1;
}

/** One job for each kind; a sample meets faults of all kinds on one stack. */
async function jobsOn(cloud: Options["cloud"][number], options: Options): Promise<Job[]> {
  const { stack } = options;
  const places = await placesOn({ stack, cloud });
  if (!places) {
    say(`${cloud}: not rehearsed`);
    return [];
  }
  if (options.sample !== undefined) {
    const faults = sample(places, options.kind, options.sample, options.seed).map(formatFault);
    say(`${cloud}: seed ${options.seed}: ${faults.join(" ")}`);
    return [{ stack, cloud, name: `sample-${options.sample}-${options.seed}`, faults }];
  }
  return options.kind.map((kind) => ({ stack, cloud, name: kind, faults: faultsOf(places, kind).map(formatFault) }));
}

async function placesOn(on: Pick<Job, "stack" | "cloud">): Promise<Place[] | undefined> {
  let places: Place[] | undefined;
  let broken: string | undefined;
  await inProcess({ ...on, directory: directoryOf({ ...on, name: "list" }) }, (event) => {
    if (event.event === "places") places = event.places;
    if (event.event === "broken") broken = event.error;
  });
  if (broken !== undefined) throw new Error(`${on.stack} on ${on.cloud} cannot be previewed: ${broken}`);
  return places;
}

function rowOf({ stack, cloud, name, faults }: Job, journal: Journal): Omit<Row, "machine"> {
  const outcomes = journal.outcomes();
  const met = faults.flatMap((fault) => outcomes.get(fault) ?? []);
  const types: Record<string, number> = {};
  for (const { type } of faults.map(parseFault)) types[type] = (types[type] ?? 0) + 1;
  return {
    stack,
    cloud,
    kind: name,
    places: faults.length,
    survived: met.filter(({ error }) => error === undefined).length,
    attempts: journal.attempts(),
    seconds: Math.round(journal.seconds()),
    types,
    failures: met.filter(({ error }) => error !== undefined),
  };
}

function tellResult(row: Row): void {
  say(`${row.cloud} ${row.kind}: ${row.survived} of ${row.places} survived, ${row.attempts} ups, ${row.seconds} s`);
  for (const failure of once(row.failures)) say(`  ${failure.fault}${others(failure)}: ${repeat(row, failure)}`);
}

function several<Value extends string>(allowed: readonly Value[]) {
  return (text: string): Value[] =>
    text.split(",").map((part) => {
      const found = allowed.find((one) => one === part);
      if (!found) throw new InvalidArgumentError(`"${part}" is none of ${allowed.join(", ")}`);
      return found;
    });
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("not a whole number from 1");
  return Number(text);
}

void new Command("prove")
  .description("lets every creation of a stack go wrong in every way on every cloud, and writes docs/matrix.md")
  .option("--stack <name>", "stack whose values are taken", "dev")
  .addOption(
    new Option("--cloud <names>", `of ${clouds.join(",")}`).argParser(several(clouds)).default([...clouds], "all"),
  )
  .addOption(
    new Option("--kind <names>", `of ${faultKinds.join(",")}`)
      .argParser(several(faultKinds))
      .default([...faultKinds], "all"),
  )
  .option("--sample <number>", "only so many resources of each cloud, each with one kind of fault; no report", whole)
  .option("--seed <number>", "makes the same sample again", whole, Math.ceil(Math.random() * 1_000_000))
  .option("--jobs <number>", "stacks at the same time", whole, 1)
  .option(
    "--scenarios",
    "play every scenario on a stack of production instead, and write docs/scenarios-played.md",
    false,
  )
  .option(
    "--migrations",
    "move the stack from every cloud to every other instead, and write docs/migrations-played.md",
    false,
  )
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
