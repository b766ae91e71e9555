/** Which engines a crash ends, and which whoever takes the rehearsal up. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failing, killEngines } from "../../../cli/rehearse/engine";

describe("a program", () => {
  it("fails where its connection to the engine does, which the Automation API would take for its end", async () => {
    const lost = Object.assign(new Error("Resource monitor is terminating"), { code: 14, details: "no connection" });
    const error: unknown = await failing(() => Promise.reject(lost))().catch((caught: unknown) => caught);
    expect(error).toEqual(new Error("the engine did not answer: no connection"));
    expect(error).not.toHaveProperty("code");
  });

  it("fails with its own errors as they are", async () => {
    const own = new Error("no such region");
    await expect(failing(() => Promise.reject(own))()).rejects.toBe(own);
  });
});

describe("killEngines", () => {
  let directory: string;
  const started: ChildProcess[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "engine-"));
    // A program of that name: others may have got the id of an engine that has ended.
    copyFileSync("/bin/sleep", join(directory, "pulumi"));
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(program: string): Promise<ChildProcess> {
    const child = spawn(program, ["60"]);
    started.push(child);
    await once(child, "spawn");
    return child;
  }

  async function engines() {
    const [up, cancel, other] = await Promise.all([
      start(join(directory, "pulumi")),
      start(join(directory, "pulumi")),
      start("/bin/sleep"),
    ]);
    writeFileSync(join(directory, "engine.pids"), `${up.pid} up\n${cancel.pid} cancel\n${other.pid} up\n`);
    return { up, cancel, other };
  }

  it("ends all of them, and nothing that is no engine", async () => {
    const { up, cancel, other } = await engines();
    const ended = Promise.all([once(up, "exit"), once(cancel, "exit")]);
    killEngines(directory);
    await ended;
    expect(other.exitCode ?? other.signalCode).toBeNull();
    expect(existsSync(join(directory, "engine.pids"))).toBe(false);
  });

  it("ends those of one command only, and the others still later", async () => {
    const { up, cancel } = await engines();
    const ended = once(up, "exit");
    killEngines(directory, "up");
    await ended;
    expect(cancel.exitCode ?? cancel.signalCode).toBeNull();
    const last = once(cancel, "exit");
    killEngines(directory);
    expect(await last).toEqual([null, "SIGKILL"]);
  });
});
