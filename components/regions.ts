/** The clouds' regions: which there are, their zones, and which one of another cloud lies nearest. */
import type { Cloud } from "./config/types";
import { awsRegions } from "./regions/aws";
import { azureRegions } from "./regions/azure";
import { gcpRegions } from "./regions/gcp";

export interface Region {
  /** The cloud's own name: `eu-west-1`, `westeurope`, `europe-west1`. */
  name: string;
  /** ISO 3166 code in lower case; `eu` for the members of the European Union, whose law on data is one. */
  country: string;
  /** Degrees north and east of the place that the cloud names. */
  latitude: number;
  longitude: number;
  /** The cloud's own zone names, in the order in which they are taken; empty where the region has none. */
  zones: string[];
  /** Fewer than `zones` where one account cannot see them all. */
  usableZones?: number;
}

const regionsOf: Record<Cloud, Region[]> = { aws: awsRegions, azure: azureRegions, gcp: gcpRegions, local: [] };

/** Where a stack goes that comes from no cloud's region: a large region of each cloud in the European Union. */
const first: Record<Exclude<Cloud, "local">, string> = { aws: "eu-west-1", azure: "westeurope", gcp: "europe-west1" };

/** Names of a cloud's regions; none on `local`. */
export function regionNames(cloud: Cloud): string[] {
  return regionsOf[cloud].map(({ name }) => name);
}

export function findRegion(cloud: Cloud, name: string): Region | undefined {
  return regionsOf[cloud].find((region) => region.name === name);
}

/** The clouds that have a region of this name. */
export function cloudsWithRegion(name: string): Cloud[] {
  return (Object.keys(regionsOf) as Cloud[]).filter((cloud) => findRegion(cloud, name));
}

/** The zones that a cluster of at most `wanted` zones takes in the region; none where the region is unknown. */
export function zonesFor(cloud: Cloud, name: string, wanted: number): string[] {
  const region = findRegion(cloud, name);
  return region ? region.zones.slice(0, Math.min(wanted, region.usableZones ?? wanted)) : [];
}

/**
 * The region in which a stack is brought up when it is moved to `cloud`: the nearest one under the same country's law
 * where there is one, else the nearest of all; a large European region for a stack that names no known region.
 *
 * `regionFor("gcp", { cloud: "aws", region: "eu-central-1" })` → `europe-west3`
 *
 * @throws where `cloud` is `local`, which has no regions but kubeconfig contexts.
 */
export function regionFor(cloud: Cloud, from?: { cloud: Cloud; region: string }): string {
  if (cloud === "local") {
    throw new Error("local has no regions: its region is the name of a kubeconfig context");
  }
  const origin = from && findRegion(from.cloud, from.region);
  if (!origin) return first[cloud];
  if (from.cloud === cloud) return origin.name;
  // A region without zones is no home for a cluster that had them.
  const equal = regionsOf[cloud].filter(({ zones }) => zones.length > 0 || origin.zones.length === 0);
  const sameLaw = equal.filter(({ country }) => country === origin.country);
  const candidates = sameLaw.length > 0 ? sameLaw : equal;
  return candidates.reduce((best, next) => (distance(origin, next) < distance(origin, best) ? next : best)).name;
}

/** Great-circle distance in radians (haversine). */
function distance(one: Region, other: Region): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
  const h =
    half(one.latitude, other.latitude) +
    Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * half(one.longitude, other.longitude);
  return 2 * Math.asin(Math.sqrt(h));
}
