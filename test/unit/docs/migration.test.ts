import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findingCodes } from "../../../cli/migrate/plan/codes";
import { cases } from "../cli/migrate/plan/cases";

const text = readFileSync(join(__dirname, "..", "..", "..", "docs", "migration.md"), "utf8");
const rows = new Map(
  [...text.matchAll(/^\| `([a-z-]+)` +\| ([a-z, ]+?) +\|/gm)].map(([, code, is]) => [code, is?.split(", ")]),
);

it("docs/migration.md tells about each finding, once, and about no other", () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(findingCodes).sort());
  expect([...text.matchAll(/^\| `[a-z-]+` /gm)]).toHaveLength(rows.size);
});

it("tells how grave a finding can be", () => {
  const wrong = cases.filter(({ code, severity }) => !rows.get(code)?.includes(severity));
  expect(wrong.map(({ code, severity }) => `${code}: ${severity}`)).toEqual([]);
});
