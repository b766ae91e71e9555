/**
 * The names of what moves. Those below the stack's domain are the migration's from the cutover on: their records are taken
 * over from external-dns, switched, and let go of when one side is final. Others are their owners' to switch.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Say } from "../rehearse/up";
import { planOf, type Migration, type Traffic } from "./migration";
import { readInventory } from "./plan/inventory";
import { ofKind } from "./plan/view";
import type { Side } from "./side";
import { Notes } from "./steps/notes";
import { hostsOf, openRecords, usualTtlSeconds, type Records } from "./traffic";
import { applyStop, planDnsStop, startWriters, type Stopped } from "./writers";

interface NameNotes {
  hosts?: string[];
  /** The source's external-dns, as it was before it was stopped. */
  dns?: Stopped;
  /** ISO 8601: since then the records say how long they may be remembered. */
  taken?: string;
}

/** Names that nobody has given the migration: whoever owns them is told where they lead. */
const byHand: Traffic = {
  prepare: async (say) => say("the names of what moves are not the stack's: they are yours to switch"),
  toTarget: async (say) => say("let your names lead to the target's load balancer now"),
  toSource: async (say) => say("let your names lead to the source's load balancer again"),
  leave: async () => undefined,
};

type Given = Pick<Migration, "journal" | "stacks" | "timeoutSeconds">;

const notesOf = ({ journal }: Given) => new Notes<NameNotes>(journal, "names");

/** Seconds that resolvers may remember an answer while names are being switched. */
const shortTtlSeconds = 60;

/** @param rememberedSeconds how long resolvers remember what external-dns has told them. */
export function namesOf(given: Given, rememberedSeconds = usualTtlSeconds): Traffic {
  const withRecords = async (
    work: (records: Records, source: Side) => Promise<void>,
    otherwise: () => Promise<void>,
  ) => {
    const source = await given.stacks.source();
    const hosts = await hostsToSwitch(given, source);
    return hosts.length === 0 ? otherwise() : work(await recordsOf(given, source, hosts), source);
  };
  return {
    prepare: (say) =>
      withRecords(
        (records, source) => takeOver(given, { records, source, rememberedSeconds }, say),
        () => byHand.prepare(say),
      ),
    toTarget: (say) =>
      withRecords(
        (records) => records.pointTo({ source: 0, target: 100 }, shortTtlSeconds, say),
        () => byHand.toTarget(say),
      ),
    toSource: (say) =>
      withRecords(
        (records, source) => giveBack(given, { records, source }, say),
        () => byHand.toSource(say),
      ),
    leave: (say) =>
      withRecords(
        (records) => records.release("target", say),
        () => byHand.leave(say),
      ),
  };
}

/** Of the Ingresses that move, as they were first seen; none where the source has no domain. */
async function hostsToSwitch(given: Given, source: Side): Promise<string[]> {
  const { domain } = source.configuration.values;
  if (typeof domain !== "string") return [];
  return notesOf(given).once("hosts", async () => {
    const { namespaces } = planOf(given.journal);
    const { objects } = await readInventory(await source.connect());
    const ingresses = ofKind(objects, "networking.k8s.io", "Ingress");
    return hostsOf(
      ingresses.filter(({ metadata }) => namespaces.includes(metadata.namespace ?? "")),
      domain,
    );
  });
}

async function recordsOf({ journal, stacks }: Given, source: Side, hosts: string[]): Promise<Records> {
  const { to } = planOf(journal);
  const { stack } = await stacks.target();
  const directory = `${journal.file}.names`;
  return openRecords({ source, target: { name: to, stack }, hosts, directory });
}

/** While everything still leads to the source. */
async function takeOver(
  given: Given,
  { records, source, rememberedSeconds }: { records: Records; source: Side; rememberedSeconds: number },
  say: Say,
): Promise<void> {
  const clients = await source.connect();
  const notes = notesOf(given);
  const dns = await notes.once("dns", () => planDnsStop(clients));
  await applyStop(clients, dns, say, given.timeoutSeconds);
  await records.take(shortTtlSeconds, say);
  const taken = await notes.once("taken", () => new Date().toISOString());
  const left = Date.parse(taken) + rememberedSeconds * 1000 - Date.now();
  if (left <= 0) return;
  say(`${Math.ceil(left / 1000)} s until nobody remembers what the names were told for longer`);
  await sleep(left);
}

async function giveBack(
  given: Given,
  { records, source }: { records: Records; source: Side },
  say: Say,
): Promise<void> {
  await records.pointTo({ source: 100, target: 0 }, shortTtlSeconds, say);
  await records.release("source", say);
  const notes = notesOf(given);
  const dns = notes.find("dns");
  if (dns) await startWriters(await source.connect(), dns, say);
  notes.beginAnew();
}
