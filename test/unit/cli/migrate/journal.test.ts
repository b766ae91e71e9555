import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal, JournalError } from "../../../../cli/migrate/journal";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  file = join(folder, "of", "prod.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const noon = () => new Date("2026-11-21T12:00:00Z");

function written(): Journal {
  const journal = new Journal(file, noon);
  journal.add("plan", "begun", { to: "prod-gcp" });
  journal.add("plan", "done", { findings: 3 });
  journal.add("backup", "begun");
  return journal;
}

describe("a migration's journal", () => {
  it("reads back what was written, by a process that was killed meanwhile too", () => {
    written();
    const journal = new Journal(file);
    expect(journal.entries.map(({ step, kind }) => `${step} ${kind}`)).toEqual([
      "plan begun",
      "plan done",
      "backup begun",
    ]);
    expect(journal.last("plan", "done")).toEqual({ findings: 3 });
    expect(journal.last("backup", "done")).toBeUndefined();
    journal.add("backup", "done");
    expect(new Journal(file).entries).toHaveLength(4);
  });

  it("is a line for each entry, with its time", () => {
    written();
    const [first = ""] = readFileSync(file, "utf8").split("\n");
    expect(first).toMatch(
      /^\{"at":"2026-11-21T12:00:00\.000Z","step":"plan","kind":"begun","data":\{"to":"prod-gcp"\},"sum":"[0-9a-f]{16}"\}$/,
    );
  });

  it.each<[string, (lines: string[]) => string[], number]>([
    ["changed", ([a = "", ...rest]) => [a.replace("prod-gcp", "prod-aws"), ...rest], 1],
    ["left out", ([, ...rest]) => rest, 1],
    ["cut off", (lines) => [...lines.slice(0, 2), (lines[2] ?? "").slice(0, 30)], 3],
    ["put in another place", ([a = "", b = "", c = ""]) => [a, c, b], 2],
  ])("does not go on from a line that was %s", (_, change, line) => {
    written();
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(file, `${change(lines).join("\n")}\n`);
    expect(() => new Journal(file)).toThrow(JournalError);
    expect(() => new Journal(file)).toThrow(`line ${line} is not what was written there`);
  });
});
