/** Which stacks a change of the repository concerns. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What a workflow needs to know of a stack before it signs in anywhere. */
export interface StackSummary {
  stack: string;
  cloud: string;
  environment: string;
  region: string;
}

/** What the program is made of: a stack's own file decides for that stack, each of these for all of them. */
const programFiles = [/^index\.ts$/, /^components\//, /^package(-lock)?\.json$/, /^Pulumi\.yaml$/, /^tsconfig\.json$/];

/**
 * The stacks that run differently after a change.
 *
 * @param changed paths from the repository's root, both of a renamed file's; undefined where nobody knows: all of them.
 */
export function affectedStacks(changed: string[] | undefined, stacks: StackSummary[]): StackSummary[] {
  if (changed === undefined || changed.some(isOfTheProgram)) return stacks;
  return stacks.filter(({ stack }) => changed.includes(stackFile(stack)));
}

/** Whether the program reads the file, whichever stack it runs for. */
export function isOfTheProgram(path: string): boolean {
  return programFiles.some((pattern) => pattern.test(path)) && !path.endsWith(".md");
}

/**
 * The stacks that a workflow can reach, by name. Those on `local` are clusters on somebody's machine.
 *
 * @param root the repository's folder.
 * @param project the project's name: the prefix of its keys.
 */
export function listStacks(root: string, project: string): StackSummary[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort()
    .map((stack) => summarize(stack, readFileSync(join(root, stackFile(stack)), "utf8"), project))
    .filter(({ cloud }) => cloud !== "local");
}

function summarize(stack: string, text: string, project: string): StackSummary {
  const { config } = (parse(text) ?? {}) as { config?: Record<string, unknown> | null };
  // What is missing or of another type is told by the program itself, with everything else that is wrong.
  const value = (key: string): string => {
    const found = config?.[`${project}:${key}`];
    return typeof found === "string" ? found : "";
  };
  return { stack, cloud: value("cloud"), environment: value("environment"), region: value("region") };
}

function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}
