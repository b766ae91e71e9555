import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { Journal } from "../../../../../cli/migrate/journal";
import { Notes } from "../../../../../cli/migrate/steps/notes";

interface Note {
  writers?: string;
  stopping?: string;
}

let journal: Journal;

beforeEach(() => {
  journal = new Journal(join(mkdtempSync(join(tmpdir(), "notes-")), "journal.jsonl"));
});

const notesOf = (step: string, of = journal) => new Notes<Note>(of, step);

it("finds what was noted by whoever was killed, in the file", async () => {
  await notesOf("cutover").once("writers", () => "first");
  const again = new Journal(journal.file);
  again.add("cutover", "begun");
  const notes = notesOf("cutover", again);
  expect(await notes.once("writers", () => Promise.resolve("second"))).toBe("first");
  expect(notes.find("writers")).toBe("first");
  expect(again.entries.filter(({ kind }) => kind === "noted")).toHaveLength(1);
});

it("finds each key by itself, the newest note first", () => {
  const notes = notesOf("cutover");
  notes.add({ writers: "first" });
  notes.add({ stopping: "now" });
  notes.add({ writers: "second" });
  expect([notes.find("writers"), notes.find("stopping")]).toEqual(["second", "now"]);
});

it("keeps one step's notes from another's", () => {
  notesOf("backup").add({ writers: "of the backup" });
  expect(notesOf("cutover").find("writers")).toBeUndefined();
});

it("keeps what a failed attempt has noted, and forgets what one that is done or taken back has", () => {
  const notes = notesOf("cutover");
  notes.add({ writers: "first" });
  journal.add("cutover", "failed", "somehow");
  expect(notes.find("writers")).toBe("first");
  notes.beginAnew();
  expect(notes.find("writers")).toBeUndefined();
  notes.add({ writers: "second" });
  journal.add("cutover", "done", {});
  expect(notes.find("writers")).toBeUndefined();
});
