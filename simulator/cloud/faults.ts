/** Faults by name and position: what a cloud does to a run at its worst moment, once, when asked to. */

/**
 * - `throttle`: refused with the cloud's rate-limit error, nothing made.
 * - `quota`: refused with the cloud's quota error, nothing made.
 * - `timeout`: made, but not ready before the provider gave up waiting.
 * - `partial`: made, but a later call of the same operation (tags, settings) failed.
 * - `crash`: made, and the engine dies before it hears of it.
 */
export const faultKinds = ["throttle", "quota", "timeout", "partial", "crash"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** `aws:eks/cluster:Cluster` */
  type: string;
  /** Which creation of that type, from 1. */
  position: number;
}

/**
 * Reads `throttle@aws:eks/cluster:Cluster#2`.
 * @throws Error that says what is wrong with the text and what is allowed.
 */
export function parseFault(text: string): Fault {
  const match = /^([a-z]+)@([^#]+)(?:#(\d+))?$/.exec(text);
  const position = Number(match?.[3] ?? "1");
  if (!match?.[1] || !match[2] || position < 1) {
    throw new Error(
      `--fault ${text}: not of the form KIND@TYPE[#N], such as timeout@aws:eks/cluster:Cluster or quota@aws:ec2/subnet:Subnet#2`,
    );
  }
  const kind = faultKinds.find((known) => known === match[1]);
  if (!kind) throw new Error(`--fault ${text}: no such kind "${match[1]}"; one of ${faultKinds.join(", ")}`);
  return { kind, type: match[2], position };
}

/** Hands each fault out once, at the creation it is meant for. */
export class Faults {
  private readonly pending: Fault[];
  private readonly seen = new Map<string, number>();

  constructor(faults: Fault[]) {
    this.pending = [...faults];
  }

  /** The fault that hits this creation of `type`, if one does. */
  next(type: string): Fault | undefined {
    const position = (this.seen.get(type) ?? 0) + 1;
    this.seen.set(type, position);
    const index = this.pending.findIndex((fault) => fault.type === type && fault.position === position);
    return index < 0 ? undefined : this.pending.splice(index, 1)[0];
  }
}
