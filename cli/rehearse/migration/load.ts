/**
 * Somebody who uses applications while they are moved: each host is written to, and read from, at a steady pace, whether it
 * answers or not; and every answer counts.
 */
import { randomUUID } from "node:crypto";
import { Internet } from "./internet";
import { isServed, Tally, type HostResult } from "./tally";

export interface LoadRequest {
  /** The simulator's `traffic`. */
  url: string;
  hosts: string[];
  /** Milliseconds between two writes to a host, and between two reads. */
  everyMs: number;
}

/** A write that the host has said to have kept. */
export interface Acknowledged {
  host: string;
  id: string;
  /** Of the write among those to its host, from 1. */
  sequence: number;
  /** When it was sent: ISO 8601. */
  at: string;
}

export interface LoadResult {
  /** ISO 8601. */
  from: string;
  to: string;
  hosts: HostResult[];
}

export interface Load {
  /** All that has been acknowledged until now. */
  acknowledged(): Acknowledged[];
  /** What the answers have been until now. */
  result(): LoadResult;
  /** Sends nothing more, and waits for the answers that are still to come. */
  stop(): Promise<LoadResult>;
}

export function startLoad({ url, hosts, everyMs }: LoadRequest): Load {
  const internet = new Internet(url);
  const from = new Date().toISOString();
  let to: string | undefined;
  const users = hosts.map((host) => new User(host, internet));
  const timers: NodeJS.Timeout[] = [];
  users.forEach((user, index) => {
    // Not all in the same moment.
    const begin = setTimeout(
      () => {
        user.use();
        timers.push(setInterval(() => user.use(), everyMs));
      },
      (index * everyMs) / users.length,
    );
    timers.push(begin);
  });
  const result = (): LoadResult => ({
    from,
    to: to ?? new Date().toISOString(),
    hosts: users.map(({ tally }) => tally.result()),
  });
  return {
    acknowledged: () => users.flatMap(({ acknowledged }) => acknowledged),
    result,
    stop: async () => {
      timers.forEach(clearTimeout);
      to ??= new Date().toISOString();
      await Promise.all(users.map((user) => user.settled()));
      return result();
    },
  };
}

/** Of one host. */
class User {
  readonly tally: Tally;
  readonly acknowledged: Acknowledged[] = [];
  private readonly open = new Set<Promise<void>>();
  private sequence = 0;

  constructor(
    private readonly host: string,
    private readonly internet: Internet,
  ) {
    this.tally = new Tally(host);
  }

  /** A write and a read, without waiting for those before. */
  use(): void {
    for (const work of [this.write(), this.read()]) {
      this.open.add(work);
      void work.finally(() => this.open.delete(work));
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.open);
  }

  private async write(): Promise<void> {
    this.sequence += 1;
    const sequence = this.sequence;
    const id = randomUUID();
    const outcome = await this.internet.send("POST", this.host, id, String(sequence));
    this.tally.wrote(outcome);
    if (!isServed(outcome)) return;
    this.acknowledged.push({ host: this.host, id, sequence, at: new Date(outcome.sentAt).toISOString() });
  }

  /** The newest write that was acknowledged; before there is one, whatever the host says. */
  private async read(): Promise<void> {
    const newest = this.acknowledged.at(-1);
    this.tally.read(await this.internet.send("GET", this.host, newest?.id), newest?.id);
  }
}
