/** The real command, killed with -9 at its worst moments: nothing stays behind, and the same command goes on. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../../cli/project";
import type { Report } from "../../cli/rehearse/report";
import type { JournalEntry } from "../../simulator/journal";

describe("a rehearsal that is killed", () => {
  let state: string;
  let report: string;
  let directory: string;
  beforeAll(() => {
    state = mkdtempSync(join(tmpdir(), "interrupt-"));
    report = join(state, "report.json");
    directory = join(state, "kubernetes-platform", "rehearsals", "dev-aws");
  });
  afterAll(async () => {
    await platform("stop");
    rmSync(state, { recursive: true, force: true });
  });

  it("whose clouds are killed while they make a NAT gateway fails", async () => {
    const run = start();
    const cloud = join(directory, "cloud.json");
    await until(
      run,
      () => existsSync(cloud) && readFileSync(cloud, "utf8").includes('"aws:ec2/natGateway:NatGateway"'),
    );
    killClouds(directory);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("The rehearsal of dev-aws failed: up.");
    // The engine has not heard of it: the next run must find out by itself that the address is taken.
    expect(journal(directory).map(({ type }) => type)).not.toContain("aws:ec2/natGateway:NatGateway");
  });

  it("while its cluster is being made leaves nothing running", async () => {
    const run = start();
    await until(run, () => clusterFolders(directory).length > 0);
    // What the killed clouds had not told of is gone, before anything is made anew.
    expect(journal(directory)).toContainEqual(
      expect.objectContaining({ operation: "delete", type: "aws:ec2/natGateway:NatGateway" }),
    );
    // The cloud with it, which would else finish what it has begun.
    killClouds(directory);
    await run.kill("SIGKILL");
    await nothingRuns(state);
    // It has told nobody of a cluster: the next run must end this one and make another.
    expect(journal(directory).map(({ type }) => type)).not.toContain("aws:eks/cluster:Cluster");
  });

  it("goes on, and can be killed while Helm installs", async () => {
    const run = start();
    await until(run, () => helmRuns(state));
    await run.kill("SIGKILL");
    await nothingRuns(state);
    expect(run.output()).not.toContain("failed");
  });

  it("goes on, converges, and can be killed while it is torn down", async () => {
    const run = start();
    const deletes = () => journal(directory).filter(({ operation }) => operation === "delete");
    await until(run, () => run.output().includes("Tear down") && deletes().length > 30);
    await run.kill("SIGKILL");
    await nothingRuns(state);
    // Every step before the teardown has succeeded: it came up, the second preview was empty, Argo CD was in sync.
    expect(run.output()).not.toContain("failed");
  });

  it("goes on, comes up again, and goes with nothing left", async () => {
    const run = start();
    expect(await run.ended, run.output()).toBe(0);
    const found = JSON.parse(readFileSync(report, "utf8")) as Report;
    expect(found).toMatchObject({ ok: true, preview: { changes: 0 }, leftovers: [] });
    expect(found.pods.ready).toBe(found.pods.total);
    expect(existsSync(directory)).toBe(false);
    await nothingRuns(state);
  });

  it("by Ctrl-C says how to go on, and `stop` clears what it has left", async () => {
    const run = start();
    await until(run, () => clusterFolders(directory).length > 0);
    await run.kill("SIGINT");
    expect(await run.ended).toBe(130);
    expect(run.output()).toMatch(/The same command goes on from here.*npm run platform -- stop dev-aws/);
    await nothingRuns(state);
    expect(existsSync(directory)).toBe(true);

    expect(await platform("stop", "dev-aws")).toEqual({ code: 0, output: "dev-aws: ended" });
    expect(existsSync(directory)).toBe(false);
  });

  it.each([
    [["--stack", "nope"], /--stack nope: there is no Pulumi\.nope\.yaml; there are .*dev/],
    [["--fault", "flood@aws:ec2/vpc:Vpc"], /no such kind "flood"; one of throttle, quota/],
    [["--set", "nodes.min"], /--set nodes\.min: not of the form key=value/],
    [["--set", "nodes.min=x", "--set", "nodes.max=-1"], /nodes\.min[^]*nodes\.max/],
  ])("refuses %j with exit code 2 before anything starts", async (given, message) => {
    const { code, output } = await platform("rehearse", "--cloud", "aws", ...given);
    expect(output).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(directory)).toBe(false);
  });

  function environment(): NodeJS.ProcessEnv {
    return { ...process.env, XDG_STATE_HOME: state };
  }

  async function platform(...args: string[]): Promise<{ code: number | undefined; output: string }> {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      ["--import", "tsx", join("cli", "main.ts"), ...args],
      {
        cwd: repository,
        env: environment(),
        reject: false,
      },
    );
    return { code: exitCode, output: stdout + stderr };
  }

  function start(): Run {
    const args = ["--import", "tsx", "cli/main.ts", "rehearse", "--stack", "dev", "--cloud", "aws", "--json", report];
    return new Run(spawn(process.execPath, args, { cwd: repository, env: environment() }));
  }
});

/** The command as a process. */
class Run {
  readonly ended: Promise<number | null>;
  private text = "";

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (this.text += String(data)));
    this.ended = once(child, "close").then(([code]) => code as number | null);
  }

  output(): string {
    return this.text;
  }

  hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await once(this.child, "exit");
  }
}

async function until(run: Run, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (run.hasEnded()) throw new Error(`it ended before it could be killed:\n${run.output()}`);
    await sleep(20);
  }
}

/** No program has the state folder in its arguments or its environment; it may take some seconds to end in order. */
async function nothingRuns(state: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (programs(state).length > 0 && Date.now() < deadline) await sleep(200);
  expect(programs(state)).toEqual([]);
}

function programs(state: string): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return processes
    .filter((pid) => processFile(pid, "environ").includes(state) || processFile(pid, "cmdline").includes(state))
    .map((pid) => processFile(pid, "cmdline").replaceAll("\0", " ").slice(0, 200));
}

function helmRuns(state: string): boolean {
  return programs(state).some((command) => /helm install /.test(command));
}

/** Empty where the process has ended meanwhile. */
function processFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

function killClouds(directory: string): void {
  process.kill(Number(readFileSync(join(directory, "simulator.pid"), "utf8")), "SIGKILL");
}

function clusterFolders(directory: string): string[] {
  const clusters = join(directory, "clusters");
  if (!existsSync(clusters)) return [];
  return readdirSync(clusters).filter((name) => existsSync(join(clusters, name, "cluster.json")));
}

function journal(directory: string): JournalEntry[] {
  const file = join(directory, "journal.jsonl");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as JournalEntry);
}
