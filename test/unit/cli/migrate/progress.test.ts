import { describe, expect, it } from "vitest";
import type { Entry, EntryKind } from "../../../../cli/migrate/journal";
import { nextStep, progress, refusal, type Command } from "../../../../cli/migrate/progress";

/** `plan`: begun and done; `plan!`: failed; `plan…`: begun only. */
function entries(...words: string[]): Entry[] {
  return words.flatMap((word) => {
    const [, step = "", mark] = /^(\w+)(.?)$/u.exec(word) ?? [];
    const kinds: EntryKind[] = mark === "…" ? ["begun"] : ["begun", mark === "!" ? "failed" : "done"];
    return kinds.map((kind) => ({ at: "2026-11-21T12:00:00Z", step, kind }));
  });
}

const upTo = (name: string) => {
  const all = ["plan", "backup", "up", "restore", "verify", "cutover", "finish"];
  return all.slice(0, all.indexOf(name) + 1);
};

describe("progress", () => {
  it.each<[string[], string | undefined]>([
    [[], "plan"],
    [["plan"], "backup"],
    [["plan", "backup…"], "backup"],
    [["plan", "backup!"], "backup"],
    [["plan", "backup!", "backup"], "up"],
    [upTo("cutover"), "finish"],
    [upTo("finish"), undefined],
    [[...upTo("verify"), "backup"], "restore"],
    [[...upTo("cutover"), "rollback"], "backup"],
    [[...upTo("cutover"), "rollback!"], "finish"],
  ])("after %j the next step is %s", (words, next) => {
    expect(nextStep(entries(...words))).toBe(next);
  });

  it("keeps the target that is up when the backup is made anew", () => {
    const states = progress(entries(...upTo("verify"), "backup"));
    expect(states.filter(({ state }) => state === "done").map(({ name }) => name)).toEqual(["plan", "backup", "up"]);
  });
});

describe("refusal", () => {
  it.each<[Command, string[], RegExp | undefined]>([
    ["plan", [], undefined],
    ["backup", [], /^plan has to be done first, and is not begun\. Run: platform migrate plan$/],
    ["restore", ["plan", "backup", "up…"], /^up has to be done first, and is begun but not ended/],
    ["restore", ["plan", "backup", "up!"], /^up has to be done first, and is failed/],
    ["restore", ["plan", "backup", "up"], undefined],
    ["verify", upTo("verify"), undefined],
    ["cutover", [...upTo("verify"), "backup"], /^restore has to be done first/],
    ["rollback", upTo("verify"), /^nothing has been switched/],
    ["rollback", [...upTo("verify"), "cutover…"], undefined],
    ["rollback", upTo("cutover"), undefined],
    ["rollback", [...upTo("cutover"), "rollback"], /^nothing has been switched/],
    ["restore", upTo("cutover"), /^traffic is on the target: restore would overwrite/],
    ["finish", upTo("cutover"), undefined],
    ["finish", upTo("verify"), /^cutover has to be done first/],
    ["finish", [...upTo("cutover"), "rollback…"], /^rollback has begun and has not ended/],
    ["finish", [...upTo("cutover"), "rollback!"], /^rollback has begun and has not ended/],
    ["backup", [...upTo("cutover"), "rollback!", "rollback"], undefined],
    ["rollback", upTo("finish"), /^this migration is finished/],
  ])("%s after %j", (command, words, message) => {
    const refused = refusal(command, entries(...words));
    if (message) expect(refused).toMatch(message);
    else expect(refused).toBeUndefined();
  });
});
