/** One change that breaks the good repository, and the one finding that it has to lead to. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Rule } from "../../../../cli/validate/model";

export interface Broken {
  what: string;
  change(folder: Edit): void;
  rule: Rule;
  /** Relative to the folder; a part of the line where it is; the field; a part of the problem. */
  at: [file: string, line: string];
  field: string;
  problem: string;
}

/** Changes files of a copy. */
export class Edit {
  constructor(private readonly root: string) {}

  /** Replaces the first occurrence of a text that has to be there. */
  replace(file: string, from: string, to: string): void {
    const text = readFileSync(join(this.root, file), "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
    writeFileSync(
      join(this.root, file),
      text.replace(from, () => to),
    );
  }

  /** Takes the first line that contains a text away, with those after it that are indented deeper. */
  drop(file: string, start: string): void {
    const lines = readFileSync(join(this.root, file), "utf8").split("\n");
    const first = lines.findIndex((line) => line.includes(start));
    if (first < 0) throw new Error(`${file} has no line with ${start}`);
    const indent = lines[first]?.search(/\S/) ?? 0;
    const length = lines.slice(first + 1).findIndex((line) => line.search(/\S/) <= indent);
    writeFileSync(join(this.root, file), lines.filter((_, at) => at < first || at > first + length).join("\n"));
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  append(file: string, text: string): void {
    this.write(file, readFileSync(join(this.root, file), "utf8") + text);
  }

  delete(file: string): void {
    if (!existsSync(join(this.root, file))) throw new Error(`there is no ${file}`);
    rmSync(join(this.root, file));
  }
}

/** Files that most changes are made in. */
export const base = (file: string): string => `apps/web/base/${file}.yaml`;
export const deployment = base("deployment");
export const database = base("database");
export const prod = "apps/web/prod/kustomization.yaml";

const container = "spec.template.spec.containers[0]";
export const ofContainer = (field: string): string => `${container}.${field}`;
