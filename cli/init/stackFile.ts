/** `Pulumi.<stack>.yaml`: read, checked and changed in place, so that comments and whatever else is in it stay. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, parseDocument } from "yaml";
import { formatPath } from "../../components/config/keys";
import type { ParseResult } from "../../components/config/parse";
import type { Problem } from "../../components/config/problems";
import { validateStack } from "../../components/config/validate";
import type { Setting } from "../rehearse/options";
import { readStack, setPath } from "../rehearse/stackFile";
import { InitError } from "./run";

export interface StackFileOptions {
  /** The project's folder. */
  root: string;
  project: string;
  stack: string;
}

/** What the stack gets that its file does not have yet. */
export interface Changes {
  /** Values of the platform's own keys. */
  set: Setting[];
  /** Values of a provider's keys: `gcp:project`. */
  others: Record<string, string>;
  /** Values that are only ever stored encrypted. */
  secrets: Setting[];
  /** Plain values that are wrong without a secret beside them, and so are written after it. */
  beside: Setting[];
}

const empty = `# yaml-language-server: $schema=docs/config.schema.json
# Every key and its default: docs/configuration.md
config:
`;

export class StackFile {
  readonly name: string;
  readonly exists: boolean;
  private readonly document: Document;

  /** @throws InitError where the file is no YAML */
  constructor(readonly options: StackFileOptions) {
    this.name = `Pulumi.${options.stack}.yaml`;
    this.exists = existsSync(this.path);
    this.document = parseDocument(this.exists ? readFileSync(this.path, "utf8") : empty);
    const [error] = this.document.errors;
    if (error) throw new InitError(`${this.name} cannot be read: ${error.message}`);
  }

  private get path(): string {
    return join(this.options.root, this.name);
  }

  /** How the stack's secrets are encrypted; undefined where the file does not say. */
  get secretsProvider(): string | undefined {
    if (this.document.get("encryptionsalt") !== undefined) return "passphrase";
    const provider = this.document.get("secretsprovider");
    return typeof provider === "string" ? provider : undefined;
  }

  /** The value of a path, of the platform's keys or of a provider's; undefined where there is none. */
  get(path: string[]): unknown {
    return this.document.getIn(this.location(path)) ?? undefined;
  }

  /** The changes that would change something: `region: eu-west-1 → eu-central-1`. Secrets are not among them. */
  differences({ set, others }: Pick<Changes, "set" | "others">): string[] {
    const all: Setting[] = [...set, ...Object.entries(others).map(([key, value]) => ({ path: [key], value }))];
    return all.flatMap(({ path, value }) => {
      const before = this.get(path);
      if (before === value) return [];
      return `${formatPath(path)}: ${before === undefined ? "" : `${show(before)} → `}${show(value)}`;
    });
  }

  /** The configuration that the changes make of the file, as `pulumi up` would take it. */
  check({ set, secrets, beside }: Omit<Changes, "others">, today?: Date): ParseResult {
    const { root, project, stack } = this.options;
    const laid = [...set, ...secrets, ...beside];
    // There is nothing to lay them over in a new one.
    const before = this.exists
      ? readStack(root, project, { stack, set: laid, faults: [], keep: false })
      : { values: overlay(laid), secrets: [] };
    const known = [...before.secrets, ...secrets.map(({ path }) => path)];
    return validateStack({ values: before.values, secrets: known }, { stack, ...(today ? { today } : {}) });
  }

  /** What is wrong with one value, when it is laid over the file with those before it. */
  problemOf(path: string[], changes: Omit<Changes, "others">): string | undefined {
    const result = this.check(changes);
    const found = result.ok ? undefined : result.problems.find(({ key }) => key === formatPath(path));
    return found?.message;
  }

  /** Writes the changes, secrets apart, and nothing else. */
  write({ set, others }: Pick<Changes, "set" | "others">): void {
    if (!isMap(this.document.get("config", true))) this.document.set("config", this.document.createNode({}));
    for (const { path, value } of set) this.put(path, value);
    for (const [key, value] of Object.entries(others)) this.put([key], value);
    const text = this.document.toString({ lineWidth: 0 });
    writeFileSync(this.path, text);
  }

  private put(path: string[], value: unknown): void {
    if (this.get(path) === value) return;
    const location = this.location(path);
    // A scalar is changed, not replaced: its comment stays.
    const node = this.document.getIn(location, true);
    if (node !== null && typeof node === "object" && "value" in node) node.value = value;
    else this.document.setIn(location, value);
  }

  private location([key = "", ...rest]: string[]): string[] {
    const plain = key.includes(":") || this.document.getIn(["config", key]) !== undefined;
    return ["config", plain ? key : `${this.options.project}:${key}`, ...rest];
  }
}

/** Problems one a line, as the program itself would tell them. */
export function listed(problems: Problem[]): string {
  return problems.map(({ key, message }) => `  ${key}: ${message}`).join("\n");
}

function overlay(settings: Setting[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { path, value } of settings) setPath(values, path, value);
  return values;
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
