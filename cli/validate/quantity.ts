/** Quantities as numbers: cores, bytes, pieces. */
const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** 0.5 of `500m`, 67108864 of `64Mi`; 0 where it is none. */
export function quantityValue(quantity: unknown): number {
  if (typeof quantity === "number") return quantity;
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])?$/.exec(
    typeof quantity === "string" ? quantity : "",
  );
  return match ? Number(match[1]) * (factors[match[2] ?? ""] ?? 1) : 0;
}

/** `1.25`, `24Gi`: for people, by the resource's name. */
export function showQuantity(resource: string, value: number): string {
  if (/memory|storage/.test(resource)) return `${round(value / 2 ** 30)}Gi`;
  return String(round(value));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
