import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Locks } from "../../../simulator/cloud/locks";

/** Runs an operation on each lock, all asked for at once, and says which ran together with which. */
async function together(...wanted: [name: string, key: string, shared: boolean][]): Promise<string[]> {
  const locks = new Locks();
  const running = new Set<string>();
  const seen: string[] = [];
  const runs = wanted.map(([name, key, shared]) =>
    locks.run({ key, shared }, async () => {
      running.add(name);
      await sleep(10);
      seen.push([...running].sort().join("+"));
      running.delete(name);
    }),
  );
  await Promise.all(runs);
  return seen;
}

describe("locks", () => {
  it("lets one operation at a time through, in order", async () => {
    expect(await together(["a", "k", false], ["b", "k", false], ["c", "k", false])).toEqual(["a", "b", "c"]);
  });

  it("lets those that share run beside each other, and nothing beside one that does not", async () => {
    const seen = await together(["a", "k", true], ["b", "k", true], ["c", "k", false], ["d", "k", true]);
    expect(seen).toEqual(["a+b", "b", "c", "d"]);
  });

  it("knows keys apart, and goes on after a failure", async () => {
    expect(await together(["a", "k", false], ["b", "other", false])).toEqual(["a+b", "b"]);
    const locks = new Locks();
    const lock = { key: "k", shared: false };
    await expect(locks.run(lock, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(await locks.run(lock, async () => "next")).toBe("next");
  });
});
