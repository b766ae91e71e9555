/** What a step writes down on its way, each thing before it is done, so that the next call goes on from there. */
import type { Journal } from "../journal";
import { StepError } from "../migration";
import type { Before } from "../watch";
import type { Change, Stopped } from "../writers";

/** What the journal keeps of a cutover. */
export interface Cutover {
  /** The backup that the target was filled from, and the bytes of its volumes. */
  backup: string;
  bytes: number;
  /** ISO 8601, UTC: nobody has written in between. */
  stopped: string;
  started: string;
  downtimeSeconds: number;
}

/** Notes of `cutover`. */
export interface CutoverNote {
  /** What is stopped on the source, as it was before. */
  writers?: Stopped;
  /** ISO 8601, UTC. */
  stopping?: string;
  /** What Velero has been asked for: `nameOf`. */
  backups?: string;
  restores?: string;
  /** What keeps users out of the target. */
  door?: Change[];
  /** The names are being led to the target, where nobody is let in yet. */
  leading?: true;
  /** From here on the target may be written to. */
  switching?: true;
  /** Of the volumes that have come. */
  bytes?: number;
  /** What users were answered on the source. */
  before?: Before[];
  /** ISO 8601, UTC: users have been let in. */
  opened?: string;
  moved?: Cutover;
  /** What has been written on the target is being kept, and the source started again. */
  rollingBack?: true;
}

/** Notes of `rollback`. */
export interface RollbackNote {
  /** What is stopped on the target. */
  writers?: Stopped;
}

/** The step begins anew: whatever it has noted before is out of date. */
interface Anew {
  anew: true;
}

/** What a step has noted since it last ended well, or began anew: each key by itself. */
export class Notes<Note extends object> {
  constructor(
    private readonly journal: Journal,
    private readonly step: string,
  ) {}

  /** The newest note of that key; undefined where there is none. */
  find<Key extends keyof Note>(key: Key): Note[Key] | undefined {
    return this.all().findLast((note) => note[key] !== undefined)?.[key];
  }

  add(note: Note): void {
    this.journal.add(this.step, "noted", note);
  }

  /** What was noted of the key, else what is made now, noted before it is used. */
  async once<Key extends keyof Note>(
    key: Key,
    make: () => NonNullable<Note[Key]> | Promise<NonNullable<Note[Key]>>,
  ): Promise<NonNullable<Note[Key]>> {
    const known = this.find(key);
    if (known !== undefined && known !== null) return known;
    const made = await make();
    this.add({ [key]: made } as unknown as Note);
    return made;
  }

  /** Forgets what has been noted. */
  beginAnew(): void {
    this.journal.add(this.step, "noted", { anew: true } satisfies Anew);
  }

  private all(): Note[] {
    const { entries } = this.journal;
    const over = entries.findLastIndex(
      ({ step, kind, data }) =>
        step === this.step && (kind === "done" || (kind === "noted" && (data as Partial<Anew>).anew === true)),
    );
    return entries
      .slice(over + 1)
      .filter(({ step, kind }) => step === this.step && kind === "noted")
      .map(({ data }) => data as Note);
  }
}

/**
 * What the newest cutover has stopped on the source, also one that is done.
 * @throws StepError where there was none.
 */
export function stoppedOnSource({ entries, file }: Pick<Journal, "entries" | "file">): Stopped {
  const notes = entries.filter(({ step, kind }) => step === "cutover" && kind === "noted");
  const writers = notes.map(({ data }) => (data as CutoverNote).writers).findLast((one) => one !== undefined);
  if (!writers) throw new StepError(`${file} does not say what was stopped on the source: nothing was cut over.`);
  return writers;
}
