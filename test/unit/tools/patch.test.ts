import { describe, expect, it } from "vitest";
import { patched } from "../../../cli/tools/patch";
import { findInstalled } from "../../../cli/tools/path";
import { programs } from "../../../cli/tools/programs";

describe("patched", () => {
  const patch = { module: "example.com/m", file: "a.go", replace: [["one", "$& two"] as [string, string]] };

  it("puts texts in the place of others, as they are", () => {
    expect(patched("zero one one", patch)).toBe("zero $& two one");
  });

  it("refuses a file that is not as it was", () => {
    expect(() => patched("zero", patch)).toThrow(`example.com/m/a.go can't be patched: it has no "one"`);
  });
});

it("passes over an installed program that has not the patches", async () => {
  const installed = { name: "sh", arguments: ["-c", "echo v0.9.0"], pattern: /v(.*)/ };
  const program = { ...programs["metrics-server"], installed };
  expect(await findInstalled(program)).toBeUndefined();
  expect(await findInstalled({ ...program, patches: undefined })).toMatch(/\/sh$/);
});
