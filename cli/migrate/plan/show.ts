/** A plan for people: both configurations side by side, what was found, how long it takes, what to do next. */
import Table from "cli-table3";
import { formatPath } from "../../../components/config/keys";
import { isRecord } from "../../validate/model";
import { showQuantity } from "../../validate/quantity";
import type { Finding, MigrationPlan, Severity } from "./plan";

/** Columns that are always there; a wider terminal gives more to the last one of a table. */
const least = 100;

/** Keys that are shown though both sides have the same. */
const notable = ["environment", "nodes.vcpu", "nodes.memoryGiB", "nodes.min", "nodes.max", "domain"];

const titles: Record<Severity, string> = {
  blocking: "In the way: to be done before anything else",
  adapted: "Adapted by the move",
  note: "Good to know",
};

/** @param columns of the terminal; 100 or more are used. */
export function showPlan(plan: MigrationPlan, columns = least): string {
  const width = Math.max(least, columns);
  const severities: Severity[] = ["blocking", "adapted", "note"];
  return [
    `Moving ${plan.from} (${plan.source.cloud}, ${plan.source.region}) to ${plan.to} (${plan.target.cloud}, ${plan.target.region})`,
    "",
    sideBySide(plan, width),
    ...severities.flatMap((severity) => findings(plan, severity, width)),
    "",
    "Estimate",
    ...estimate(plan, width),
    "",
    counts(plan),
    ...next(plan),
    "",
  ].join("\n");
}

/** `2 in the way, 14 adapted, 6 notes` */
export function counts({ findings: all }: Pick<MigrationPlan, "findings">): string {
  const of = (severity: Severity) => all.filter((one) => one.severity === severity).length;
  const notes = of("note");
  return `${of("blocking")} in the way, ${of("adapted")} adapted, ${notes} ${notes === 1 ? "note" : "notes"}`;
}

function sideBySide({ from, to, source, target }: MigrationPlan, width: number): string {
  const [one, other] = [leaves(source.values), leaves(target.values)];
  const keys = [...new Set([...one.keys(), ...other.keys()])];
  const rows = keys
    .filter((key) => one.get(key) !== other.get(key) || notable.includes(key))
    .map((key) => [key, one.get(key) ?? "", other.get(key) ?? ""]);
  return table(["key", from, to], rows, width, [36, Math.floor((width - 40) / 2)], dense);
}

/** Text by dotted key; lists of plain values in one line. */
function leaves(values: unknown, path: PropertyKey[] = [], found = new Map<string, string>()): Map<string, string> {
  if (isRecord(values)) {
    for (const [key, value] of Object.entries(values)) leaves(value, [...path, key], found);
  } else if (Array.isArray(values) && values.some(isRecord)) {
    for (const [index, value] of values.entries()) leaves(value, [...path, index], found);
  } else {
    found.set(formatPath(path), Array.isArray(values) ? values.join(", ") : String(values));
  }
  return found;
}

function findings({ findings: all }: MigrationPlan, severity: Severity, width: number): string[] {
  const ours = all.filter((one) => one.severity === severity);
  if (ours.length === 0) return [];
  const rows = merged(ours).map(({ code, objects, what, then }) => [code, shown(objects), `${what}\n⇒ ${then}`]);
  return [
    "",
    `${titles[severity]} (${ours.length})`,
    table(["finding", "object", "what, and what then"], rows, width, [26, 32]),
  ];
}

/** Objects in one cell, at most; all of them are in the plan's file. */
const objectsInCell = 8;

function shown(objects: string[]): string {
  const sorted = [...objects].sort();
  const more = sorted.length - objectsInCell;
  return [...sorted.slice(0, objectsInCell), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

interface Row {
  code: string;
  objects: string[];
  what: string;
  then: string;
}

/** What is said alike of several objects is said once. */
function merged(all: Finding[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { code, object, what, then } of all) {
    const key = JSON.stringify([code, what, then]);
    const row = rows.get(key) ?? { code, objects: [], what, then };
    if (!row.objects.includes(object)) row.objects.push(object);
    rows.set(key, row);
  }
  return [...rows.values()].sort((one, other) => (one.code < other.code ? -1 : one.code > other.code ? 1 : 0));
}

function estimate({ data, estimate: times }: MigrationPlan, width: number): string[] {
  const line = (what: string, seconds: number) => `  ${what.padEnd(36)}${duration(seconds)}`;
  return [
    `  ${"data".padEnd(36)}${showQuantity("storage", data.bytes)} in ${data.volumes.length} volumes`,
    line("first backup, while it serves", times.backupSeconds),
    line("the target's stack, meanwhile", times.upSeconds),
    line("restore", times.restoreSeconds),
    line("downtime of what writes to volumes", times.downtimeSeconds),
    ...times.basis.flatMap((text) => wrapped(`  - ${text}`, width, "    ")),
  ];
}

function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : indent + word);
  }
  return lines;
}

/** `45 s`, `12 min`, `3 h 20 min`: no more exact than an estimate is. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function next({ from, to, target, findings: all }: MigrationPlan): string[] {
  const options = `--from ${from} --to ${to} --cloud ${target.cloud}`;
  return all.some(({ severity }) => severity === "blocking")
    ? [
        "Next: do what stands under “In the way”, and plan again with the same options:",
        `  npm run platform -- migrate plan ${options} \\`,
        "    --set <key>=<value> --accept <finding>",
      ]
    : ["Nothing has been changed. How to carry it out: docs/migration.md, “Carrying it out”."];
}

/** Without lines between rows of one line. */
const dense = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** @param widths of all columns but the last, which has the rest. */
function table(
  head: string[],
  rows: string[][],
  width: number,
  widths: number[],
  chars: typeof dense | object = {},
): string {
  const borders = head.length + 1;
  const rest = width - borders - widths.reduce((sum, one) => sum + one, 0);
  const drawn = new Table({
    head,
    chars,
    wordWrap: true,
    wrapOnWordBoundary: true,
    colWidths: [...widths, rest],
    style: { head: [], border: [] },
  });
  drawn.push(...rows.map((row) => row.map((cell, index) => broken(cell, ([...widths, rest][index] ?? rest) - 2))));
  return drawn.toString();
}

/** Words that are longer than their column are broken where they have a mark, and nothing of them is cut off. */
function broken(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) =>
      line
        .split(" ")
        .map((word) => (word.length <= width ? word : (word.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(" ")))
        .join(" "),
    )
    .join("\n");
}
