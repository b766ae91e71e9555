/** Whether every write that was acknowledged is there. */
import { Internet } from "./internet";
import type { Acknowledged } from "./load";
import { isServed } from "./tally";

export interface LookUpRequest {
  /** The simulator's `traffic`. */
  url: string;
  acknowledged: Acknowledged[];
  /** A load balancer's address, so that one cluster is asked, whatever the hosts' names lead to. */
  address?: string;
}

export interface LookedUp {
  found: number;
  /** Those that an application has not. */
  missing: Acknowledged[];
  /** Those that nobody could say it of, each with why. */
  unanswered: (Acknowledged & { why: string })[];
}

/** Requests at the same time. */
const atOnce = 8;

export async function lookUp({ url, acknowledged, address }: LookUpRequest): Promise<LookedUp> {
  const internet = new Internet(url);
  const left = [...acknowledged];
  const result: LookedUp = { found: 0, missing: [], unanswered: [] };
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one; one = left.shift()) {
      const outcome = await internet.send("GET", one.host, one.id, undefined, address);
      if (isServed(outcome)) result.found += 1;
      else if (outcome.missingOn) result.missing.push(one);
      else result.unanswered.push({ ...one, why: outcome.why ?? String(outcome.status) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return result;
}
