/** What docs/labs and docs/scenarios.md promise, as far as it can be told without a cluster. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../../../cli/project";
import { rehearseCommand } from "../../../cli/rehearse/command";
import { scenarios } from "../../../cli/scenarios";
import { blocksOf, labs, missingFrom, pageOf } from "../../rehearsal/lab";

describe("the labs", () => {
  it("are the five that the first page lists, in its order", () => {
    const listed = [...pageOf("README.md").matchAll(/^\| \[\d .*?\]\((.*?)\)/gm)].map(([, page]) => page);
    expect(listed).toEqual(labs);
    expect(labs).toHaveLength(5);
  });

  it.each(labs)("%s tells what one will see, needs, and cleans up", (lab) => {
    const page = pageOf(lab);
    expect(page).toMatch(/^# Lab \d: .*\n\n\*\*You will see\*\* /);
    expect(page).toMatch(/\n\n\*\*You need\*\* a rehearsal of /);
    const last = page.slice(page.lastIndexOf("\n## "));
    expect(last).toMatch(/^\n## Clean up\n/);
    expect(blocksOf(last)).not.toEqual([]);
  });

  it.each(["README.md", ...labs])("%s has commands that a shell reads, and nothing to be filled in", (lab) => {
    for (const { commands } of blocksOf(pageOf(lab))) {
      expect(() => execFileSync("bash", ["-n"], { input: commands, stdio: "pipe" })).not.toThrow();
      expect(commands).not.toMatch(/…|<[a-z]+>/);
      // Such a command ends no script, whatever it finds.
      expect(commands).not.toMatch(/^! /m);
    }
  });
});

describe("what a page says", () => {
  const page = "# A\n\n```sh\none\n```\n\n```text\n1\n…2\n```\n\n```console\n$ not this\n```\n\n```sh full\ntwo\n```\n";

  it("is its commands, each with its answer", () => {
    expect(blocksOf(page)).toEqual([
      { line: 4, commands: "one\n", full: false, answer: ["1", "…2"] },
      { line: 17, commands: "two\n", full: true, answer: [] },
    ]);
  });

  it("is no answer without a command", () => {
    expect(() => blocksOf("```text\n1\n```\n")).toThrow("an answer to no command");
  });

  it("is looked for in what is printed, in order", () => {
    const printed = "NAME    SYNC\nroot    Synced   (x)\nother   OutOfSync\n";
    expect(missingFrom(printed, ["NAME SYNC", "root …(x)", "OutOfSync"])).toEqual([]);
    expect(missingFrom(printed, ["other", "root"])).toEqual(["root"]);
    expect(missingFrom(printed, ["root …OutOfSync", "other"])).toEqual(["root …OutOfSync", "other"]);
    expect(missingFrom(printed, ["r..t"])).toEqual(["r..t"]);
  });
});

describe("the page of scenarios", () => {
  const rows = readFileSync(join(repository, "docs", "scenarios.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, name]) => name?.startsWith("`"));

  it("has all of them, with what they show", () => {
    expect(rows.map(([, name, title]) => [name, title])).toEqual(
      scenarios.map(({ name, title }) => [`\`${name}\``, title]),
    );
  });

  it("has a command for each, which plays it", () => {
    for (const [, name = "", , command = ""] of rows) {
      const words = command.replaceAll("`", "").replace("npm start -- ", "").split(" ");
      const parsed = rehearseCommand().exitOverride().parseOptions(words);
      expect(parsed).toEqual({ operands: [], unknown: [] });
      expect(command).toContain(`--scenario ${name.replaceAll("`", "")}`);
    }
  });
});
