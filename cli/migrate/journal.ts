/**
 * What a migration has done so far, in a file that people can read: one JSON line for each thing that began or ended. It
 * is written whole and renamed, so that it is never half, and each line's checksum covers all lines before it, so that one
 * that was changed or lost is noticed before anything is built on it.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export type EntryKind = "begun" | "noted" | "done" | "failed";

export interface Entry {
  /** ISO 8601, UTC. */
  at: string;
  step: string;
  kind: EntryKind;
  /** Inputs of what has begun, results of what is done, the reason of what failed. Plain data without secrets. */
  data?: unknown;
}

type Line = Entry & { sum: string };

/** A journal that cannot be trusted. The message is for the user. */
export class JournalError extends Error {}

export class Journal {
  private readonly lines: Line[];

  /**
   * @param file a journal that does not exist is empty.
   * @throws JournalError where a line is not what was written.
   */
  constructor(
    readonly file: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.lines = existsSync(file) ? parse(file, readFileSync(file, "utf8")) : [];
  }

  get entries(): readonly Entry[] {
    return this.lines;
  }

  /** Adds an entry; when this returns, it outlives the machine. */
  add(step: string, kind: EntryKind, data?: unknown): void {
    const entry: Entry = { at: this.now().toISOString(), step, kind, ...(data === undefined ? {} : { data }) };
    const lines = [...this.lines, { ...entry, sum: checksum(this.lines.at(-1)?.sum, entry) }];
    write(this.file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.lines.push(...lines.slice(-1));
  }

  /** The newest data of that kind; undefined where there is none. */
  last<Data>(step: string, kind: EntryKind): Data | undefined {
    return this.lines.findLast((line) => line.step === step && line.kind === kind)?.data as Data | undefined;
  }
}

function parse(file: string, text: string): Line[] {
  let before: string | undefined;
  return text
    .split("\n")
    .filter(Boolean)
    .map((source, index) => {
      const line = read(source);
      if (line === undefined || line.sum !== checksum(before, withoutSum(line))) {
        throw new JournalError(
          `${file}: line ${index + 1} is not what was written there, so what has been done is not known any more. ` +
            "Bring the file back from a copy; nothing has been touched.",
        );
      }
      before = line.sum;
      return line;
    });
}

function read(source: string): Line | undefined {
  try {
    return JSON.parse(source) as Line;
  } catch {
    return undefined;
  }
}

function withoutSum({ sum: _, ...entry }: Line): Entry {
  return entry;
}

function checksum(before: string | undefined, entry: Entry): string {
  return createHash("sha256")
    .update(`${before ?? ""}\n${JSON.stringify(entry)}`)
    .digest("hex")
    .slice(0, 16);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, "w", 0o600);
  writeSync(descriptor, text);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(temporary, file);
}
