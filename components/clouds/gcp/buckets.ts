/** What a bucket of Cloud Storage can be: in which two regions at once, and for how long it keeps what is deleted. */

/**
 * Least and most days that a bucket keeps what has been deleted in it, old versions too: nobody can delete it any further,
 * not by a change of the bucket either. https://cloud.google.com/storage/docs/soft-delete
 */
export const softDelete = { least: 7, most: 90 } as const;

/** A bucket's location, in Google's words. */
export interface DualRegion {
  /** `EU`, `EUR4` */
  location: string;
  /** Which two of the location's regions; unset where the location is of just these two. */
  dataLocations?: [string, string];
}

/** Locations that are of two regions by themselves: https://cloud.google.com/storage/docs/locations#predefined */
const predefined: Record<string, [string, string]> = {
  ASIA1: ["asia-northeast1", "asia-northeast2"],
  EUR4: ["europe-north1", "europe-west4"],
  EUR5: ["europe-west1", "europe-west2"],
  EUR7: ["europe-west2", "europe-west3"],
  EUR8: ["europe-west3", "europe-west6"],
  NAM4: ["us-central1", "us-east1"],
};

/**
 * Locations of which any two regions can be taken; those of one country come first, as their pairs are in no other.
 * https://cloud.google.com/storage/docs/locations#configurable
 */
const configurable: Record<string, string[]> = {
  AU: ["australia-southeast1", "australia-southeast2"],
  CA: ["northamerica-northeast1", "northamerica-northeast2"],
  DE: ["europe-west3", "europe-west10"],
  IN: ["asia-south1", "asia-south2"],
  IT: ["europe-west8", "europe-west12"],
  ASIA: ["asia-east1", "asia-southeast1"],
  EU: [
    "europe-central2",
    "europe-north1",
    "europe-southwest1",
    "europe-west1",
    "europe-west3",
    "europe-west4",
    "europe-west8",
    "europe-west9",
    "europe-west10",
    "europe-west12",
  ],
  US: ["us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4"],
};

/** The location of a bucket that is in both regions; undefined where there is none. */
export function dualRegion(one: string, other: string): DualRegion | undefined {
  if (one === other) return undefined;
  const both = (regions: string[]) => regions.includes(one) && regions.includes(other);
  const [fixed] = Object.entries(predefined).find(([, regions]) => both(regions)) ?? [];
  if (fixed !== undefined) return { location: fixed };
  const [location] = Object.entries(configurable).find(([, regions]) => both(regions)) ?? [];
  // Upper case and in order, as Google writes them back.
  const [first = "", second = ""] = [one, other].map((region) => region.toUpperCase()).sort();
  return location === undefined ? undefined : { location, dataLocations: [first, second] };
}

/** Regions that share a location with this one, in order. */
export function partnersOf(region: string): string[] {
  const known = [...Object.values(predefined), ...Object.values(configurable)].flat();
  return [...new Set(known)].filter((other) => dualRegion(region, other)).sort();
}
