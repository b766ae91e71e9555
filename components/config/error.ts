import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problems";

/** A configuration that cannot be brought up: shown to the user without a stack trace. */
export class ConfigError extends pulumi.RunError {
  constructor(
    stack: string,
    readonly problems: Problem[],
  ) {
    super(formatProblems(stack, problems));
  }
}

/** All problems of a stack's configuration, one a line. */
export function formatProblems(stack: string, problems: Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ key, message }) => `  ${key}: ${message}`);
  return [`The configuration of stack "${stack}" has ${count}; nothing was changed.`, ...lines].join("\n");
}
