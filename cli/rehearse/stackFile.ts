/** The configuration that a rehearsal gives the engine: the stack's own file, with what the command line lays over it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { execa } from "execa";
import { parse } from "yaml";
import { formatPath } from "../../components/config/keys";
import { valuesFor } from "../../components/config/move";
import { exampleSecret } from "../../components/config/validate";
import type { RehearseOptions } from "./options";
import { UsageError } from "./options";

/** Top-level keys without the project's prefix; values as YAML has them. */
export type StackValues = Record<string, unknown>;

/** The kubeconfig context of the existing cluster that a rehearsal provides where the stack names none. */
export const rehearsedContext = "rehearsal";

export interface StackConfiguration {
  values: StackValues;
  /** Dotted paths whose value is a secret, such as `gitops.credentials.password`. */
  secrets: string[][];
  /** Keys of others, as the file has them: `gcp:project`. */
  others: Record<string, unknown>;
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
  const own: StackValues = {};
  const secrets: string[][] = [];
  const others: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
    if (!name.includes(":")) own[name] = withoutCiphertext(value, [name], secrets);
    // A provider's own secrets are credentials: no rehearsal needs any.
    else if (typeof value !== "object") others[name] = value;
  }
  const values = options.cloud ? { ...valuesFor(options.cloud, own) } : own;
  for (const { path, value } of options.set) setPath(values, path, value);
  // Values of a cloud's stack name a region of that cloud: here the context of the cluster that the rehearsal provides.
  if (values["cloud"] === "local") values["region"] ??= rehearsedContext;
  return { values, secrets, others };
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
    return exampleSecret(path);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutCiphertext(item, [...path, key], secrets)]));
}

/** Puts a value into a tree; a part that is a number is an entry of a list. Groups and lists on the way are copied. */
export function setPath(values: StackValues, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    values[key] = value;
    return;
  }
  const child = values[key];
  const empty = typeof asPart(rest[0] ?? "") === "number" ? [] : {};
  const next = typeof child === "object" && child !== null ? child : empty;
  const copy = (Array.isArray(next) ? [...(next as unknown[])] : { ...next }) as StackValues;
  setPath(copy, rest, value);
  values[key] = copy;
}

/** A part of a path as `formatPath` takes it: the entries of lists are numbers. */
export function asPart(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

/** Gives the configuration to the engine, in place of whatever an earlier run of the rehearsal gave it. */
export async function writeStack(
  stack: Stack,
  project: string,
  { values, secrets, others }: StackConfiguration,
): Promise<void> {
  // As a file and not key by key: the engine holds structures against the types in Pulumi.yaml.
  const settings = await stack.workspace.stackSettings(stack.name);
  const plain = { ...values };
  // What is secret gets its place, and its value encrypted only.
  for (const path of secrets) setPath(plain, path, "");
  const own = Object.fromEntries(Object.entries(plain).map(([key, value]) => [`${project}:${key}`, value]));
  const config = { ...others, ...own };
  await stack.workspace.saveStackSettings(stack.name, { ...settings, config });
  for (const path of secrets) {
    const value = path.reduce<unknown>((node, part) => (node as StackValues | undefined)?.[part], values);
    await setSecret(stack, `${project}:${formatPath(path.map(asPart))}`, String(value));
  }
}

/** The Automation API would put the value into the engine's arguments, where every process on the machine can read it. */
async function setSecret({ name, workspace }: Stack, key: string, value: string): Promise<void> {
  const { pulumiCommand, workDir, envVars, pulumiHome } = workspace;
  const args = ["config", "set", key, "--path", "--secret", "--stack", name, "--non-interactive"];
  await execa(pulumiCommand.command, args, {
    cwd: workDir,
    input: value,
    env: { ...envVars, ...(pulumiHome === undefined ? {} : { PULUMI_HOME: pulumiHome }) },
  });
}
