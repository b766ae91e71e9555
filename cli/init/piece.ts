/** What `platform init` puts up, piece by piece, and the table that shows it first. */
import Table from "cli-table3";
import { InitError } from "./run";

export interface Piece {
  /** `bucket`, `key` */
  what: string;
  /** May go on with lines that tell more. */
  name: string;
  /** What is done where it is not there: `create`, `turn on`. */
  action: string;
  /** Asked only once this one is there; until then it is taken for missing. */
  needs?: Piece;
  /**
   * Whether it is there as it should be: true, or false, or what is to be done in place of `action`. Changes nothing.
   * @throws InitError where it can never be, such as a name that somebody else has
   */
  find(): Promise<boolean | string>;
  /** Makes it; called only where `find` did not say true. */
  make(say: Say): Promise<void>;
}

/** Something was refused while it was being made; what came before it is there. */
export class MakingFailed extends InitError {}

/** Gets a line of text for the user while something takes long. */
export type Say = (line: string) => void;

export interface Finding {
  piece: Piece;
  /** Undefined where it is there. */
  todo?: string;
}

/** Looks at every piece, all at once: command lines take their time. Those of which nothing can be there yet are left out. */
export async function survey(pieces: Piece[]): Promise<Finding[]> {
  const findings = new Map<Piece, Promise<Finding>>();
  for (const piece of pieces) {
    const needed = piece.needs && findings.get(piece.needs);
    findings.set(piece, look(piece, needed));
  }
  return Promise.all(findings.values());
}

async function look(piece: Piece, needed: Promise<Finding> | undefined): Promise<Finding> {
  const isEarly = (await needed)?.todo !== undefined;
  const found = isEarly ? false : await piece.find();
  if (found === true) return { piece };
  return { piece, todo: found === false ? piece.action : found };
}

/**
 * Makes what is missing, in order. What an interrupted run has made is found by the next one.
 * @throws MakingFailed; the ones before it stay
 */
export async function makeAll(findings: Finding[], say: Say): Promise<void> {
  for (const { piece, todo } of findings) {
    if (todo === undefined) continue;
    say(`${piece.what} ${piece.name.replace(/\n.*/s, "")}: ${todo}`);
    try {
      await piece.make((line) => say(`  ${line}`));
    } catch (error) {
      if (error instanceof InitError) throw new MakingFailed(error.message);
      throw error;
    }
  }
}

export function planTable(findings: Finding[]): string {
  const table = new Table({ head: ["what", "name", "is"], style: { head: [], border: [], compact: true } });
  for (const { piece, todo } of findings) {
    table.push([piece.what, piece.name, todo === undefined ? "there" : `to do: ${todo}`]);
  }
  return table.toString();
}
