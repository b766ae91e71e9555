import { expect, it } from "vitest";
import { scalarFault } from "../../../cli/validate/schemas/scalars";

it.each([
  ["string", "web", 80, "a text"],
  ["integer", 3, 3.5, "a whole number"],
  ["integer", 0, "3", "a whole number"],
  ["number", 3.5, "3.5", "a number"],
  ["boolean", false, "false", "true or false"],
  ["intOrString", 80, 80.5, "a whole number or a text"],
  ["intOrString", "http", true, "a whole number or a text"],
])("%s may be %j, and not %j", (type, good, bad, wanted) => {
  expect(scalarFault(good, type)).toBeUndefined();
  expect(scalarFault(bad, type)).toBe(wanted);
});

it("leaves types of lists, maps and none to others", () => {
  for (const type of ["array", "object", "quantity", undefined]) expect(scalarFault("text", type)).toBeUndefined();
});
