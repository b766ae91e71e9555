/** `platform preview-report`: previews a stack for the people who review a change of it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { Command } from "commander";
import { existingStack } from "../stack";
import { Changes } from "./changes";
import { commentLimit, renderReport, summarize, type PreviewReport } from "./markdown";
import { mask, secretsOf } from "./mask";

interface PreviewOptions {
  stack: string;
  out: string;
}

/**
 * Uses the installed `pulumi`, its login and its secrets provider, as `pulumi preview` would, and needs to read only.
 * Writes `report.md` (everything) and `comment.md` (what fits into a comment), also for a preview that fails. Exit codes:
 * 0 previewed, 1 the preview failed, 2 there is nothing to preview.
 */
export function previewReportCommand(): Command {
  return new Command("preview-report")
    .description("previews a stack and writes what would change, without any value, as Markdown")
    .requiredOption("--stack <name>", "the stack to preview")
    .option("--out <folder>", "gets report.md, and comment.md: what of it fits into a comment", "preview")
    .action(async ({ stack, out }: PreviewOptions) => {
      const { report, code } = await previewStack(stack);
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, "report.md"), renderReport(report));
      writeFileSync(join(out, "comment.md"), renderReport(report, commentLimit));
      for (const error of report.errors) process.stderr.write(`${error}\n`);
      process.stdout.write(`${stack}: ${summarize(report.changes)}; ${join(out, "report.md")}\n`);
      process.exitCode = code;
    });
}

async function previewStack(name: string): Promise<{ report: PreviewReport; code: number }> {
  let stack: Stack;
  try {
    stack = await existingStack(name);
  } catch (error) {
    return { report: { stack: name, changes: [], errors: [(error as Error).message] }, code: 2 };
  }
  const changes = new Changes();
  try {
    await stack.preview({ onEvent: (event) => changes.see(event), onOutput: () => undefined, suppressOutputs: true });
    return { report: { stack: name, changes: changes.list(), errors: [] }, code: 0 };
  } catch (error) {
    const errors = changes.errors();
    // Without a word from the engine there is only the command's own.
    const told = errors.length > 0 ? errors : [(error as Error).message];
    return { report: { stack: name, changes: changes.list(), errors: await masked(stack, told) }, code: 1 };
  }
}

/** An error's text comes from anywhere: a provider, a chart, the cloud. */
async function masked(stack: Stack, errors: string[]): Promise<string[]> {
  try {
    const { deployment } = (await stack.exportStack()) as { deployment: unknown };
    const secrets = secretsOf(deployment);
    return errors.map((text) => mask(text, secrets));
  } catch {
    // What cannot be compared with the secrets is not shown: the workflow's log has Pulumi's own words.
    return ["The preview failed, and the stack's state cannot be read to keep its secrets out of the message."];
  }
}
