/** A preview's report as Markdown: what may be lost first, then everything else, whole or as much as a comment takes. */
import { isDangerous, type Action, type Change } from "./changes";

export interface PreviewReport {
  stack: string;
  changes: Change[];
  /** Why the preview failed; empty where it did not. */
  errors: string[];
}

/**
 * Bytes that a report may have to fit into a comment: GitHub's API refuses more than 65,536 characters ("body is too long
 * (maximum is 65536 characters)"), and what posts it adds a few lines.
 */
export const commentLimit = 60_000;

/** Names in one cell before "and 12 more": a row has to stay a row. */
const namesInCell = 10;

/**
 * @param limit bytes of UTF-8 that the result may have; what does not fit is left out from the end, and that is said.
 */
export function renderReport(report: PreviewReport, limit = Infinity): string {
  // Errors may be as long as they like; what may be lost has to be seen beside them.
  return fit([...heading(report), ...failure(report, limit / 4), ...dangers(report), ...table(report)], limit);
}

/** `3 to create, 1 to replace`; `no changes` where there is none. */
export function summarize(changes: Change[]): string {
  const counts = (["replace", "delete", "update", "import", "create"] satisfies Action[]).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count > 0 ? [`${count} to ${action}`] : [];
  });
  return counts.length > 0 ? counts.join(", ") : "no changes";
}

function heading({ stack, changes, errors }: PreviewReport): string[] {
  return [`### ${code(stack)}: ${errors.length > 0 ? "the preview failed" : summarize(changes)}`, ""];
}

function failure({ changes, errors }: PreviewReport, limit: number): string[] {
  if (errors.length === 0) return [];
  const text = shorten(errors.join("\n"), limit);
  // Longer than any fence within, so that a message cannot end it.
  const longest = Math.max(...(text.match(/`*/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  const known = changes.length > 0 ? `Seen until then, and not complete: ${summarize(changes)}.` : "Nothing was seen.";
  return [`${fence}text`, ...text.split("\n"), fence, "", known, ""];
}

function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}\n[${text.length - limit} more characters of errors: see the workflow's run]`;
}

function dangers({ changes }: PreviewReport): string[] {
  const found = changes.filter(isDangerous);
  if (found.length === 0) return [];
  return [
    "> [!CAUTION]",
    `> **Replaced or deleted, though protected or holding data: ${found.length}.** What they hold is lost, unless the last`,
    "> column says that they stay. Merge only if that is meant.",
    "",
    "| | resource | name | why it matters |",
    "| --- | --- | --- | --- |",
    ...found.map((change) => row(`**${change.action}**`, code(change.type), code(change.name), reasons(change))),
    "",
  ];
}

function reasons(change: Change): string {
  return [
    ...(change.holdsData ? ["holds data"] : []),
    ...(change.protected ? ["protected: Pulumi refuses until that is lifted"] : []),
    ...(change.stays ? ["stays in the cloud, forgotten by Pulumi"] : []),
    ...(change.replacedBy.length > 0 ? [`because of ${names(change.replacedBy)}`] : []),
  ].join("; ");
}

function table({ changes }: PreviewReport): string[] {
  if (changes.length === 0) return [];
  const created = changes.filter(({ action }) => action === "create");
  return [
    "| | resource | name | properties |",
    "| --- | --- | --- | --- |",
    ...changes
      .filter(({ action }) => action !== "create")
      .map((change) => row(change.action, code(change.type), code(change.name), properties(change))),
    ...[...new Set(created.map(({ type }) => type))].map((type) =>
      row("create", code(type), names(created.filter((change) => change.type === type).map(({ name }) => name)), ""),
    ),
    "",
    "Names only: values, and the stack's outputs, stay out of pull requests. `pulumi preview --diff` shows them.",
  ];
}

/** Those that force a replacement come first, in bold. */
function properties({ properties: all, replacedBy, stays }: Change): string {
  const others = all.filter((path) => !replacedBy.includes(path));
  const cells = [
    ...(replacedBy.length > 0 ? [`**replaces:** ${names(replacedBy)}`] : []),
    ...(others.length > 0 ? [names(others)] : []),
    ...(stays ? ["stays in the cloud"] : []),
  ];
  return cells.join("; ");
}

function names(all: string[]): string {
  const shown = all.slice(0, namesInCell).map(code).join(", ");
  return all.length > namesInCell ? `${shown} and ${all.length - namesInCell} more` : shown;
}

function row(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Code: nobody is mentioned, nothing is a link, and no cell ends early. */
function code(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, " ").replaceAll("|", "\\|")}\``;
}

/** Whole lines only, from the first on, and how many are missing. */
function fit(lines: string[], limit: number): string {
  const whole = `${lines.join("\n")}\n`;
  if (Buffer.byteLength(whole) <= limit) return whole;
  const kept: string[] = [];
  let bytes = 200;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > limit) break;
    kept.push(line);
  }
  const missing = lines.length - kept.length;
  return `${kept.join("\n")}\n\n**Cut: ${missing} more lines do not fit here.** The whole report is in the workflow run's summary and artifact.\n`;
}
