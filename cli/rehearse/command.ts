/** `platform rehearse`: the whole platform on simulated clouds, from nothing to nothing. */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { each } from "../options";
import { parseFault, parseSetting, UsageError, type RehearseOptions } from "./options";
import { printReport } from "./tables";

type CommandOptions = Omit<RehearseOptions, "faults" | "scenarios"> & {
  fault: RehearseOptions["faults"];
  scenario: string[];
};

/** Exit codes: 0 everything converged, 1 something did not, 2 the input is wrong. */
export function rehearseCommand(): Command {
  return new Command("rehearse")
    .description("brings a stack up on simulated clouds with the real engine, checks that it converges, takes it down")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml is rehearsed", "dev")
    .addOption(
      new Option("--cloud <cloud>", "rehearse the stack's values on this cloud, as <stack>-<cloud>").choices([
        "aws",
        "azure",
        "gcp",
        "local",
      ]),
    )
    .option(
      "--set <key=value>",
      "lay a value over the stack's (repeatable; dotted keys, JSON values)",
      each(parseSetting),
      [],
    )
    .option("--gitops <folder or URL>", "what Argo CD syncs from, in place of this repository's gitops/")
    .option("--fault <kind@type=name#n>", "make a creation go wrong, once (repeatable)", each(parseFault), [])
    .option("--approve", "sync the Applications that wait for a person's approval too", false)
    .option(
      "--scenario <name>",
      "play a scenario when everything runs (repeatable; all: each of them): see docs/scenarios.md",
      each(String),
      [],
    )
    .option("--keep", "leave everything running and print the kubeconfig", false)
    .option("--json <file>", "write the report")
    .action(async ({ fault, scenario, ...options }: CommandOptions) => {
      try {
        // With it come the program and the clouds' SDKs, which the other commands can do without.
        const { rehearse } = await import("./rehearse");
        const { scenarioNames } = await import("./scenarios");
        const report = await rehearse({ ...options, faults: fault, scenarios: scenarioNames(scenario) });
        if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
        printReport(report);
        process.exitCode = report.ok ? 0 : 1;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 2;
      }
    });
}
