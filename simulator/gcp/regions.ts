/**
 * Google's regions and their zones for general use, by the zones' letters:
 * https://cloud.google.com/compute/docs/regions-zones, looked up on 2026-11-21.
 */
const letters: Record<string, string> = {
  "africa-south1": "abc",
  "asia-east1": "abc",
  "asia-east2": "abc",
  "asia-northeast1": "abc",
  "asia-northeast2": "abc",
  "asia-northeast3": "abc",
  "asia-south1": "abc",
  "asia-south2": "abc",
  "asia-southeast1": "abc",
  "asia-southeast2": "abc",
  "australia-southeast1": "abc",
  "australia-southeast2": "abc",
  "europe-central2": "abc",
  "europe-north1": "abc",
  "europe-north2": "abc",
  "europe-southwest1": "abc",
  "europe-west1": "bcd",
  "europe-west10": "abc",
  "europe-west12": "abc",
  "europe-west2": "abc",
  "europe-west3": "abc",
  "europe-west4": "abc",
  "europe-west6": "abc",
  "europe-west8": "abc",
  "europe-west9": "abc",
  "me-central1": "abc",
  "me-central2": "abc",
  "me-west1": "abc",
  "northamerica-northeast1": "abc",
  "northamerica-northeast2": "abc",
  "northamerica-south1": "abc",
  "southamerica-east1": "abc",
  "southamerica-west1": "abc",
  "us-central1": "abcf",
  "us-east1": "bcd",
  "us-east4": "abc",
  "us-east5": "abc",
  "us-south1": "abc",
  "us-west1": "abc",
  "us-west2": "abc",
  "us-west3": "abc",
  "us-west4": "abc",
};

export function regionNames(): string[] {
  return Object.keys(letters);
}

/** Names of the region's zones, `europe-west1-b`, …; empty for a region that is not known here. */
export function zonesOf(region: string): string[] {
  return [...(letters[region] ?? "")].map((letter) => `${region}-${letter}`);
}

/** `europe-west1` of `europe-west1-b`, and of itself. */
export function regionOf(location: string): string {
  return location.replace(/-[a-z]$/, "");
}
