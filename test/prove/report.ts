/** `docs/matrix.json`, which keeps the last full run of each kind of fault on each cloud, and the page made of it. */
import type { Machine } from "../bench/measure";
import type { Outcome } from "./journal";
import { writeRecord } from "./record";

export interface Row {
  stack: string;
  cloud: string;
  kind: string;
  /** Resources that met the fault, and those of them after which all was as it has to be. */
  places: number;
  survived: number;
  /** Every `up`, and all of their seconds, with what was taken up and looked at in between. */
  attempts: number;
  seconds: number;
  /** How many of each type. */
  types: Record<string, number>;
  failures: Outcome[];
  machine: Machine;
}

const clouds = ["aws", "azure", "gcp"];
const kinds = ["throttle", "quota", "timeout", "partial", "crash"];

/** Puts the rows in the place of those of the same stack, cloud and kind. */
export async function writeReport(docs: string, rows: Row[]): Promise<void> {
  const add = (before: Row[]) =>
    [...before.filter((old) => !rows.some((row) => keyOf(row) === keyOf(old))), ...rows].sort(
      (one, other) => place(one) - place(other) || one.stack.localeCompare(other.stack),
    );
  await writeRecord(docs, "matrix", add, matrixPage);
}

export function matrixPage(rows: Row[]): string {
  const lines = rows.map((row) => [
    row.cloud,
    row.stack,
    row.kind,
    String(row.places),
    `${row.survived}${row.survived === row.places ? "" : ` (${((100 * row.survived) / row.places).toFixed(1)} %)`}`,
    String(row.attempts),
    row.seconds.toFixed(0),
    row.machine.date.slice(0, 10),
    row.machine.commit,
  ]);
  const head = ["cloud", "stack", "fault", "resources", "survived", "`up`s", "seconds", "date", "commit"];
  return [
    "# Fault matrix",
    "Every resource of a stack, every kind of fault, every cloud: written by `npm run prove`, from `matrix.json`.",
    table(head, lines),
    ...machines(rows),
    "## How it is measured",
    explanation,
    "## Failures",
    ...failures(rows),
  ].join("\n\n");
}

const explanation = `
One stack a row comes up in a cloud where the creation of every single resource goes wrong once, Kubernetes objects, Helm
releases and random values included. Each \`up\` gets as far as the next faults; what it left is taken up as after any
interrupted run, and the next \`up\` goes on. Resources whose turn comes at the same moment meet their faults together. A
resource has survived when a later \`up\` has gone past it, and

- every \`up\` had nothing to do for what was finished before it, and replaced and deleted nothing: it is the second preview
  of all that was there;
- after each fault the cloud had exactly what the engine's state names: nothing twice, nothing forgotten;
- no \`up\` failed of anything but the faults that were asked for.

Then the stack is looked at as a whole: the second preview is empty, Argo CD is in sync, and after the teardown nothing is
left in the cloud. Where that fails, all faults of the stack count as not survived.

| fault      | what happens                                                                                     |
| ---------- | ------------------------------------------------------------------------------------------------ |
| \`throttle\` | refused for its rate, nothing made                                                               |
| \`quota\`    | refused for a quota, nothing made                                                                |
| \`timeout\`  | made, and not ready before the provider gave up; an atomic Helm release is then taken back       |
| \`partial\`  | made, and a later call of the same operation failed                                              |
| \`crash\`    | made, and the engine is killed before it hears of it, with all else that it was making            |

Random values come from no service: the only fault that they meet is \`crash\`.
`;

function machines(rows: Row[]): string[] {
  const texts = rows.map(
    ({ machine: { cores, processor, memoryGiB, node } }) =>
      `${cores} cores (${processor}), ${memoryGiB} GiB, Node.js ${node}`,
  );
  const busy = rows.some(({ machine: { load, cores } }) => load > cores / 2);
  const note = busy ? " Other work ran on the machine: the seconds are too high." : "";
  return rows.length > 0 ? [`<sub>Measured on ${[...new Set(texts)].join("; ")}.${note}</sub>`] : [];
}

function failures(rows: Row[]): string[] {
  const failed = rows.flatMap((row) => once(row.failures).map((failure) => ({ row, failure })));
  if (failed.length === 0) return ["None."];
  return failed.map(({ row, failure }) =>
    [
      `### ${row.cloud}: ${failure.fault}${others(failure)}`,
      "```sh",
      repeat(row, failure),
      "```",
      "```text",
      failure.error,
      "```",
    ].join("\n"),
  );
}

/** One of those that failed together: at the same moment, or with the whole stack at its end. */
export function once(failures: Outcome[]): Outcome[] {
  const seen = new Set<string>();
  return failures.filter(({ fault, error, together = [fault] }) => {
    const key = JSON.stringify([error, together]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** ` and 89 others` */
export function others({ together = [] }: Outcome): string {
  return together.length > 1 ? ` and ${together.length - 1} others` : "";
}

/** The command that lets the same go wrong again. */
export function repeat({ stack, cloud }: Pick<Row, "stack" | "cloud">, { fault, together = [fault] }: Outcome): string {
  const faults = together.length <= 8 ? together : [fault];
  return `npm start -- --stack ${stack} --cloud ${cloud} ${faults.map((one) => `--fault ${one}`).join(" ")}`;
}

function keyOf({ stack, cloud, kind }: Row): string {
  return `${stack} ${cloud} ${kind}`;
}

function place({ cloud, kind }: Row): number {
  return clouds.indexOf(cloud) * kinds.length + kinds.indexOf(kind);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
