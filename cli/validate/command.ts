/** `platform validate`: what a pull request against the gitops repository has to pass. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { asAnnotations, asTable } from "./output";
import { prefixOf } from "./tree";
import { validate } from "./validate";

interface ValidateOptions {
  json?: boolean;
  github?: boolean;
}

export function validateCommand(): Command {
  return new Command("validate")
    .description(
      "builds a gitops folder and tells what is wrong with it; exit codes: 0 nothing, 1 something, 2 bad input",
    )
    .argument("[folder]", "the gitops repository, or a part of it", "gitops")
    .addOption(new Option("--json", "prints findings as JSON").conflicts("github"))
    .option("--github", "prints annotations that GitHub shows in a pull request")
    .action(async (folder: string, { json, github }: ValidateOptions) => {
      if (!existsSync(folder) || !statSync(folder).isDirectory()) {
        process.stderr.write(`${folder}: there is no such folder\n`);
        process.exitCode = 2;
        return;
      }
      try {
        const validation = await validate(folder, (line) => process.stderr.write(`${line}\n`));
        if (json) process.stdout.write(`${JSON.stringify(validation, null, 2)}\n`);
        else if (github) process.stdout.write(asAnnotations(validation, prefixOf(resolve(folder))));
        else process.stdout.write(asTable(validation, process.stdout.columns ?? 140));
        process.exitCode = validation.findings.length > 0 ? 1 : 0;
      } catch (error) {
        process.stderr.write(`${(error as Error).message}\n`);
        process.exitCode = 2;
      }
    });
}
