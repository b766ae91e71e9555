/** Walks through a page of docs/labs as its reader does: its commands in one shell, in order, its answers looked for in theirs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { repository } from "../../cli/project";

/** A rehearsal that runs, as a reader has it. */
export interface LabEnvironment {
  /** File that the reader sources: `writeShell` writes it. */
  shell: string;
  /** What the cluster takes from Git: commands that need more are left out, as their page says. */
  selection: "small" | "full";
}

export interface Block {
  /** Line of the page, from 1. */
  line: number;
  commands: string;
  /** It asks for Applications that only the full selection has. */
  full: boolean;
  /** Lines that the commands print, among others, in this order; `…` is anything. */
  answer: string[];
}

const folder = join(repository, "docs", "labs");

/** Names of the labs' pages, in order. */
export const labs = readdirSync(folder)
  .filter((name) => /^\d.*\.md$/.test(name))
  .sort();

export function pageOf(lab: string): string {
  return readFileSync(join(folder, lab), "utf8");
}

/** Commands of a page: its `sh` blocks, each with the `text` block that comes next. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const { 0: all, 1: info, 2: content = "", index } of markdown.matchAll(/^```(.*)\n([^]*?)^```$/gm)) {
    const line = markdown.slice(0, index).split("\n").length + 1;
    if (info === "sh" || info === "sh full") {
      blocks.push({ line, commands: content, full: info === "sh full", answer: [] });
    } else if (info === "text") {
      const before = blocks.at(-1);
      if (!before || before.answer.length > 0) throw new Error(`line ${line}: an answer to no command:\n${all}`);
      before.answer = content.trimEnd().split("\n");
    }
  }
  return blocks;
}

/** The lines of an answer that are not in what was printed, from the first that is missing in order. */
export function missingFrom(printed: string, answer: string[]): string[] {
  const plain = (text: string) => text.replace(/[ \t]+/g, " ");
  const parts = (line: string) => line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  let rest = plain(printed);
  for (const [index, line] of answer.entries()) {
    const found = new RegExp(parts(plain(line).trim()).join(".*")).exec(rest);
    if (!found) return answer.slice(index);
    rest = rest.slice(found.index + found[0].length);
  }
  return [];
}

/**
 * Runs a lab from its beginning: what every lab's shell starts with, then its own commands.
 *
 * @param lab name of its page: `1-first-deployment.md`.
 * @throws Error with the command that failed, or whose answer is another, and what was printed.
 */
export async function runLab(lab: string, { shell, selection }: LabEnvironment): Promise<void> {
  const pages = ["README.md", lab].map((page) => ({
    page,
    blocks: blocksOf(pageOf(page)),
  }));
  const blocks = pages
    .flatMap(({ page, blocks }) => blocks.map((block) => ({ ...block, at: `docs/labs/${page}:${block.line}` })))
    .filter(({ full }) => selection === "full" || !full);
  const own = mkdtempSync(join(tmpdir(), "lab-"));
  try {
    const script = join(own, "lab.sh");
    const ends = (index: number) => `=== end of block ${index}`;
    const body = blocks.map(({ commands }, index) => `${commands}echo '${ends(index)}'\n`);
    writeFileSync(script, ["exec 2>&1", '. "$1"', ...body].join("\n"));
    const { exitCode, stdout, timedOut } = await execa("bash", ["-euo", "pipefail", script, shell], {
      // Nothing of this user's own Git, nor of another cluster.
      env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", TMPDIR: own },
      stdin: "ignore",
      reject: false,
      timeout: 600_000,
    });
    let rest = stdout;
    for (const [index, { at, commands, answer }] of blocks.entries()) {
      const [printed = "", after] = splitOnce(rest, `${ends(index)}`);
      const missing = missingFrom(printed, answer);
      if (after === undefined || missing.length > 0) {
        const why =
          after !== undefined
            ? `does not print\n${missing.join("\n")}`
            : timedOut
              ? "takes more than ten minutes"
              : `ends with ${exitCode}`;
        throw new Error(`${at} ${why}\n--- the commands\n${commands}--- what they print\n${printed}`);
      }
      rest = after;
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
