/** The page of scenarios that were played. */
import { expect, it } from "vitest";
import { playedPage, type Played } from "../../prove/scenarios";

const machine: Played["machine"] = {
  date: "2026-11-21T10:00",
  commit: "abc1234",
  cores: 2,
  processor: "AMD EPYC",
  memoryGiB: 24,
  node: "v20.20.2",
  load: 0.4,
};

it("says of each scenario how long it took, that it failed, or that it was not played", () => {
  const page = playedPage([
    {
      cloud: "aws",
      steps: [
        { name: "up", seconds: 60, ok: true },
        { name: "scenario-change", seconds: 12.4, ok: true },
        { name: "scenario-drift", seconds: 3, ok: false, error: "not healed\nafter all" },
      ],
      scenarios: [
        { name: "change", seen: ["3 → 5 in 2 s"] },
        { name: "drift", seen: [] },
      ],
      machine,
    },
    {
      cloud: "gcp",
      steps: [{ name: "scenario-change", seconds: 9, ok: true }],
      scenarios: [{ name: "change", seen: ["3 → 5 in 1 s"] }],
      machine,
    },
  ]);
  expect(page).toContain("| `change` | 12 s | 9 s |");
  expect(page).toContain("| `drift` | **failed** | not played |");
  expect(page).toContain("- aws, scenario-drift: not healed\n");
  expect(page).toContain("**change**\n- 3 → 5 in 2 s");
  expect(page).toContain("aws: 2026-11-21, commit abc1234, 2 cores (AMD EPYC), 24 GiB, load 0.4");
});
