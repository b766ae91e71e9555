import { compare } from "bcryptjs";
import { describe, expect, it } from "vitest";
import { unknown } from "../../../simulator/provider";
import { RandomProvider } from "../../../simulator/random";

const provider = new RandomProvider();
const password = "random:index/randomPassword:RandomPassword";
const request = (type: string, inputs: Record<string, unknown>, preview = false) => {
  const { urn, name, connection } = { urn: "urn:x", name: "x", connection: "c" };
  return { urn, name, connection, type, inputs, preview, timeoutSeconds: 0 };
};
const make = (type: string, inputs: Record<string, unknown>) => provider.create(request(type, inputs));

describe("passwords", () => {
  it("have the length, the minimums and only the sets asked for", async () => {
    for (let run = 0; run < 5; run++) {
      const { id, outputs } = await make(password, { length: 20, special: false, minUpper: 3, minNumeric: 4 });
      const result = outputs.result as string;
      expect(id).toBe("none");
      expect(result).toMatch(/^[A-Za-z0-9]{20}$/);
      expect(result.replace(/[^A-Z]/g, "").length).toBeGreaterThanOrEqual(3);
      expect(result.replace(/[^0-9]/g, "").length).toBeGreaterThanOrEqual(4);
      expect(outputs).toMatchObject({ special: false, lower: true, numeric: true, number: true, minSpecial: 0 });
    }
  });

  it("use the special characters named, and differ every time", async () => {
    const inputs = { length: 12, lower: false, upper: false, numeric: false, overrideSpecial: "-_" };
    const results = new Set<string>();
    for (let run = 0; run < 3; run++) results.add((await make(password, inputs)).outputs.result as string);
    expect([...results].every((result) => /^[-_]{12}$/.test(result))).toBe(true);
    expect(results.size).toBeGreaterThan(1);
  });

  it("come with a bcrypt hash of Go's default cost that fits them", async () => {
    const { outputs } = await make(password, { length: 80 });
    expect(outputs.bcryptHash).toMatch(/^\$2[aby]\$10\$/);
    expect(await compare((outputs.result as string).slice(0, 72), outputs.bcryptHash as string)).toBe(true);
  });

  it.each([
    [
      { length: 3, minLower: 2, minUpper: 2 },
      "must be at least sum of min_upper + min_lower + min_numeric + min_special, got: 3",
    ],
    [{ length: 8, lower: false, upper: false, numeric: false, special: false }, "the character set specified is empty"],
  ])("refuse %j", async (inputs, message) => {
    await expect(make(password, inputs)).rejects.toThrow(message);
  });

  it("are unknown in previews", async () => {
    const { outputs } = await provider.create(request(password, { length: 8 }, true));
    expect(outputs).toEqual({ length: 8, result: unknown, bcryptHash: unknown });
  });
});

describe("ids and strings", () => {
  it("write the same bytes in four notations, behind the prefix", async () => {
    const { id, outputs } = await make("random:index/randomId:RandomId", { byteLength: 8, prefix: "p-" });
    const hex = (outputs.hex as string).slice(2);
    expect(hex).toMatch(/^[0-9a-f]{16}$/);
    expect(outputs).toMatchObject({
      b64Std: `p-${Buffer.from(hex, "hex").toString("base64")}`,
      b64Url: `p-${id}`,
      dec: `p-${BigInt(`0x${hex}`)}`,
    });
    expect(Buffer.from(id, "base64url").toString("hex")).toBe(hex);
  });

  it("take the string as the id", async () => {
    const { id, outputs } = await make("random:index/randomString:RandomString", { length: 6, special: false });
    expect(id).toBe(outputs.result);
    expect(outputs).not.toHaveProperty("bcryptHash");
  });
});

describe("strictness", () => {
  const check = (type: string, news: Record<string, unknown>) =>
    provider.check({ urn: "urn:x", name: "x", connection: "c", type, olds: {}, news });

  it("refuses unknown and missing inputs, and unknown types", async () => {
    const { failures } = await check(password, { size: 8 });
    expect(failures.map(({ property }) => property).sort()).toEqual(["length", "size"]);
    await expect(check("random:index/randomPet:RandomPet", {})).rejects.toThrow("no resource type");
  });

  it("replaces on every change, keepers too", async () => {
    const diff = await provider.diff({
      ...{ urn: "urn:x", name: "x", connection: "c", type: password, id: "none", oldOutputs: {} },
      oldInputs: { length: 8, keepers: { day: "1" } },
      news: { length: 8, keepers: { day: "2" } },
    });
    expect(diff.replaces).not.toEqual([]);
    expect(diff.updates).toEqual([]);
  });
});
