/** From the text that Pulumi keeps to a validated configuration, or to everything that is wrong with it. */
import { z } from "zod";
import { afterSupport, supportEnds } from "../versions";
import { checks } from "./checks";
import { effective } from "./effective";
import { formatPath, keys, matches, secretPaths } from "./keys";
import { type Problem, schemaProblems, setSecret, show, valueAt } from "./problems";
import { type Given, schema } from "./schema";
import type { PlatformConfig } from "./types";

/** A stack's configuration as Pulumi hands it over. */
export interface RawConfig {
  /** Text by key, without the project's prefix; what has a structure is JSON. */
  values: Record<string, string>;
  /** Whether the value at the path is kept encrypted. */
  isSecret: (path: readonly PropertyKey[]) => boolean;
}

export interface ParseContext {
  stack: string;
  /** Decides which warnings there are, never which errors. */
  today?: Date;
}

export type ParseResult = { ok: true; config: PlatformConfig; warnings: string[] } | { ok: false; problems: Problem[] };

/** Days before the end of a version's support in which it is warned of. */
const warningDays = 60;

/** Tells a valid configuration with every default, or all problems at once. */
export function parseConfig(raw: RawConfig, { stack, today = new Date() }: ParseContext): ParseResult {
  const tree = decode(raw.values);
  const parsed = schema.safeParse(tree);
  const issues = parsed.success ? [] : parsed.error.issues;
  const given = withoutBroken(tree, issues);
  const broken = issues.filter(({ code }) => code !== "unrecognized_keys").map(({ path }) => formatPath(path));
  const input = {
    given,
    config: effective(given, stack),
    stack,
    show: (path: (string | number)[], value: unknown) => show(path, value, raw.isSecret(path)),
  };
  const problems = [
    ...schemaProblems(issues, tree, raw.isSecret),
    ...plainSecrets(tree, raw),
    ...checks.filter(({ reads }) => !reads.some((key) => isBroken(key, broken))).flatMap(({ find }) => find(input)),
  ];
  return problems.length > 0
    ? { ok: false, problems: inOrder(problems) }
    : { ok: true, config: input.config, warnings: warnings(input.config, given, today) };
}

/** Text as it is for keys that are text, else the JSON that it holds; what is empty counts as left out. */
function decode(values: Record<string, string>): Record<string, unknown> {
  const tree: Record<string, unknown> = { gitops: {} };
  for (const [name, text] of Object.entries(values)) {
    const type = keys.find(({ path }) => path.length === 1 && path[0] === name)?.type;
    // Pulumi.yaml has "{}" for groups of keys that a stack's file leaves out.
    if (text === "" || (type && text === "{}")) continue;
    tree[name] = type instanceof z.ZodString || type instanceof z.ZodEnum ? text : json(text);
  }
  return tree;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What is left when everything wrong is taken away; a list with a wrong entry goes as a whole. */
function withoutBroken(tree: Record<string, unknown>, issues: z.core.$ZodIssue[]): Given {
  const copy = structuredClone(tree);
  for (const issue of issues) {
    const names = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    for (const name of names) {
      const path = name === undefined ? issue.path : [...issue.path, name];
      const inList = path.findIndex((part) => typeof part === "number");
      const whole = inList < 0 ? path : path.slice(0, inList);
      const parent = valueAt(copy, whole.slice(0, -1));
      if (typeof parent === "object" && parent !== null)
        delete (parent as Record<PropertyKey, unknown>)[whole.at(-1) ?? ""];
    }
  }
  // Stand-ins for what every check may go by; a check that depends on one of them is left out.
  return { cloud: "local", environment: "dev", region: "", gitops: {}, ...copy } as Given;
}

/** Whether the key, a part of it or what it is part of is wrong by itself. */
function isBroken(key: string, broken: string[]): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return broken.some((path) => within(path, key) || within(key, path));
}

/** Values that are only accepted encrypted, and are not. */
function plainSecrets(tree: unknown, { isSecret }: RawConfig): Problem[] {
  return secretPaths
    .flatMap((pattern) => expand(tree, pattern, []))
    .filter((path) => !isSecret(path))
    .map((path) => ({
      key: formatPath(path),
      message: `a secret in plain text; set it encrypted, and change it where the file was shared: ${setSecret(path)}`,
    }));
}

/** The paths of a tree that a pattern covers. */
function expand(node: unknown, [part, ...rest]: string[], path: PropertyKey[]): PropertyKey[][] {
  if (part === undefined) return node === undefined ? [] : [path];
  if (typeof node !== "object" || node === null) return [];
  if (part !== "*") return expand((node as Record<string, unknown>)[part], rest, [...path, part]);
  return Array.isArray(node) ? node.flatMap((item, index) => expand(item, rest, [...path, index])) : [];
}

/** In the schema's order; within a key in the order found. */
function inOrder(problems: Problem[]): Problem[] {
  const place = ({ key }: Problem) => {
    const index = keys.findIndex(({ path }) => path.length === 1 && matches([key.split(/[.[]/)[0] ?? ""], path));
    return index < 0 ? keys.length : index;
  };
  return [...problems].sort((one, other) => place(one) - place(other));
}

function warnings({ cloud, environment, backup, gitops, argocd }: PlatformConfig, given: Given, today: Date): string[] {
  const production = environment === "prod" && cloud !== "local";
  return [
    ...oldVersion(given, today),
    ...(argocd.shards > 1
      ? [
          `argocd.shards: ${argocd.shards}, which share the clusters that Argo CD knows: all but one idle until it knows more ` +
            "than its own, as a hub does",
        ]
      : []),
    ...(production && !backup.enabled ? ["backup.enabled: false in prod; what is on a volume is lost with it"] : []),
    ...(production && gitops.sealingKeys === undefined
      ? [
          "gitops.sealingKeys: none in prod; what is sealed for this cluster opens on no other, one built anew included: " +
            `openssl genrsa 4096 | ${setSecret(["gitops", "sealingKeys", 0, "privateKey"])}`,
        ]
      : []),
  ];
}

function oldVersion({ cloud, kubernetesVersion }: Given, today: Date): string[] {
  if (cloud === "local" || kubernetesVersion === undefined) return [];
  const end = supportEnds(cloud, kubernetesVersion);
  if (end === undefined || Date.parse(end) - today.getTime() > warningDays * 24 * 3600 * 1000) return [];
  const verb = Date.parse(end) + 24 * 3600 * 1000 < today.getTime() ? "ended" : "ends";
  return [
    `kubernetesVersion: standard support of "${kubernetesVersion}" on ${cloud} ${verb} on ${end}, after which ${afterSupport[cloud]}; plan the upgrade`,
  ];
}
