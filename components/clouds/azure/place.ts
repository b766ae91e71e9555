/** Where resources go and what they carry: what every file here has to know. */
import type { GetClientConfigResult } from "@pulumi/azure-native/authorization";
import type * as pulumi from "@pulumi/pulumi";

export interface Place {
  /** The stack's resource group: everything but backups is in it, and goes with it. */
  resourceGroupName: pulumi.Output<string>;
  location: string;
  /** Azure hands no tags down: each resource is given them. */
  tags: Record<string, string>;
}

/** Subscription, tenant and object id of the identity that runs `up`. */
export type Caller = GetClientConfigResult;

/** Zones of the nodes, each once; a region without zones has one place without a zone. */
export interface Zone {
  /** Tells the places apart in names: `1`, `2`, `3`. */
  key: string;
  /** As Azure's `zones` properties take it; empty where the region has none. */
  zones: string[];
}

export function zonesOf(zones: string[]): Zone[] {
  return zones.length === 0 ? [{ key: "1", zones: [] }] : zones.map((zone) => ({ key: zone, zones: [zone] }));
}

/** For properties that Azure refuses as empty lists. */
export function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}
