/** Any configuration with something wrong in it gives messages that name the key: never a stack trace, never a secret. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblems } from "../../components/config/error";
import type { Problem } from "../../components/config/problems";
import { validateStack } from "../../components/config/validate";
import { cloudsOwn, type ManagedCloud } from "./clouds";
import { secretTexts } from "./configurations";
import { garbage, mutants } from "./mutations";
import { settings } from "./settings";

/** What a program says by accident, and a person never. */
const accidents =
  /\bundefined\b|\bNaN\b|\[object |\bTypeError\b|\bReferenceError\b|\n\s+at |Cannot read|is not a function/;

function wording(stack: string, problems: Problem[]): string[] {
  const lines = problems.filter(({ message }) => message.trim() === "" || message.includes("\n"));
  const text = formatProblems(stack, problems);
  return [
    ...lines.map(({ key, message }) => `${key}: ${JSON.stringify(message)} is not one line`),
    ...(accidents.exec(text) ?? []),
    ...secretTexts.filter((secret) => text.includes(secret)).map((secret) => `shows ${secret}`),
  ];
}

describe.each(Object.keys(cloudsOwn) as ManagedCloud[])(
  "a configuration for %s with something wrong in it",
  (cloud) => {
    it("is refused by a message that names the key", () => {
      fc.assert(
        fc.property(mutants(cloud), ({ values, secrets, stack, key }) => {
          const result = validateStack({ values, secrets }, { stack });
          const problems = result.ok ? [] : result.problems;
          const named = problems.filter(
            (one) => one.key === key || one.key.startsWith(`${key}.`) || one.key.startsWith(`${key}[`),
          );
          expect(named.length, `problems: ${JSON.stringify(problems)}`).toBeGreaterThan(0);
          expect(wording(stack, problems)).toEqual([]);
        }),
        settings(60),
      );
    });
  },
);

it("whatever is written behind the keys, the answer is a configuration or its problems", () => {
  fc.assert(
    fc.property(garbage, (values) => {
      const result = validateStack({ values, secrets: [] }, { stack: "test" });
      expect(result.ok ? [] : wording("test", result.problems)).toEqual([]);
    }),
    settings(200),
  );
});
