/** Time in a simulated cloud: the real clouds' durations, scaled, and a journal of what took how long. */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface JournalEntry {
  urn: string;
  type: string;
  operation: "create" | "update" | "delete";
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  /** What the real cloud takes. */
  cloudSeconds: number;
  error?: string;
}

export class Clock {
  /**
   * @param scale simulated seconds for one of the cloud's: 1/60 makes a minute a second.
   * @param journal file that gets one JSON line for each operation.
   */
  constructor(
    private readonly scale: number,
    private readonly journal: string,
  ) {}

  /** Runs `work` and sees to it that the whole takes at least the cloud's time, scaled. */
  async run<Result>(
    entry: Pick<JournalEntry, "urn" | "type" | "operation" | "cloudSeconds">,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const start = Date.now();
    let error: string | undefined;
    try {
      const [result] = await Promise.all([work(), sleep(entry.cloudSeconds * this.scale * 1000)]);
      return result;
    } catch (caught) {
      error = caught instanceof Error ? caught.message : String(caught);
      throw caught;
    } finally {
      appendFileSync(this.journal, `${JSON.stringify({ ...entry, start, end: Date.now(), error })}\n`);
    }
  }
}
