import { expect, it } from "vitest";
import { problemsOf } from "../../../../../cli/migrate/monitoring/compare";

const source = { blocks: 12, from: 1_000, to: 9_000, samples: 500 };
const there = { ...source, missing: 0 };

it("finds nothing where everything is there, in as many blocks as Prometheus likes", () => {
  expect(problemsOf(source, there)).toEqual([]);
  expect(problemsOf(source, { ...there, blocks: 3, to: 9_500, samples: 700 })).toEqual([]);
});

it("needs nothing where there was nothing", () => {
  expect(problemsOf({ blocks: 0, from: 0, to: 0, samples: 0 }, { ...there, blocks: 0, samples: 0 })).toEqual([]);
});

it.each([
  ["a block is missing", { missing: 1 }],
  ["samples are missing", { samples: 499 }],
  ["it begins later", { from: 1_001 }],
  ["it ends earlier", { to: 8_999 }],
])("says so where %s", (_, differs) => {
  const [problem] = problemsOf(source, { ...there, ...differs });
  expect(problem).toMatchObject({ code: "history-differs", object: "Prometheus monitoring" });
  expect(problem?.what).toContain("12 blocks with 500 samples from 1970-01-01T00:00:01.000Z");
});
