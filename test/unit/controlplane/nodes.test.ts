import { describe, expect, it } from "vitest";
import { allocatable } from "../../../simulator/controlplane/allocatable";
import { emulatedVersion } from "../../../simulator/controlplane/components";

describe("allocatable", () => {
  it("is what EKS leaves of an m6i.large", () => {
    // 60 + 10 thousandths of two CPUs; 255 + 29 × 11 + 100 MiB of 8 GiB.
    expect(allocatable("aws", { vcpu: 2, memoryGiB: 8, maxPods: 29 })).toEqual({ cpu: 1930, memoryMiB: 7518 });
  });

  it("is what GKE leaves of an e2-standard-16", () => {
    // 60 + 10 + 2 × 5 + 12 × 2.5; 25 % of 4, 20 % of 4, 10 % of 8, 6 % of 48 GiB and the eviction threshold.
    const { cpu, memoryMiB } = allocatable("gcp", { vcpu: 16, memoryGiB: 64, maxPods: 110 });
    expect(cpu).toBe(16_000 - 110);
    expect(memoryMiB).toBeCloseTo(65_536 - (1 + 0.8 + 0.8 + 2.88) * 1024 - 100, -1);
  });

  it("is what AKS leaves, at most a quarter of the memory reserved", () => {
    expect(allocatable("azure", { vcpu: 4, memoryGiB: 16, maxPods: 30 })).toEqual({ cpu: 3860, memoryMiB: 15_634 });
    expect(allocatable("azure", { vcpu: 2, memoryGiB: 4, maxPods: 110 })).toEqual({ cpu: 1900, memoryMiB: 2972 });
  });
});

it.each([
  ["1.31", "1.33"],
  ["1.33", "1.33"],
  ["1.35", "1.35"],
  ["1.38", "1.36"],
])("a cluster of %s behaves as %s", (wanted, emulated) => {
  expect(emulatedVersion(wanted)).toBe(emulated);
});
