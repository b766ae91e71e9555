/** What a host has answered to those who wrote and read all along. */

/** One request and what became of it. */
export interface Outcome {
  /** Milliseconds since 1970 at which it was sent. */
  sentAt: number;
  /** Milliseconds until its answer, or until it failed. */
  took: number;
  /** Of the answer; undefined: there was none. */
  status?: number;
  /** The answer's own words, or why there was none. */
  why?: string;
  /** Name of the cluster that answered. */
  cluster?: string;
  /** Volumes that lack what was asked for: an application's answer, not that of whoever found none. */
  missingOn?: string[];
}

/** Requests one after the other that were not served for one reason. */
export interface Refusal {
  /** `503 no ready endpoint of …`, `ECONNRESET` */
  why: string;
  /** When the first and the last of them were sent: ISO 8601. */
  from: string;
  to: string;
  count: number;
}

/** Milliseconds; undefined where nothing was served. */
export interface Latency {
  p50?: number;
  p99?: number;
}

export interface Requests {
  sent: number;
  served: number;
  refused: Refusal[];
  /** Longest time, from the first request that was refused to the next one that was served, or to the last one. */
  longestGapSeconds: number;
  latency: Latency;
}

export interface HostResult {
  host: string;
  /** False where it has nothing to write to, and said so: its writes are not counted. */
  keeps: boolean;
  writes: Requests;
  reads: Requests;
  /** Writes that had been acknowledged, and were not there when they were read back. */
  lost: string[];
  /** Served requests by the name of the cluster that served them. */
  servedBy: Record<string, number>;
}

/** The answer of an application that keeps nothing. */
const nothingToWriteTo = 405;

export class Tally {
  private readonly writes: Outcome[] = [];
  private readonly reads: Outcome[] = [];
  private readonly lost = new Set<string>();

  constructor(private readonly host: string) {}

  wrote(outcome: Outcome): void {
    this.writes.push(outcome);
  }

  /** @param id what was asked for; undefined: nothing that had been written. */
  read(outcome: Outcome, id: string | undefined): void {
    this.reads.push(outcome);
    if (id !== undefined && outcome.missingOn) this.lost.add(id);
  }

  result(): HostResult {
    const keeps = this.writes.some(isServed) || !this.writes.some(({ status }) => status === nothingToWriteTo);
    const all = [...this.writes, ...this.reads].filter(isServed);
    const servedBy: Record<string, number> = {};
    for (const { cluster = "" } of all) servedBy[cluster] = (servedBy[cluster] ?? 0) + 1;
    return {
      host: this.host,
      keeps,
      writes: requests(keeps ? this.writes : []),
      reads: requests(this.reads),
      lost: [...this.lost],
      servedBy,
    };
  }
}

export function isServed({ status }: Outcome): boolean {
  return status === 200;
}

function requests(outcomes: Outcome[]): Requests {
  const ordered = [...outcomes].sort((one, other) => one.sentAt - other.sentAt);
  const served = ordered.filter(isServed);
  return {
    sent: ordered.length,
    served: served.length,
    refused: refusals(ordered),
    longestGapSeconds: longestGap(ordered) / 1000,
    latency: latency(served),
  };
}

function refusals(ordered: Outcome[]): Refusal[] {
  const found: Refusal[] = [];
  let open: Refusal | undefined;
  for (const outcome of ordered) {
    if (isServed(outcome)) {
      open = undefined;
      continue;
    }
    const why = [outcome.status, outcome.why].filter((part) => part !== undefined).join(" ");
    const at = new Date(outcome.sentAt).toISOString();
    if (open?.why === why) Object.assign(open, { to: at, count: open.count + 1 });
    else found.push((open = { why, from: at, to: at, count: 1 }));
  }
  return found;
}

function longestGap(ordered: Outcome[]): number {
  let longest = 0;
  let since: number | undefined;
  for (const outcome of ordered) {
    if (!isServed(outcome)) since ??= outcome.sentAt;
    if (since !== undefined) longest = Math.max(longest, outcome.sentAt - since);
    if (isServed(outcome)) since = undefined;
  }
  return longest;
}

function latency(served: Outcome[]): Latency {
  const sorted = served.map(({ took }) => took).sort((one, other) => one - other);
  /** The nearest rank. */
  const at = (share: number) => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  const [p50, p99] = [at(0.5), at(0.99)];
  return { ...(p50 === undefined ? {} : { p50 }), ...(p99 === undefined ? {} : { p99 }) };
}
