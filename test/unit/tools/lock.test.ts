import { mkdtempSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withLock } from "../../../cli/tools/lock";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(directory, "build.lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("lets one work after the other, and says who waits", async () => {
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await sleep(50);
    events.push(`${name} ends`);
  };
  await Promise.all([withLock(file, work("a")), withLock(file, work("b"), () => events.push("b waits"))]);
  expect(events).toEqual(["a begins", "b waits", "a ends", "b begins", "b ends"]);
  expect(existsSync(file)).toBe(false);
});

it("takes the lock of a process that is dead", async () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: "long ago" }));
  expect(await withLock(file, () => Promise.resolve("done"))).toBe("done");
});

it("lets go when the work fails", async () => {
  await expect(withLock(file, () => Promise.reject(new Error("no compiler")))).rejects.toThrow("no compiler");
  expect(existsSync(file)).toBe(false);
});
