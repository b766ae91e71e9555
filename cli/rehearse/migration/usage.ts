/** People who use the platform's applications while they are moved, and whether anything that they wrote was lost. */
import type { Clients } from "../../kubernetes";
import type { Say } from "../up";
import { Internet } from "./internet";
import { startLoad, type Acknowledged, type Load, type LoadResult } from "./load";
import { isServed } from "./tally";

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

/** What the users saw, and each write that was acknowledged and is not there at the end. */
export interface UsageResult extends LoadResult {
  acknowledged: number;
  lost: Acknowledged[];
}

/** Ends the usage, and asks for every write that was acknowledged. */
export async function account({ load, url }: Usage, say: Say): Promise<UsageResult> {
  const result = await load.stop();
  const acknowledged = load.acknowledged();
  say(`asks for ${acknowledged.length} writes that were acknowledged`);
  const internet = new Internet(url);
  const lost: Acknowledged[] = [];
  for (const write of acknowledged) {
    if (!isServed(await internet.send("GET", write.host, write.id))) lost.push(write);
  }
  return { ...result, acknowledged: acknowledged.length, lost };
}
