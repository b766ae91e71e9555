/** How far it is, in lines: what is met, what survived, and about how long the rest takes. */
import type { ChildEvent } from "./child";
import type { Job } from "./prove";

export class Progress {
  private readonly began = Date.now();
  private readonly known: Map<Job, number>;
  private met = 0;

  /** @param known how many faults of each job were met before this run. */
  constructor(
    known: [Job, number][],
    private readonly say: (line: string) => void,
  ) {
    this.known = new Map(known);
  }

  see(job: Job, event: ChildEvent): void {
    const name = `${job.cloud} ${job.name}`;
    if (event.event === "survived" || event.event === "failed") {
      const count = event.event === "failed" ? event.faults.length : 1;
      this.met += count;
      this.known.set(job, Math.min((this.known.get(job) ?? 0) + count, job.faults.length));
    }
    if (event.event === "attempt") {
      this.say(
        `${name}: ${this.known.get(job) ?? 0} of ${job.faults.length}, now ${event.hits.length} more; ${this.left()}`,
      );
    }
    if (event.event === "failed") {
      const [fault = "", ...others] = event.faults;
      this.say(`${name}: FAILED ${fault}${others.length > 0 ? ` and ${others.length} others` : ""}\n${event.error}`);
    }
    if (event.event === "broken") this.say(`${name}: ended early: ${event.error}`);
    if (event.event === "converged") this.say(`${name}: converged, nothing left`);
  }

  /** `about 12 min left`; `Date.now()` counts, so more jobs at once shorten it. */
  private left(): string {
    if (this.met === 0) return "no estimate yet";
    const remaining = [...this.known].reduce((sum, [job, known]) => sum + job.faults.length - known, 0);
    const minutes = (((Date.now() - this.began) / this.met) * remaining) / 60_000;
    return `about ${Math.ceil(minutes)} min left`;
  }
}
