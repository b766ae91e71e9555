/** What was created, updated and deleted when: the measure of what a run waited for. */
import { appendFileSync } from "node:fs";
import type { Request } from "./provider";

export type Operation = "create" | "update" | "delete";

export interface JournalEntry {
  urn: string;
  type: string;
  operation: Operation;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  error?: string;
}

export class Journal {
  /** @param file gets one JSON line for each operation. */
  constructor(private readonly file: string) {}

  async run<Result>(operation: Operation, { urn, type }: Request, work: () => Promise<Result>): Promise<Result> {
    const start = Date.now();
    let error: string | undefined;
    try {
      return await work();
    } catch (caught) {
      error = caught instanceof Error ? caught.message : String(caught);
      throw caught;
    } finally {
      const entry: JournalEntry = { urn, type, operation, start, end: Date.now(), error };
      appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
    }
  }
}
