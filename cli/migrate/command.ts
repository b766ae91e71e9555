/** `platform migrate`: a running stack's move to another cloud, a command for each step. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import type { Cloud } from "../../components/config/types";
import { each, whole } from "../options";
import { repository } from "../project";
import { parseSetting, UsageError, type Setting } from "../rehearse/options";
import { runSteps } from "../rehearse/progress";
import { NoStackError } from "../stack";
import { Journal, JournalError } from "./journal";
import { StepError, type Migration } from "./migration";
import { assertMayBegin, nextStep } from "./progress";
import { PlanError } from "./plan/plan";
import { showProgress } from "./show";
import { sourceOf } from "./source";
import { stacksOf } from "./stacks";
import type { WorkName } from "./steps";

interface StacksOptions {
  from: string;
  to: string;
  journal?: string;
}

interface PlanOptions extends StacksOptions {
  cloud: Cloud;
  set: Setting[];
  accept: string[];
  image: [string, string][];
  json?: string;
}

interface StepOptions extends StacksOptions {
  timeout: number;
  /** Only of the cutover. */
  watch?: number;
  dryRun: boolean;
  /** Only of steps that ask. */
  yes?: boolean;
}

interface RunOptions extends StacksOptions {
  timeout: number;
  watch: number;
  yes: boolean;
}

/** What each does, for its help and for the display while it does it. */
const titles: Record<WorkName, { does: string; doing: string }> = {
  backup: {
    does: "backs the source up to its own bucket while it serves",
    doing: "Back the source up, while it serves",
  },
  up: {
    does: "brings up the target's stack, which waits for the data and reads the source's bucket",
    doing: "Bring the target up",
  },
  restore: {
    does: "restores the newest backup into the target, changed as the plan says",
    doing: "Restore into the target",
  },
  verify: {
    does: "compares what was restored with the source, volumes by checksum, and changes nothing",
    doing: "Compare both",
  },
  cutover: {
    does: "stops whoever writes on the source, brings the last difference, and sends traffic to the target",
    doing: "Cut over to the target",
  },
  rollback: {
    does: "sends traffic back to the source; what was written on the target is kept in a backup of the target's",
    doing: "Roll back to the source",
  },
  finish: {
    does: "takes the source down in the order that leaves nothing behind; its backups stay",
    doing: "Take the source down",
  },
};

/** Users notice the first, and nothing takes the second back. */
const asked: string[] = ["cutover", "finish"] satisfies WorkName[];

/** Exit codes: 0 nothing is in the way, 1 something is or went wrong, 2 the input is wrong and nothing was touched. */
export function migrateCommand(): Command {
  const command = new Command("migrate")
    .description("moves a running stack to another cloud, data included: see docs/migration.md")
    .addCommand(planCommand());
  for (const name of Object.keys(titles) as WorkName[]) command.addCommand(stepCommand(name));
  return command.addCommand(runCommand()).addCommand(statusCommand());
}

function planCommand(): Command {
  return withStacks(new Command("plan"))
    .description("shows the target's configuration and what stands in the way; reads the source and changes nothing")
    .addOption(new Option("--cloud <cloud>", "where to").choices(["aws", "azure", "gcp"]).makeOptionMandatory())
    .option("--set <key=value>", "lay a value over the target's (repeatable)", each(parseSetting), [])
    .option(
      "--accept <finding>",
      "take what is in the way as it is: its code, or code:object (repeatable)",
      each(String),
      [],
    )
    .option("--image <from=to>", "where images of the source's cloud are on the target's (repeatable)", each(pair), [])
    .option("--json <file>", "write the plan")
    .action((options: PlanOptions) => forUser(() => plan(options)));
}

async function plan(options: PlanOptions): Promise<void> {
  const { from, to, cloud, set, accept, image, json } = options;
  const journal = journalOf(options);
  assertMayBegin("plan", journal);
  const side = await sourceOf(from, repository);
  // With it come the program and the clouds' SDKs, which the other commands can do without.
  const { plan: makePlan } = await import("./steps/plan");
  const { isBlocked } = await import("./plan");
  const { showPlan } = await import("./plan/show");
  const made = await makePlan(journal, side, { to, cloud, set, accept, images: Object.fromEntries(image) });
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(made, null, 2)}\n`);
  process.stdout.write(`${showPlan(made, process.stdout.columns)}\n`);
  process.exitCode = isBlocked(made) ? 1 : 0;
}

function stepCommand(name: WorkName): Command {
  const command = withStacks(new Command(name))
    .description(titles[name].does)
    .option("--timeout <seconds>", "longest wait for one thing", whole("seconds"), 3600)
    .option("--dry-run", "only tell whether it could begin", false);
  if (asked.includes(name)) command.option("--yes", "do not ask", false);
  if (name === "cutover") withWatch(command);
  return command.action((options: StepOptions) => forUser(() => step(name, options)));
}

async function step(name: WorkName, options: StepOptions): Promise<void> {
  const journal = journalOf(options);
  assertMayBegin(name, journal);
  if (options.dryRun) {
    process.stdout.write(`${name} can begin: it ${titles[name].does}.\n`);
    return;
  }
  if (!(await isAllowed(name, options))) return;
  if (!(await carryOut(name, journal, options))) return;
  const next = nextStep(journal.entries);
  const { from, to } = options;
  process.stdout.write(
    next === undefined ? "" : `Next: npm run platform -- migrate ${next} --from ${from} --to ${to}\n`,
  );
}

/** @returns whether it is done; where it is not, the user has been told. */
async function carryOut(
  name: WorkName,
  journal: Journal,
  { from, to, timeout, watch = watchSeconds }: Pick<StepOptions, "from" | "to" | "timeout" | "watch">,
): Promise<boolean> {
  const { take } = await import("./steps");
  const { namesOf } = await import("./names");
  const { ask } = await import("./watch");
  const given = { journal, stacks: stacksOf(from, to), timeoutSeconds: timeout };
  const migration: Migration = {
    ...given,
    traffic: namesOf(given),
    watching: { seconds: watch, everyMs: 1000, ask },
  };
  const [report] = await runSteps(
    [{ name, title: titles[name].doing, run: (context, say) => take(name, context, say) }],
    migration,
  );
  if (report?.ok) return true;
  process.stderr.write(`${report?.error}\nNothing is lost: the same command goes on from here.\n`);
  process.exitCode = 1;
  return false;
}

function runCommand(): Command {
  const command = withStacks(new Command("run"))
    .description("carries a plan out, step by step, from where it stands; asks before what users notice")
    .option("--timeout <seconds>", "longest wait for one thing", whole("seconds"), 3600)
    .option("--yes", "do not ask before cutover and finish", false);
  return withWatch(command).action((options: RunOptions) => forUser(() => runAll(options)));
}

async function runAll(options: RunOptions): Promise<void> {
  const journal = journalOf(options);
  for (let next = nextStep(journal.entries); next !== undefined; next = nextStep(journal.entries)) {
    if (next === "plan") throw new StepError("there is no plan to carry out. Run: platform migrate plan");
    assertMayBegin(next, journal);
    if (!(await isAllowed(next, options))) return;
    if (!(await carryOut(next, journal, options))) return;
  }
  process.stdout.write("The migration is finished.\n");
}

/** Asks before what needs it; where nobody can answer, it is told how to say so. */
async function isAllowed(name: WorkName, { yes = false }: { yes?: boolean }): Promise<boolean> {
  if (!asked.includes(name) || yes) return true;
  if (process.stdin.isTTY) {
    const { confirm } = await import("@inquirer/prompts");
    return confirm({ message: `${name} ${titles[name].does}. Now?`, default: false });
  }
  process.stdout.write(`${name} is next: it ${titles[name].does}. Run the same command again, with --yes.\n`);
  return false;
}

function statusCommand(): Command {
  return withStacks(new Command("status"))
    .description("shows how far a migration has come, from its journal")
    .action((options: StacksOptions) =>
      forUser(() => {
        process.stdout.write(`${showProgress(journalOf(options).entries)}\n`);
        return Promise.resolve();
      }),
    );
}

/** Seconds. */
const watchSeconds = 120;

function withWatch(command: Command): Command {
  const words =
    "how long the target is watched after the switch: where requests fail more often than before, it goes back";
  return command.option("--watch <seconds>", words, whole("seconds"), watchSeconds);
}

function withStacks(command: Command): Command {
  return command
    .requiredOption("--from <stack>", "the stack that runs")
    .requiredOption("--to <stack>", "what the target's stack is called")
    .option("--journal <file>", "where it is written down; unset: migrations/<from>-to-<to>.jsonl");
}

function journalOf({ from, to, journal }: StacksOptions): Journal {
  return new Journal(journal ?? join("migrations", `${from}-to-${to}.jsonl`));
}

async function forUser(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isForUser(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

function isForUser(error: unknown): error is Error {
  return [NoStackError, PlanError, JournalError, StepError, UsageError].some((kind) => error instanceof kind);
}

function pair(text: string): [string, string] {
  const [from = "", to = ""] = text.split("=");
  if (!from || !to)
    throw new UsageError(`${text}: not of the form from=to, such as 1.dkr.ecr.eu-west-1.amazonaws.com/=ghcr.io/acme/`);
  return [from, to];
}
