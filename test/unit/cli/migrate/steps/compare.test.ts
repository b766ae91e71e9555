import { expect, it } from "vitest";
import { assertWhole } from "../../../../../cli/migrate/steps/compare";
import type { Outcome } from "../../../../../cli/velero/outcome";

const outcome = (...bytes: number[]): Outcome => ({
  name: "last",
  items: 0,
  warnings: 0,
  started: "",
  ended: "",
  volumes: bytes.map((count, index) => ({ namespace: "shop", pod: `web-${index}`, volume: "data", bytes: count })),
});

it("takes a restore that has every volume's bytes", () => {
  expect(() => assertWhole(outcome(7, 0), outcome(7, 0))).not.toThrow();
});

it("names each volume of which something is missing", () => {
  expect(() => assertWhole(outcome(7, 5, 3), outcome(7, 4))).toThrow(
    "shop/web-1, volume data: 4 of 5 bytes\n  shop/web-2, volume data: nothing of 3 bytes",
  );
});
