/** `platform teardown`: takes a real stack down in the order that leaves nothing behind. */
import { Command } from "commander";
import type { Stack } from "@pulumi/pulumi/automation";
import { project } from "../project";
import { runSteps } from "../rehearse/progress";
import { existingStack, NoStackError } from "../stack";
import { proxyFromEnvironment } from "./proxy";
import { backupStores, protectedResources, resourcesOf, type StackResource } from "./state";
import { ProtectedError } from "./protection";
import { teardownSteps, type TeardownOptions } from "./teardown";

interface TeardownCommandOptions {
  stack: string;
  unprotect: boolean;
  deleteBackups: boolean;
  yes: boolean;
}

/**
 * Uses the installed `pulumi`, its login and its secrets provider, as `pulumi destroy` would. Exit codes: 0 the stack is
 * gone, 1 something went wrong, 2 nothing was touched.
 */
export function teardownCommand(): Command {
  return new Command("teardown")
    .description("deletes a stack: its Applications first, then what they held in the cloud, then the stack itself")
    .requiredOption("--stack <name>", "the stack to delete")
    .option("--unprotect", "lift production's protection first", false)
    .option("--delete-backups", "delete the backups too; otherwise they stay in the cloud", false)
    .option("--yes", "do it; without it, nothing is touched", false)
    .action(async ({ stack: name, unprotect, deleteBackups, yes }: TeardownCommandOptions) => {
      const stack = await find(name);
      const resources = stack && (await resourcesOf(stack));
      if (!stack || !resources) return;
      if (resources.length === 0) {
        process.stdout.write(`There is nothing in the stack ${name}. Forget it with: pulumi stack rm ${name}\n`);
        return;
      }
      const protectedOnes = protectedResources(resources);
      if (protectedOnes.length > 0 && !unprotect) {
        refuse(new ProtectedError(name, protectedOnes).message);
      } else if (!yes) {
        refuse(plan(name, resources, { unprotect, deleteBackups }));
      } else {
        await run(stack, { unprotect, deleteBackups, timeoutSeconds: 900, proxyFor: proxyFromEnvironment });
        if (!process.exitCode) process.stdout.write(farewell(name, deleteBackups ? [] : backupStores(resources)));
      }
    });
}

/** Undefined where there is no such stack, or no Pulumi: the user has been told. */
async function find(name: string): Promise<Stack | undefined> {
  try {
    return await existingStack(name);
  } catch (error) {
    if (!(error instanceof NoStackError)) throw error;
    refuse(error.message);
    return undefined;
  }
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}

async function run(stack: Stack, options: TeardownOptions): Promise<void> {
  const reports = await runSteps(teardownSteps(options), { stack, project: project.name, options });
  const failed = reports.find(({ ok }) => !ok);
  if (!failed) return;
  process.stderr.write(`${failed.error}\nWhat has been done stays done: the same command goes on from here.\n`);
  process.exitCode = 1;
}

function plan(
  name: string,
  resources: StackResource[],
  { unprotect, deleteBackups }: Pick<TeardownCommandOptions, "unprotect" | "deleteBackups">,
): string {
  const opened = unprotect ? protectedResources(resources) : [];
  const stores = backupStores(resources);
  return [
    `This deletes the stack ${name}, ${resources.filter(({ custom }) => custom).length} resources, and all that runs on it.`,
    ...(opened.length > 0 ? ["Protected, and to be opened first:", ...opened.map((line) => `  ${line}`)] : []),
    ...(stores.length > 0 ? [`Its backups ${deleteBackups ? "are deleted too" : "stay"}: ${stores.join(", ")}.`] : []),
    `Nothing has been touched. To do it, add --yes.`,
  ].join("\n");
}

function farewell(name: string, kept: string[]): string {
  const lines = [
    `${name} is gone. Forget it with: pulumi stack rm ${name}`,
    ...(kept.length > 0
      ? [
          `Still there, and nobody's from now on: its backups in ${kept.join(", ")}.`,
          `How to restore from them, and how to delete them: docs/operations.md, "Backups that stay".`,
        ]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
