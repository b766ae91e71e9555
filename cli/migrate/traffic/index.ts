/**
 * The names that a migration owns: their records in the source's zone, which the registrar names, held by a small stack of
 * their own from before the first switch until the source is gone or has them back. docs/decisions/traffic.md
 */
import { mkdirSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation";
import { failing } from "../../rehearse/engine";
import { up, destroy, type Say } from "../../rehearse/up";
import type { Side } from "../side";
import { addressOf, TrafficError } from "./address";
import { relativeName } from "./azure";
import { programOf, type Place, type TrafficOutputs } from "./program";
import { openTraffic } from "./stack";
import {
  needsWildcard,
  wayTo,
  wayToRelease,
  wayToTake,
  type Held,
  type SideName,
  type Weights,
  type Zone,
} from "./way";

export { addressOf, hostsOf, TrafficError } from "./address";
export { sharesOf, usualTtlSeconds, type SideName, type Weights, type Zone } from "./way";

export interface TrafficRequest {
  source: Side;
  target: Pick<Side, "name" | "stack">;
  /** Of `hostsOf`; not empty. What has been taken stays what it was. */
  hosts: string[];
  /** Has the settings of the stack that holds the records; the same for all steps of a migration. */
  directory: string;
}

/**
 * Opens what holds the records, and changes nothing yet.
 * @throws TrafficError where a side has no load balancer, the source no domain, or a host cannot be switched so.
 */
export async function openRecords(request: TrafficRequest): Promise<Records> {
  mkdirSync(request.directory, { recursive: true });
  const place = await placeOf(request);
  const stack = await openTraffic(request.source, request.target.name, request.directory);
  const outputs = (await stack.outputs()) as Record<string, { value: unknown } | undefined>;
  const before =
    outputs["held"] && outputs["place"] ? { held: outputs["held"].value, place: outputs["place"].value } : undefined;
  return new Records(stack, place, before as TrafficOutputs | undefined);
}

/** The records of a migration. Each call may be interrupted and repeated: it goes on from where the last has come. */
export class Records {
  private held: Held | undefined;
  private readonly place: Place;
  /** The stack says what it holds before all of it is done: an interrupted run may have left a part. */
  private unsure: boolean;

  constructor(
    readonly stack: Stack,
    wanted: Place,
    before: TrafficOutputs | undefined,
  ) {
    this.held = before?.held;
    this.unsure = before !== undefined;
    // A host that is new since is not ours to take in the middle of a switch, and one that is gone keeps its answer.
    this.place = before ? { ...wanted, hosts: before.place.hosts } : wanted;
  }

  get zone(): Zone {
    return this.place.zone;
  }

  get hosts(): string[] {
    return this.place.hosts;
  }

  /**
   * Makes the records ours; they answer with the source, for `ttlSeconds`. external-dns has to be stopped before, or it
   * would write its own back. Whoever has asked before remembers the answer for as long as it was told then. Records that
   * are ours already are left as they are.
   */
  async take(ttlSeconds: number, say: Say): Promise<void> {
    await this.go(this.held ? [] : wayToTake(this.zone, ttlSeconds), say);
  }

  /**
   * Has DNS answer by these weights.
   * @throws TrafficError where they are none, or that zone has no weights: `sharesOf` tells.
   */
  async pointTo(weights: Weights, ttlSeconds: number, say: Say): Promise<void> {
    if (!this.held) await this.take(ttlSeconds, say);
    if (this.held) await this.go(wayTo(this.zone, this.held, weights, ttlSeconds), say);
  }

  /**
   * Lets go of the records, which stay in the zone and name that side: the source's external-dns, when it runs again, takes
   * them for its own, as the record that says so has been left alone. Without a source they answer until the registrar
   * names the target's zone.
   */
  async release(side: SideName, say: Say): Promise<void> {
    if (this.held) await this.go(wayToRelease(this.zone, this.held, side), say);
    // They are marked as kept: this forgets them.
    await destroy(this.stack, say);
    await this.stack.workspace.removeStack(this.stack.name);
    this.held = undefined;
  }

  private async go(way: Held[], say: Say): Promise<void> {
    if (this.unsure && this.held) {
      const again = this.make(this.held, say);
      // What cannot be finished can still be left: the zone refuses whatever would take the last answer away.
      await (way.length === 0 ? again : again.catch((error: unknown) => say(String(error))));
    }
    this.unsure = false;
    for (const held of way) await this.make(held, say);
  }

  private async make(held: Held, say: Say): Promise<void> {
    this.stack.workspace.program = failing(programOf(this.place, held));
    this.unsure = true;
    await up(this.stack, say);
    this.unsure = false;
    this.held = held;
  }
}

async function placeOf({ source, target, hosts }: TrafficRequest): Promise<Place> {
  const { cloud, domain, region, dns } = source.configuration.values;
  if (typeof domain !== "string") {
    throw new TrafficError(
      `The stack ${source.name} has no domain: whoever names its address by hand has to switch it.`,
    );
  }
  if (cloud !== "aws" && cloud !== "azure" && cloud !== "gcp") {
    throw new TrafficError(`The stack ${source.name} is in no cloud whose DNS could be switched.`);
  }
  const balancer = async ({ name, stack }: Pick<Side, "name" | "stack">) =>
    addressOf(name, (await stack.outputs())["loadBalancer"]?.value);
  const zone: Zone = { cloud, domain, source: await balancer(source), target: await balancer(target) };
  const problems = hosts.flatMap((host) => problemOf(host, zone) ?? []);
  if (problems.length > 0) throw new TrafficError(problems.join("\n"));
  const { resourceGroup = "dns" } = (dns ?? {}) as { resourceGroup?: string };
  return { zone, region: String(region), resourceGroup, hosts };
}

function problemOf(host: string, zone: Zone): string | undefined {
  const name = [zone.source, zone.target].find(({ kind }) => kind === "name");
  if (zone.cloud === "aws" || name === undefined) return undefined;
  if (host === zone.domain) {
    return `${host} is the domain itself, which DNS does not let be another name for ${name.value}. Serve it under www.${host}, or move the zone before.`;
  }
  if (needsWildcard(zone) && relativeName(host, zone.domain).startsWith("*")) {
    return `${host} cannot become another name for ${name.value} without a moment in which nothing answers. Name the hosts below it one by one.`;
  }
  return undefined;
}
