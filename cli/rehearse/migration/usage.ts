/** People who use the platform's applications while they are moved, and whether anything that they wrote was lost. */
import type { Clients } from "../../kubernetes";
import type { Say } from "../up";
import { startLoad, type Acknowledged, type Load, type LoadResult } from "./load";
import { lookUp } from "./lookup";

/** Milliseconds between two writes to a host, and two reads. */
const everyMs = 200;

export interface Usage {
  load: Load;
  /** The simulator's `traffic`. */
  url: string;
}

/** Writes to, and reads from, each host of the cluster's Ingresses from now on. */
export async function use(url: string, { networking }: Pick<Clients, "networking">): Promise<Usage> {
  const { items } = await networking.listIngressForAllNamespaces();
  const hosts = [...new Set(items.flatMap(({ spec }) => (spec?.rules ?? []).flatMap(({ host }) => host ?? [])))].sort();
  return { load: startLoad({ url, hosts, everyMs }), url };
}

/** What the users saw, and each write that was acknowledged and is not served at the end. */
export interface UsageResult extends LoadResult {
  acknowledged: number;
  lost: Acknowledged[];
}

/** Ends the usage, and asks for every write that was acknowledged. */
export async function account({ load, url }: Usage, say: Say): Promise<UsageResult> {
  const result = await load.stop();
  const acknowledged = load.acknowledged();
  say(`asks for ${acknowledged.length} writes that were acknowledged`);
  const { missing, unanswered } = await lookUp({ url, acknowledged });
  return { ...result, acknowledged: acknowledged.length, lost: [...missing, ...unanswered] };
}
