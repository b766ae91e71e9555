/** The page of the fault matrix. */
import { describe, expect, it } from "vitest";
import { matrixPage, repeat, type Row } from "../../prove/report";

const machine = {
  date: "2026-11-21T15:00",
  cores: 2,
  processor: "Example",
  memoryGiB: 24,
  node: "v20.20.2",
  commit: "abc1234",
  load: 0.5,
};
const row: Row = {
  stack: "dev",
  cloud: "aws",
  kind: "crash",
  places: 144,
  survived: 144,
  attempts: 30,
  seconds: 400,
  types: { "aws:ec2/vpc:Vpc": 1 },
  failures: [],
  machine,
};
const failure = { fault: "crash@aws:ec2/vpc:Vpc=main", error: "made twice" };

describe("the page of the fault matrix", () => {
  it("has a line for each kind of fault on each cloud", () => {
    const text = matrixPage([row, { ...row, cloud: "gcp", places: 200, survived: 199, failures: [failure] }]);
    expect(text).toContain("| aws | dev | crash | 144 | 144 | 30 | 400 | 2026-11-21 | abc1234 |");
    expect(text).toContain("| gcp | dev | crash | 200 | 199 (99.5 %) | 30 | 400 |");
    expect(text).toContain("### gcp: crash@aws:ec2/vpc:Vpc=main");
    expect(text).toContain("made twice");
  });

  it("says that there were no failures, and that the machine was busy where it was", () => {
    expect(matrixPage([row])).toMatch(/## Failures\s+None\./);
    expect(matrixPage([row])).not.toContain("Other work ran");
    expect(matrixPage([{ ...row, machine: { ...machine, load: 9 } }])).toContain("Other work ran");
  });

  it("tells once what failed together", () => {
    const together = ["crash@a:b:C=one", "crash@a:b:C=two"];
    const failures = together.map((fault) => ({ fault, error: "not empty", together }));
    const text = matrixPage([{ ...row, survived: 142, failures: [...failures, failure] }]);
    expect(text.match(/^### .*$/gm)).toEqual([
      "### aws: crash@a:b:C=one and 1 others",
      "### aws: crash@aws:ec2/vpc:Vpc=main",
    ]);
  });

  it("tells how a failure is had again, with what happened at the same moment", () => {
    expect(repeat(row, failure)).toBe("npm start -- --stack dev --cloud aws --fault crash@aws:ec2/vpc:Vpc=main");
    const together = [failure.fault, "crash@aws:ec2/eip:Eip=nat"];
    expect(repeat(row, { ...failure, together })).toMatch(/--fault crash@aws:ec2\/eip:Eip=nat$/);
  });
});
