import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claim, ownerOf, release } from "../../../cli/rehearse/directory";
import { UsageError } from "../../../cli/rehearse/options";
import { identityOf } from "../../../simulator/processes";

describe("a rehearsal's folder", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "rehearsal-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const owned = (owner: unknown) => writeFileSync(join(directory, "owner"), JSON.stringify(owner));

  it("belongs to the process that claimed it, until it gives it back", () => {
    expect(ownerOf(directory)).toBeUndefined();
    claim(directory);
    expect(ownerOf(directory)).toBe(process.pid);
    release(directory);
    expect(ownerOf(directory)).toBeUndefined();
  });

  it("is refused to a second run while the first one lives, and not afterwards", async () => {
    const other = spawn("sleep", ["60"]);
    await once(other, "spawn");
    owned(identityOf(other.pid ?? 0));
    expect(() => claim(directory)).toThrow(UsageError);
    expect(() => claim(directory)).toThrow(`(process ${other.pid})`);
    other.kill("SIGKILL");
    await once(other, "exit");
    claim(directory);
    expect(ownerOf(directory)).toBe(process.pid);
  });

  it("is free where a later process has the owner's id", () => {
    const mine = identityOf(process.pid);
    owned({ ...mine, startTime: "1" });
    expect(ownerOf(directory)).toBeUndefined();
  });
});
