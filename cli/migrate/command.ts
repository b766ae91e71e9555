/** `platform migrate`: a running stack's move to another cloud, a command for each step. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import type { Cloud } from "../../components/config/types";
import { each } from "../options";
import { repository } from "../project";
import { parseSetting, UsageError, type Setting } from "../rehearse/options";
import { NoStackError } from "../stack";
import { Journal, JournalError } from "./journal";
import { sourceOf } from "./source";
import { PlanError, type MigrationPlan } from "./plan/plan";
import { refusal } from "./progress";

interface PlanOptions {
  from: string;
  to: string;
  cloud: Cloud;
  set: Setting[];
  accept: string[];
  image: [string, string][];
  journal?: string;
  json?: string;
}

/** Exit codes: 0 nothing is in the way, 1 something is, 2 the input is wrong and nothing was looked at. */
export function migrateCommand(): Command {
  return new Command("migrate")
    .description("moves a running stack to another cloud, data included; today its plan: see docs/migration.md")
    .addCommand(planCommand());
}

function planCommand(): Command {
  return new Command("plan")
    .description("shows the target's configuration and what stands in the way; reads the source and changes nothing")
    .requiredOption("--from <stack>", "the stack that runs")
    .requiredOption("--to <stack>", "what the target's stack will be called")
    .addOption(new Option("--cloud <cloud>", "where to").choices(["aws", "azure", "gcp"]).makeOptionMandatory())
    .option("--set <key=value>", "lay a value over the target's (repeatable)", each(parseSetting), [])
    .option(
      "--accept <finding>",
      "take what is in the way as it is: its code, or code:object (repeatable)",
      each(String),
      [],
    )
    .option("--image <from=to>", "where images of the source's cloud are on the target's (repeatable)", each(pair), [])
    .option("--journal <file>", "where it is written down; unset: migrations/<from>-to-<to>.jsonl")
    .option("--json <file>", "write the plan")
    .action(async (options: PlanOptions) => {
      try {
        await plan(options);
      } catch (error) {
        if (!isForUser(error)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 2;
      }
    });
}

async function plan({ from, to, cloud, set, accept, image, ...files }: PlanOptions): Promise<void> {
  const journal = new Journal(files.journal ?? join("migrations", `${from}-to-${to}.jsonl`));
  const refused = refusal("plan", journal.entries);
  if (refused !== undefined) throw new UsageError(refused);
  const side = await sourceOf(from, repository);
  // With it come the program and the clouds' SDKs, which the other commands can do without.
  const { isBlocked, makePlan } = await import("./plan");
  const { showPlan } = await import("./plan/show");
  const request = { to, cloud, set, accept, images: Object.fromEntries(image) };
  journal.add("plan", "begun", request);
  let made: MigrationPlan;
  try {
    made = await makePlan(side, request);
  } catch (error) {
    journal.add("plan", "failed", error instanceof Error ? error.message : String(error));
    throw error;
  }
  const blocked = isBlocked(made);
  journal.add("plan", blocked ? "failed" : "done", made);
  if (files.json !== undefined) writeFileSync(files.json, `${JSON.stringify(made, null, 2)}\n`);
  process.stdout.write(`${showPlan(made, process.stdout.columns)}\n`);
  process.exitCode = blocked ? 1 : 0;
}

function isForUser(error: unknown): error is Error {
  return [NoStackError, PlanError, JournalError, UsageError].some((kind) => error instanceof kind);
}

function pair(text: string): [string, string] {
  const [from = "", to = ""] = text.split("=");
  if (!from || !to)
    throw new UsageError(`${text}: not of the form from=to, such as 1.dkr.ecr.eu-west-1.amazonaws.com/=ghcr.io/acme/`);
  return [from, to];
}
