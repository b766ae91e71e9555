/** A pool's bounds over several zones, without any cloud. */

export interface Bounds {
  minSize: number;
  maxSize: number;
}

/** Divides the pool's bounds among its zones, the first ones taking what is left over: 4 to 5 over 3 is 2-2, 1-2, 1-1. */
export function spread(min: number, max: number, zones: number): Bounds[] {
  const share = (total: number, zone: number) => Math.floor(total / zones) + (zone < total % zones ? 1 : 0);
  return Array.from({ length: zones }, (_, zone) => ({ minSize: share(min, zone), maxSize: share(max, zone) }));
}
