import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endRecorded, identityOf, isAlive, Processes } from "../../simulator/processes";

let directory: string;
let processes: Processes;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "processes-"));
  processes = new Processes(directory);
});

afterEach(async () => {
  await processes.endAll();
  rmSync(directory, { recursive: true, force: true });
});

/** What the registry file says; there is none before the first program. */
function recorded(): { name: string; pid: number; startTime: string }[] {
  const file = join(directory, "processes.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof recorded>) : [];
}

const sleeper = (name: string) => ({
  name,
  file: "/bin/sleep",
  arguments: ["60"],
  logFile: join(directory, `${name}.log`),
});

describe("Processes", () => {
  it("waits until the program is ready and writes down what runs", async () => {
    let asked = 0;
    await processes.start({ ...sleeper("one"), ready: () => Promise.resolve((asked += 1) > 2) });
    expect(asked).toBe(3);
    expect(processes.isRunning("one")).toBe(true);
    expect(recorded().map(({ name }) => name)).toEqual(["one"]);
  });

  it("ends a program and forgets it", async () => {
    await processes.start(sleeper("one"));
    const [record] = recorded();
    await processes.end("one");
    expect(record && isAlive(record)).toBe(false);
    expect(recorded()).toEqual([]);
  });

  it("ends those with a prefix only", async () => {
    await processes.start(sleeper("a"));
    await processes.start(sleeper("b"));
    await processes.endAll("a");
    expect([processes.isRunning("a"), processes.isRunning("b")]).toEqual([false, true]);
  });

  it("tells why a program ended before it was ready, with the end of its log", async () => {
    const options = {
      name: "broken",
      file: "/bin/sh",
      arguments: ["-c", "echo no such flag >&2; exit 3"],
      logFile: join(directory, "broken.log"),
      ready: () => Promise.resolve(false),
    };
    await expect(processes.start(options)).rejects.toThrow(/broken ended at once: exit code 3[^]*no such flag/);
    expect(recorded()).toEqual([]);
  });

  it("ends a program that does not become ready in time", async () => {
    const start = processes.start({
      ...sleeper("slow"),
      ready: () => Promise.reject(new Error("refused")),
      readySeconds: 0.2,
    });
    await expect(start).rejects.toThrow("slow was not ready within 0.2 seconds");
    expect(processes.isRunning("slow")).toBe(false);
  });

  it("ends a program that ignores SIGTERM", async () => {
    const args = ["-c", "trap '' TERM; echo trapped; while :; do sleep 1; done"];
    const logFile = join(directory, "stubborn.log");
    const ready = () => Promise.resolve(readFileSync(logFile, "utf8").includes("trapped"));
    await processes.start({ name: "stubborn", file: "/bin/sh", arguments: args, logFile, ready });
    await processes.end("stubborn");
    expect(processes.isRunning("stubborn")).toBe(false);
  }, 15_000);
});

describe("endRecorded", () => {
  it("ends what a killed run has left", async () => {
    await processes.start(sleeper("left"));
    const [record] = recorded();
    expect(await endRecorded(directory)).toEqual(["left"]);
    expect(record && isAlive(record)).toBe(false);
    expect(await endRecorded(directory)).toEqual([]);
  });

  it("leaves a stranger alone that has the pid now", async () => {
    const stranger = spawn("/bin/sleep", ["60"], { detached: true });
    await once(stranger, "spawn");
    const pid = stranger.pid ?? 0;
    const before = identityOf(pid);
    const file = join(directory, "processes.json");
    writeFileSync(file, JSON.stringify([{ name: "old", pid, startTime: "1" }]));
    expect(await endRecorded(directory)).toEqual([]);
    expect(before?.pid).toBe(stranger.pid);
    expect(identityOf(pid)).toEqual(before);
    stranger.kill("SIGKILL");
  });
});

it.runIf(process.platform === "linux")(
  "children end with a parent that is killed",
  async () => {
    const script = `
    import { Processes } from ${JSON.stringify(join(__dirname, "../../simulator/processes.ts"))};
    void new Processes(${JSON.stringify(directory)}).start({
      name: "child", file: "/bin/sleep", arguments: ["60"], logFile: ${JSON.stringify(join(directory, "child.log"))},
    }).then(() => { console.log("started"); setInterval(() => undefined, 1000); });`;
    const file = join(directory, "parent.ts");
    writeFileSync(file, script);
    const parent = spawn(process.execPath, ["--import", "tsx", file], { stdio: ["ignore", "pipe", "inherit"] });
    await once(parent.stdout, "data");
    const [record] = recorded();
    // From here on the kernel knows: the program itself runs.
    const program = () => readFileSync(`/proc/${record?.pid}/comm`, "utf8").trim();
    await expect.poll(program, { timeout: 10_000 }).toBe("sleep");
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await expect.poll(() => record && isAlive(record), { timeout: 10_000 }).toBe(false);
  },
  30_000,
);
