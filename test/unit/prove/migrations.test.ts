/** The page of migrations that were rehearsed. */
import { expect, it } from "vitest";
import type { JourneyReport } from "../../../cli/rehearse/migration/rehearse";
import { movedPage, pairsOf, type Moved } from "../../prove/migrations";

const machine: Moved["machine"] = {
  date: "2026-11-22T10:00",
  commit: "abc1234",
  cores: 2,
  processor: "AMD EPYC",
  memoryGiB: 24,
  node: "v20.20.2",
  load: 0.4,
};

const requests = (longestGapSeconds: number) => ({ sent: 9, served: 8, refused: [], longestGapSeconds, latency: {} });
const report: JourneyReport = {
  name: "dev-migration",
  route: ["dev-aws", "dev-gcp"],
  ok: true,
  steps: [{ name: "up", seconds: 150, ok: true }],
  legs: [
    {
      from: "dev-aws",
      to: "dev-gcp",
      findings: "",
      volumes: 1,
      cutover: { backup: "b", bytes: 2048, stopped: "", started: "", downtimeSeconds: 31.6 },
    },
  ],
  usage: {
    from: "",
    to: "",
    acknowledged: 8,
    lost: [],
    hosts: [
      { host: "a", keeps: true, writes: requests(33.2), reads: requests(2), lost: [], servedBy: {} },
      { host: "b", keeps: false, writes: requests(99), reads: requests(4), lost: [], servedBy: {} },
    ],
  },
  kept: [],
  leftovers: [],
};

it("moves from every cloud to every other", () => {
  expect(pairsOf(["aws", "azure", "gcp"]).map((pair) => pair.join(" "))).toEqual([
    "aws azure",
    "aws gcp",
    "azure aws",
    "azure gcp",
    "gcp aws",
    "gcp azure",
  ]);
});

it("says what the users of each move saw, and not of writes to what keeps nothing", () => {
  const page = movedPage([{ stack: "dev", from: "aws", to: "gcp", report, machine }]);
  expect(page).toContain("| dev: aws → gcp | moved | 2.0 KiB | 32 s | 33 s | 4 s | 8 of 8 | 3 min |");
  expect(page).toContain("None.");
});

it("says where a move has failed", () => {
  const steps = [{ name: "verify-1", seconds: 6, ok: false, error: "not as on the source" }];
  const failed = { ...report, ok: false, steps, legs: [], usage: undefined } as unknown as JourneyReport;
  const page = movedPage([{ stack: "dev", from: "gcp", to: "aws", report: failed, machine }]);
  expect(page).toContain("| dev: gcp → aws | **failed**: verify-1 |");
  expect(page).toContain("- dev, gcp → aws, verify-1: not as on the source");
});
