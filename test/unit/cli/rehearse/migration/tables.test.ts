/** What a rehearsed migration shows at its end. */
import { expect, it } from "vitest";
import type { JourneyReport } from "../../../../../cli/rehearse/migration/rehearse";
import { showJourney } from "../../../../../cli/rehearse/migration/tables";

const cutover = { backup: "b", bytes: 2048, stopped: "", started: "", downtimeSeconds: 31.64 };
const report: JourneyReport = {
  name: "dev-migration",
  route: ["dev-aws", "dev-gcp", "dev-azure"],
  ok: false,
  steps: [
    { name: "up", seconds: 600, ok: true },
    { name: "plan-1", seconds: 30, ok: true },
    { name: "finish-1", seconds: 60, ok: true },
    { name: "plan-2", seconds: 12, ok: true },
    { name: "verify-2", seconds: 6, ok: false, error: "not as on the source" },
  ],
  legs: [
    {
      from: "dev-aws",
      to: "dev-gcp",
      findings: "no findings",
      volumes: 4,
      compared: { objects: 68, volumes: 1 },
      cutover,
    },
    { from: "dev-gcp", to: "dev-azure", findings: "no findings", volumes: 4 },
  ],
  kept: ["bucket"],
  leftovers: [],
};
const cells = (text: string) => text.split("\n").map((line) => line.split("│").map((cell) => cell.trim()));

it("has a row for each leg, with what it has come to", () => {
  const rows = cells(showJourney(report, false)).map((row) => row.slice(1, -1));
  expect(rows).toContainEqual(["dev-aws → dev-gcp", "no findings", "68", "1", "2.0 KiB", "31.6 s", "1.5 min"]);
  expect(rows).toContainEqual(["dev-gcp → dev-azure", "no findings", "", "", "", "", "0.3 min"]);
});

it("says where it has failed, and what stays", () => {
  const shown = showJourney(report, false);
  expect(shown).toContain("The migration failed: verify-2.\nnot as on the source");
  expect(shown).toContain("Backups stay where they were made: bucket");
  expect(shown).not.toContain("taken down");
});
