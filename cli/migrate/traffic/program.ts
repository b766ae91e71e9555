/** The program of the stack that holds the records: nothing but them. */
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Held, Zone } from "./way";

export interface Place {
  zone: Zone;
  /** The source's. */
  region: string;
  /** Azure's resource group of the zone. */
  resourceGroup: string;
  /** In the zone. */
  hosts: string[];
}

/** What the stack says of itself: where an interrupted switch goes on from. */
export interface TrafficOutputs {
  held: Held;
  place: Place;
}

export function programOf(place: Place, held: Held): PulumiFn {
  return async () => {
    await make(place, held);
    return { held, place } satisfies TrafficOutputs;
  };
}

/** With each come a cloud's SDK, which the others can do without. */
async function make(place: Place, held: Held): Promise<void> {
  switch (place.zone.cloud) {
    case "aws":
      return (await import("./aws")).records(place, held);
    case "azure":
      return (await import("./azure")).records(place, held);
    case "gcp":
      return (await import("./google")).records(place, held);
  }
}
