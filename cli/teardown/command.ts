/** `platform teardown`: takes a real stack down in the order that leaves nothing behind. */
import { Command } from "commander";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { project, repository } from "../project";
import { teardown } from "./teardown";

interface TeardownCommandOptions {
  stack: string;
  unprotect: boolean;
  yes: boolean;
}

/** Uses the installed `pulumi`, its login and its secrets provider, as `pulumi destroy` would. */
export function teardownCommand(): Command {
  return new Command("teardown")
    .description("deletes a stack: its Applications first, then what they held in the cloud, then the stack itself")
    .requiredOption("--stack <name>", "the stack to delete")
    .option("--unprotect", "lift production's protection first, by setting protect to false", false)
    .option("--yes", "do it; without it, nothing is touched", false)
    .action(async ({ stack: stackName, unprotect, yes }: TeardownCommandOptions) => {
      if (!yes) {
        process.stderr.write(`This deletes the stack ${stackName} and all that runs on it. To do it, add --yes.\n`);
        process.exitCode = 2;
        return;
      }
      const stack = await LocalWorkspace.selectStack({ stackName, workDir: repository });
      await teardown(stack, project.name, {
        unprotect,
        onProgress: (line) => void process.stdout.write(`${line}\n`),
        timeoutSeconds: 900,
      });
      process.stdout.write(`${stackName} is gone; forget it with: pulumi stack rm ${stackName}\n`);
    });
}
