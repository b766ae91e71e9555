/** `platform rehearse-migration`: a stack's way from cloud to cloud, with its data, on simulated clouds. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { each } from "../../options";
import { parseSetting, UsageError, type Setting } from "../options";
import type { JourneyOptions } from "./rehearse";

const clouds = ["aws", "azure", "gcp"] as const;

/** Each cloud is a source once, and a target once. */
const round: JourneyOptions["route"] = ["aws", "gcp", "azure", "aws"];

interface CommandOptions {
  stack: string;
  route: JourneyOptions["route"];
  set: Setting[];
  keep: boolean;
  json?: string;
}

/** Exit codes: 0 everything came along, 1 something did not, 2 the input is wrong. */
export function rehearseMigrationCommand(): Command {
  return new Command("rehearse-migration")
    .description("moves a stack with its data from one simulated cloud to the next, and takes everything down")
    .option("--stack <name>", "stack whose Pulumi.<stack>.yaml is moved", "dev")
    .option("--route <clouds>", "where it begins, and where it goes", readRoute, round)
    .option("--set <key=value>", "lay a value over the stack's (repeatable)", each(parseSetting), [])
    .option("--keep", "leave the last target running", false)
    .option("--json <file>", "write the report")
    .action(async ({ json, ...options }: CommandOptions) => {
      try {
        // With it come the program and the clouds' SDKs, which the other commands can do without.
        const { rehearseMigration } = await import("./rehearse");
        const { showJourney } = await import("./tables");
        const report = await rehearseMigration(options);
        if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
        process.stdout.write(`${showJourney(report, options.keep)}\n`);
        process.exitCode = report.ok ? 0 : 1;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 2;
      }
    });
}

/** @throws InvalidArgumentError where it is no way from one cloud to another. */
function readRoute(text: string): JourneyOptions["route"] {
  const route = text.split(",").map((name) => clouds.find((cloud) => cloud === name));
  const known = route.flatMap((cloud) => cloud ?? []);
  const turns = known.every((cloud, index) => cloud !== known[index - 1]);
  if (known.length < 2 || known.length !== route.length || !turns) {
    throw new InvalidArgumentError(`two or more of ${clouds.join(", ")}, each another than the one before`);
  }
  return known;
}
