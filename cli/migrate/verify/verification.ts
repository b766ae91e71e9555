/** What a comparison of source and target has found: plain JSON, for the journal and for people. */

export type ProblemCode =
  | "application-missing"
  | "application-state"
  | "history-differs"
  | "history-unread"
  | "ingress-address"
  | "object-differs"
  | "object-missing"
  | "rows-differ"
  | "rows-unread"
  | "secret-differs"
  | "unread"
  | "volume-differs"
  | "volume-unread"
  | "workload-unready";

export interface Problem {
  code: ProblemCode;
  /** `Deployment production/backend` */
  object: string;
  /** What is wrong, without values of settings and secrets. */
  what: string;
  /** What to do. */
  then: string;
}

/** One volume's files on both sides. Sockets, pipes and what a file system has for itself are no files. */
export interface VolumeCheck {
  namespace: string;
  claim: string;
  /** On the source. */
  files: number;
  bytes: number;
  /** SHA-256 over names, sizes and contents of all files, in the order of their names. */
  source: string;
  target: string;
}

/** What a workload's own command said of its data on both sides. */
export interface RowCheck {
  /** `Pod production/database-0` */
  object: string;
  same: boolean;
}

export interface Verification {
  /** Objects that should be on the target, and those that are. */
  objects: { expected: number; there: number };
  problems: Problem[];
  volumes: VolumeCheck[];
  rows: RowCheck[];
  /** That it took. */
  seconds: number;
}
