/** The configuration of the stack that is being brought up: the only reader of Pulumi's configuration. */
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "./config/error";
import { parseConfig } from "./config/parse";
import type { PlatformConfig } from "./config/types";

export { ConfigError } from "./config/error";
export { assertPossible } from "./config/live";

/** Exported by Pulumi's SDK, and left out of its type declarations. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * Reads, validates and completes the stack's configuration. Unknown keys are errors: a misspelt one would otherwise go
 * unnoticed.
 *
 * @throws ConfigError with all problems at once, before anything is created.
 */
export function loadConfig(): PlatformConfig {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const values = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), String(value)]),
  );
  const result = parseConfig(
    // Pulumi tells a program which top-level keys hold a secret, not where in them it is.
    { values, isSecret: ([key = ""]) => isConfigSecret(prefix + String(key)) },
    { stack: pulumi.getStack() },
  );
  if (!result.ok) throw new ConfigError(pulumi.getStack(), result.problems);
  for (const warning of result.warnings) void pulumi.log.warn(warning);
  return result.config;
}
