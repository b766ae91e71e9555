/**
 * Operations that a cloud does not do at the same time. Where the real provider waits for its turn, so do the requests here;
 * where the cloud refuses what comes in between, it is refused.
 */

export interface Lock {
  /** What is locked: a cluster's id, say. */
  key: string;
  /** Operations that share it may run together, beside none that wants it alone. */
  shared: boolean;
  /** The cloud's error for an operation that cannot begin at once; without it the operation waits. */
  refusal?(): string;
}

interface Waiting {
  shared: boolean;
  start: () => void;
}

export class Locks {
  private readonly held = new Map<string, { shared: boolean; count: number; waiting: Waiting[] }>();

  /** Runs `work` as soon as nothing that it cannot run beside is going on, in the order of asking. */
  async run<Result>(lock: Lock | undefined, work: () => Promise<Result>): Promise<Result> {
    if (!lock) return work();
    await this.take(lock);
    try {
      return await work();
    } finally {
      this.leave(lock.key);
    }
  }

  private take({ key, shared, refusal }: Lock): Promise<void> {
    const state = this.held.get(key);
    if (!state) {
      this.held.set(key, { shared, count: 1, waiting: [] });
      return Promise.resolve();
    }
    if (shared && state.shared && state.waiting.length === 0) {
      state.count++;
      return Promise.resolve();
    }
    if (refusal) return Promise.reject(new Error(refusal()));
    return new Promise((start) => state.waiting.push({ shared, start }));
  }

  private leave(key: string): void {
    const state = this.held.get(key);
    if (!state) return;
    state.count--;
    if (state.count > 0) return;
    const [next, ...rest] = state.waiting;
    if (!next) {
      this.held.delete(key);
      return;
    }
    // The next one, and all behind it that may run beside it.
    const last = next.shared ? rest.findIndex(({ shared }) => !shared) : 0;
    const beside = last < 0 ? rest : rest.slice(0, last);
    const starting = [next, ...beside];
    this.held.set(key, {
      shared: next.shared,
      count: starting.length,
      waiting: state.waiting.slice(starting.length),
    });
    for (const { start } of starting) start();
  }
}
