/** The configuration that a rehearsal gives the engine: the stack's own file, with what the command line lays over it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import type { RehearseOptions } from "./options";
import { UsageError } from "./options";

/** Top-level keys without the project's prefix; values as YAML has them. */
export type StackValues = Record<string, unknown>;

export interface StackConfiguration {
  values: StackValues;
  /** Dotted paths whose value is a secret, such as `gitops.credentials.password`. */
  secrets: string[][];
}

/**
 * Reads `Pulumi.<stack>.yaml`. A rehearsal has no key to the stack's own secrets (and needs none): each is replaced by
 * made-up text, and is a secret again.
 * @param project the project's name: the prefix of its keys.
 * @throws UsageError where there is no such stack.
 */
export function readStack(root: string, project: string, options: RehearseOptions): StackConfiguration {
  const file = join(root, `Pulumi.${options.stack}.yaml`);
  if (!existsSync(file)) {
    const known = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new UsageError(
      `--stack ${options.stack}: there is no Pulumi.${options.stack}.yaml; there are ${known.join(", ")}`,
    );
  }
  const { config = {} } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  const values: StackValues = {};
  const secrets: string[][] = [];
  for (const [key, value] of Object.entries(config)) {
    const name = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
    values[name] = withoutCiphertext(value, [name], secrets);
  }
  if (options.cloud && options.cloud !== values["cloud"]) {
    values["cloud"] = options.cloud;
    // Names of one cloud's places and machines mean nothing to another.
    delete values["region"];
    values["nodes"] = without(values["nodes"], ["zones", "instanceType"]);
    values["network"] = without(values["network"], ["existing"]);
  }
  for (const { path, value } of options.set) setPath(values, path, value);
  return { values, secrets };
}

/** The rehearsed stack's name. */
export function stackName({ stack, cloud }: RehearseOptions): string {
  return cloud ? `${stack}-${cloud}` : stack;
}

function withoutCiphertext(value: unknown, path: string[], secrets: string[][]): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => withoutCiphertext(item, [...path, String(index)], secrets));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure") {
    secrets.push(path);
    return `rehearsed-${path.at(-1)}`;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutCiphertext(item, [...path, key], secrets)]));
}

function without(value: unknown, keys: string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function setPath(values: StackValues, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    values[key] = value;
    return;
  }
  const child = values[key];
  const next: StackValues = typeof child === "object" && child !== null ? { ...(child as StackValues) } : {};
  setPath(next, rest, value);
  values[key] = next;
}

/** Gives the configuration to the engine, in place of whatever an earlier run of the rehearsal gave it. */
export async function writeStack(
  stack: Stack,
  project: string,
  { values, secrets }: StackConfiguration,
): Promise<void> {
  const secretKeys = new Set(secrets.map(([key]) => key));
  await stack.removeAllConfig(Object.keys(await stack.getAllConfig()));
  await stack.setAllConfig(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        `${project}:${key}`,
        { value: typeof value === "string" ? value : JSON.stringify(value), secret: secretKeys.has(key) },
      ]),
    ),
  );
}
