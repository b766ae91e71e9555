/** `platform affected-stacks`: the stacks that a change concerns, as a workflow's matrix takes them. */
import { Command, Option } from "commander";
import { project, repository } from "../project";
import { affectedStacks, listStacks } from "./affected";
import { changedFiles, isCommit } from "./git";

interface AffectedOptions {
  base?: string;
  head: string;
  environment?: string;
  stack?: string[];
}

/** Prints one line of JSON: `[{"stack":"dev","cloud":"azure","environment":"dev","region":"westeurope"}]`. */
export function affectedStacksCommand(): Command {
  return new Command("affected-stacks")
    .description("prints the stacks that a change concerns, as JSON; those on a local cluster are left out")
    .option("--base <commit>", "the commit before the change; all stacks where there is no such commit")
    .option("--head <commit>", "the commit after it", "HEAD")
    .addOption(new Option("--environment <name>", "only stacks of it").choices(["dev", "staging", "prod"]))
    .option("--stack <name...>", "only these")
    .action(async ({ base, head, environment, stack }: AffectedOptions) => {
      const known = listStacks(repository, project.name);
      const unknown = (stack ?? []).filter((name) => !known.some((one) => one.stack === name));
      if (unknown.length > 0) {
        const names = known.map((one) => one.stack).join(", ");
        process.stderr.write(`--stack ${unknown.join(" ")}: not a stack in a cloud; there are ${names || "none"}\n`);
        process.exitCode = 2;
        return;
      }
      if (!(await isCommit(repository, head))) {
        process.stderr.write(`--head ${head}: there is no such commit here; fetch it first\n`);
        process.exitCode = 2;
        return;
      }
      const changed = base === undefined ? undefined : await changedFiles(repository, base, head);
      if (base !== undefined && changed === undefined) {
        process.stderr.write(`there is no commit ${base} here: every stack counts as affected\n`);
      }
      const stacks = known
        .filter((one) => stack === undefined || stack.includes(one.stack))
        .filter((one) => environment === undefined || one.environment === environment);
      process.stdout.write(`${JSON.stringify(affectedStacks(changed, stacks))}\n`);
    });
}
