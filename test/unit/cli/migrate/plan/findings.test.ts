import { describe, expect, it } from "vitest";
import { findingCodes } from "../../../../../cli/migrate/plan/codes";
import { attachments, cases } from "./cases";
import { found, plan } from "./fixture";

/** Findings about the configuration: `target.test.ts`. */
const configurationCodes = Object.keys(findingCodes).slice(0, Object.keys(findingCodes).indexOf("access-mode"));

describe.each(cases)(
  "$code ($severity) of $title",
  ({ code, severity, title, has, hasNot, then, more, secrets, version }) => {
    const options = { ...(more ? { more } : {}), ...(secrets ? { secrets } : {}), ...(version ? { version } : {}) };

    it("is found where it is", () => {
      const [finding] = found(plan(has, options), code, title).filter((one) => one.severity === severity);
      expect(finding).toMatchObject({ code, severity, object: title });
      expect(finding?.then).toMatch(then ?? /./);
    });

    it("is not found where it is not", () => {
      expect(found(plan(hasNot, options), code, title).filter((one) => one.severity === severity)).toEqual([]);
    });
  },
);

it("counts the disks that a node holds", () => {
  // Azure's smallest machines hold four.
  const options = { to: "azure" as const, more: { environment: "dev", argocd: { ha: false } } };
  expect(found(plan(attachments.has, options), "volume-attachments")).toMatchObject([
    { severity: "blocking", what: expect.stringContaining("a node holds 4 disks") as string },
  ]);
  expect(found(plan(attachments.hasNot, options), "volume-attachments")).toEqual([]);
});

it("every code is proven by an object, here or in the test of configurations", () => {
  const proven = [...cases.map(({ code }) => code), "volume-attachments", ...configurationCodes];
  expect(Object.keys(findingCodes).filter((code) => !proven.includes(code))).toEqual([]);
});

it("a cluster that has all of it is told all of it at once", () => {
  const objects = cases.filter(({ more }) => more === undefined).flatMap(({ has }) => has);
  const made = plan(objects);
  const missing = cases
    .filter(({ more }) => more === undefined)
    .filter(({ code, severity, title }) => !found(made, code, title).some((one) => one.severity === severity));
  expect(missing.map(({ code, title }) => `${code} ${title}`)).toEqual([]);
  const obstacles = new Set(made.findings.filter(({ severity }) => severity !== "note").map(({ code }) => code));
  expect(obstacles.size).toBeGreaterThanOrEqual(30);
});
