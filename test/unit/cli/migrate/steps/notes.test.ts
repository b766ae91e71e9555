import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { Journal } from "../../../../../cli/migrate/journal";
import { beginAnew, find, noted, once } from "../../../../../cli/migrate/steps/notes";

interface Note {
  writers?: string;
  stopping?: string;
}

let journal: Journal;

beforeEach(() => {
  journal = new Journal(join(mkdtempSync(join(tmpdir(), "notes-")), "journal.jsonl"));
});

it("finds what was noted by whoever was killed, in the file", async () => {
  await once<Note, "writers">(journal, "cutover", "writers", () => Promise.resolve("first"));
  const again = new Journal(journal.file);
  again.add("cutover", "begun");
  expect(await once<Note, "writers">(again, "cutover", "writers", () => Promise.resolve("second"))).toBe("first");
  expect(noted(again, "cutover")).toEqual([{ writers: "first" }]);
});

it("keeps one step's notes from another's", () => {
  journal.add("backup", "noted", { writers: "of the backup" });
  expect(find<Note, "writers">(journal, "cutover", "writers")).toBeUndefined();
});

it("keeps what a failed attempt has noted, and forgets what one that is done or taken back has", () => {
  journal.add("cutover", "noted", { writers: "first" });
  journal.add("cutover", "failed", "somehow");
  expect(find<Note, "writers">(journal, "cutover", "writers")).toBe("first");
  beginAnew(journal, "cutover");
  expect(noted(journal, "cutover")).toEqual([]);
  journal.add("cutover", "noted", { writers: "second" });
  journal.add("cutover", "done", {});
  expect(find<Note, "writers">(journal, "cutover", "writers")).toBeUndefined();
});
