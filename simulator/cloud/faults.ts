/** Faults by name and position: what a cloud does to a run at its worst moment, once, when asked to. */
import { setTimeout as sleep } from "node:timers/promises";

/**
 * - `throttle`: refused with the cloud's rate-limit error, nothing made.
 * - `quota`: refused with the cloud's quota error, nothing made.
 * - `timeout`: made, but not ready before the provider gave up waiting.
 * - `partial`: made, but a later call of the same operation (tags, settings) failed.
 * - `crash`: made, and the engine dies before it hears of it.
 */
export const faultKinds = ["throttle", "quota", "timeout", "partial", "crash"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Nothing goes wrong in no time: what is asked for meanwhile is under way when it does. */
export const moment = (): Promise<void> => sleep(200);

export interface Fault {
  kind: FaultKind;
  /** `aws:eks/cluster:Cluster` */
  type: string;
  /** The resource's own name in the program; unset: any of that type. */
  name?: string;
  /** Which creation of that type, or of that resource, from 1. */
  position: number;
}

/**
 * Reads `throttle@aws:eks/cluster:Cluster#2` and `throttle@aws:eks/cluster:Cluster=NAME`.
 * @throws Error that says what is wrong with the text and what is allowed.
 */
export function parseFault(text: string): Fault {
  const match = /^([a-z]+)@([^#=]+)(?:=([^#]+))?(?:#(\d+))?$/.exec(text);
  const position = Number(match?.[4] ?? "1");
  if (!match?.[1] || !match[2] || position < 1) {
    throw new Error(
      `--fault ${text}: not of the form KIND@TYPE[=NAME][#N], such as timeout@aws:eks/cluster:Cluster or quota@aws:ec2/subnet:Subnet#2`,
    );
  }
  const kind = faultKinds.find((known) => known === match[1]);
  if (!kind) throw new Error(`--fault ${text}: no such kind "${match[1]}"; one of ${faultKinds.join(", ")}`);
  return { kind, type: match[2], ...(match[3] ? { name: match[3] } : {}), position };
}

/** The text that `parseFault` reads. */
export function formatFault({ kind, type, name, position }: Fault): string {
  return `${kind}@${type}${name ? `=${name}` : ""}${position > 1 ? `#${position}` : ""}`;
}

/** Hands each fault out once, at the creation it is meant for. */
export class Faults {
  private readonly pending: Fault[];
  private readonly seen = new Map<string, number>();

  /** @param told hears of each fault when it is handed out. */
  constructor(
    faults: Fault[],
    private readonly told: (fault: Fault) => void = () => undefined,
  ) {
    this.pending = [...faults];
  }

  /** The fault that hits this creation of a resource of that type and name, if one does. */
  next(type: string, name: string): Fault | undefined {
    const ofType = this.count(type);
    const ofName = this.count(`${type}=${name}`);
    const index = this.pending.findIndex(
      (fault) =>
        fault.type === type &&
        (fault.name === undefined ? fault.position === ofType : fault.name === name && fault.position === ofName),
    );
    if (index < 0) return undefined;
    const [fault] = this.pending.splice(index, 1);
    if (fault) this.told(fault);
    return fault;
  }

  private count(key: string): number {
    const times = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, times);
    return times;
  }
}
