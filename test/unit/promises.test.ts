import { expect, it } from "vitest";
import { withoutStack } from "../../components/promises";

it("takes no stack trace within Pulumi's bookkeeping, and every one outside of it", async () => {
  const stacks: (string | undefined)[] = [];
  const keep = withoutStack((promise) => {
    stacks.push(new Error("inside").stack);
    return promise;
  });
  const promise = Promise.resolve(1);
  expect(keep(promise, "context")).toBe(promise);
  await promise;
  expect(stacks).toEqual(["Error: inside"]);
  expect(new Error("outside").stack).toContain("promises.test.ts");
});

it("gives the limit back where the bookkeeping fails", () => {
  const limit = Error.stackTraceLimit;
  const failing = withoutStack(() => {
    throw new Error("as asked");
  });
  expect(() => failing(Promise.resolve(), "")).toThrow("as asked");
  expect(Error.stackTraceLimit).toBe(limit);
});
