/** What is known already: one line for each fault that was met, so that a run that is killed goes on where it was. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

export interface Outcome {
  /** As `--fault` takes it. */
  fault: string;
  /** Unset: survived. */
  error?: string;
  /** Every fault that may be to blame for the error: those of the same moment. */
  together?: string[];
}

/** Time and attempts are told apart from faults: runs that were killed have spent some too. */
type Line = Outcome | { seconds: number } | { attempt: true } | { converged: true };

export class Journal {
  private readonly lines: Line[];

  /** @param file JSON lines; one cloud's faults of one kind. */
  constructor(private readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    // The last line is half of one where it was being written when everything was killed.
    if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
    this.lines = text.split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line) as Line];
      } catch {
        return [];
      }
    });
  }

  add(line: Line): void {
    this.lines.push(line);
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  /** The last that is known of each fault: what has survived its own moment may still turn out to be broken. */
  outcomes(): Map<string, Outcome> {
    return new Map(this.lines.flatMap((line) => ("fault" in line ? [[line.fault, line]] : [])));
  }

  /** Whether the stack that met the last of these faults has also ended as it has to. */
  hasConverged(): boolean {
    return (
      this.lines.findLastIndex((line) => "converged" in line) > this.lines.findLastIndex((line) => "fault" in line)
    );
  }

  attempts(): number {
    return this.lines.filter((line) => "attempt" in line).length;
  }

  seconds(): number {
    return this.lines.reduce((sum, line) => sum + ("seconds" in line ? line.seconds : 0), 0);
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }
}
