/**
 * One stack that comes up in a cloud where every creation goes wrong once. Each `up` gets as far as the next faults;
 * what it left is taken up, and the next `up` goes on. In the end everything has been hit, and the stack must be as if
 * nothing had been.
 *
 * Each `up` is also the preview of what was there before it: for that, it must have nothing to do.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "../../simulator/cloud/faults";
import { audit, end, secondPreview, sync, takeDown, takeUp } from "../../cli/rehearse/steps";
import { openSession, quiet, type Session } from "../rehearsal/session";
import { attempt, type Attempt } from "./attempt";
import { faultAt, formatFault, parseFault } from "./places";
import type { Cloud } from "../../components/config/types";

export interface WalkOptions {
  stack: string;
  cloud: Cloud;
  faults: Fault[];
  /** Also takes the stack down, and looks for what is left. */
  teardown: boolean;
  /** Holds the stack and its clouds; it stays after a failure. Default: a temporary one. */
  directory?: string;
}

/** What a walk tells while it goes on. */
export type WalkEvent =
  | { event: "attempt"; hits: string[] }
  /** A later `up` has gone past the resource: it is there once, and nothing is to be done about it. */
  | { event: "survived"; fault: string }
  | { event: "failed"; faults: string[]; error: string }
  /** Converged, in sync, an empty preview, and (unless it stays) nothing left. */
  | { event: "converged" };

/** Something is not as it has to be after these faults. */
class Broken extends Error {
  constructor(
    readonly faults: Fault[],
    message: string,
  ) {
    super(message);
  }
}

/**
 * Walks once, as far as it gets: a failure ends the walk.
 * @throws Error where the stack does not come up although nothing has hit it.
 */
export async function walk(options: WalkOptions, tell: (event: WalkEvent) => void): Promise<void> {
  const { stack, cloud, faults, teardown, directory } = options;
  const session = await openSession({ stack, cloud, faults }, directory);
  const walking = new Walk(session, faults, tell);
  let failed = true;
  try {
    await walking.up();
    await walking.look(teardown);
    failed = false;
  } catch (error) {
    const suspects = error instanceof Broken ? error.faults : walking.suspects();
    if (suspects.length === 0) throw error;
    tell({ event: "failed", faults: suspects.map(formatFault), error: messageOf(error) });
  } finally {
    if (failed && directory) await end(session.rehearsal, quiet);
    else await session.close();
  }
}

class Walk {
  /** Hit, and no later `up` has gone past it yet. */
  private readonly hit = new Map<string, Fault>();
  /** Every fault that has been met. */
  private readonly met: Fault[] = [];
  private isUp = false;
  /** Resources that an `up` has finished or found to be finished. */
  private readonly settled = new Set<string>();
  private told = 0;

  constructor(
    private readonly session: Session,
    private readonly faults: Fault[],
    private readonly tell: (event: WalkEvent) => void,
  ) {}

  /** What may be to blame for whatever goes wrong now. */
  suspects(): Fault[] {
    return this.isUp ? this.met : [...this.hit.values()];
  }

  async up(): Promise<void> {
    for (;;) {
      const done = await attempt(this.session.stack);
      const hits = this.newHits();
      this.tell({ event: "attempt", hits: hits.map(formatFault) });
      this.checkSteps(done);
      if (done.error) this.checkErrors(done, hits);
      const before = this.suspects();
      for (const fault of hits) this.hit.set(formatFault(fault), fault);
      if (done.error) await takeUp(this.session.rehearsal, quiet);
      await this.compare();
      await this.settle(done, before);
      if (!done.error) break;
    }
    this.isUp = true;
  }

  async look(teardown: boolean): Promise<void> {
    const { session } = this;
    await this.compare();
    await secondPreview(session.rehearsal, quiet);
    await sync(session.rehearsal, quiet);
    if (teardown) {
      await takeDown(session.rehearsal, quiet);
      await audit(session.rehearsal, quiet);
    }
    this.tell({ event: "converged" });
  }

  /** Faults that were handed out since this was asked last. */
  private newHits(): Fault[] {
    const file = join(this.session.rehearsal.directory, "faults.txt");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    const found = lines.slice(this.told).map(parseFault);
    this.told = lines.length;
    this.met.push(...found);
    return found;
  }

  /** Nothing that was finished may change, and nothing at all may be replaced or deleted. */
  private checkSteps({ steps }: Attempt): void {
    for (const { op, urn } of steps) {
      const isQuiet = ["same", "read", "refresh"].includes(op);
      const isFresh = ["create", "update"].includes(op) && !this.settled.has(urn);
      if (isQuiet || isFresh) continue;
      const fault = faultAt(this.faults, urn);
      throw new Broken(fault ? [fault] : this.suspects(), `the next up had to ${op} ${urn}`);
    }
  }

  /** What an engine has done and could not write down before it died, is not settled. */
  private async settle({ done }: Attempt, hitBefore: Fault[]): Promise<void> {
    const known = await this.session.urns();
    for (const urn of done) {
      if (!known.has(urn)) continue;
      const fault = faultAt(hitBefore, urn);
      if (!fault && faultAt(this.suspects(), urn)) continue;
      this.settled.add(urn);
      if (!fault) continue;
      this.hit.delete(formatFault(fault));
      this.tell({ event: "survived", fault: formatFault(fault) });
    }
  }

  /** Every error must be one that was asked for. */
  private checkErrors({ error, errors }: Attempt, hits: Fault[]): void {
    const crashed = hits.some(({ kind }) => kind === "crash");
    const strange = errors.filter(({ urn, message }) => !faultAt(hits, urn) && !aftermath.test(message));
    if (hits.length > 0 && (crashed || strange.length === 0)) return;
    const found = strange.map(({ urn, message }) => `${urn}: ${message}`).join("\n");
    const own = strange.map(({ urn }) => faultAt(this.suspects(), urn)).filter((fault) => fault !== undefined);
    throw new Broken(own.length > 0 ? own : [...this.suspects(), ...hits], found || messageOf(error));
  }

  /** What the cloud has is what the engine knows: nothing twice, nothing forgotten. */
  private async compare(): Promise<void> {
    // What a cloud makes for a cluster's own objects is nobody's resource, and has no URN.
    const own = this.session.records().filter(({ urn }) => urn.startsWith("urn:pulumi:"));
    const cloud = own.map(({ type, id }) => `${type} ${id}`);
    const state = await this.session.state();
    const forgotten = without(cloud, state);
    const imagined = without(state, cloud);
    if (forgotten.length + imagined.length === 0) return;
    throw new Broken(
      this.suspects(),
      [
        ...forgotten.map((one) => `in the cloud, unknown to the engine: ${one}`),
        ...imagined.map((one) => `in the engine's state, not in the cloud: ${one}`),
      ].join("\n"),
    );
  }
}

/** What is said everywhere when an engine stops at its first error: by itself, by the program and by components. */
const aftermath =
  /update failed$|client connection is closing|resource monitor (has )?shut down|connection is being forcefully terminated|error reading from server: EOF|context canceled/i;

/** One for one: what is there twice and known once is left over. */
function without(items: string[], others: string[]): string[] {
  const rest = [...others];
  return items.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
