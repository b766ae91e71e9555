/**
 * Child processes that are never lost: each one is written down with its pid and start time, so that a run that was
 * killed, with kill -9 too, leaves nothing that the next run does not find and end.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface ProcessOptions {
  /** Unique within the state directory: `prod-aws/etcd`. */
  name: string;
  /** Path of the program. */
  file: string;
  /** Anyone on the machine can read these: no secrets. */
  arguments: string[];
  /** Added to this process's own environment. */
  environment?: Record<string, string>;
  directory?: string;
  /** Receives standard output and standard error, appended. */
  logFile: string;
  /** Asked again and again until it says true; an exception counts as false. Unset: ready once it is started. */
  ready?: () => Promise<boolean>;
  /** Seconds that the program has to become ready, 60 unless told. */
  readySeconds?: number;
}

/** Tells a process from a later one with its pid. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks between boot and the process's start. */
  startTime: string;
}

/** One entry of the registry file. */
interface ProcessRecord extends ProcessIdentity {
  name: string;
}

const registry = (stateDirectory: string): string => join(stateDirectory, "processes.json");

/** Seconds between SIGTERM and SIGKILL. */
const graceSeconds = 5;

/**
 * On Linux the kernel ends a child when we end, however that happens: `setpriv` (util-linux) asks for it and becomes
 * the program then. Elsewhere the registry is what there is.
 */
export const endsWithUs =
  process.platform === "linux" && existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL"] : [];

export class Processes {
  private readonly running = new Map<string, ProcessRecord>();

  /** @param stateDirectory has the registry file; belongs to one `Processes` at a time. */
  constructor(private readonly stateDirectory: string) {
    mkdirSync(stateDirectory, { recursive: true });
  }

  /**
   * Starts a program and waits until it is ready.
   *
   * @throws with the end of its log where it ends early or does not become ready in time; it is ended then.
   */
  async start(options: ProcessOptions): Promise<void> {
    const { child } = this.spawn(options);
    let ended: string | undefined;
    child.once("error", (error) => (ended = error.message));
    child.once("exit", (code, signal) => {
      ended = code === null ? `signal ${signal}` : `exit code ${code}`;
      this.forget(options.name, child.pid);
    });

    const deadline = Date.now() + (options.readySeconds ?? 60) * 1000;
    for (;;) {
      if (ended !== undefined) throw new Error(`${options.name} ended at once: ${ended}${tail(options.logFile)}`);
      if (child.pid !== undefined && (await isReady(options))) return;
      if (Date.now() > deadline) {
        await this.end(options.name);
        throw new Error(
          `${options.name} was not ready within ${options.readySeconds ?? 60} seconds${tail(options.logFile)}`,
        );
      }
      await sleep(100);
    }
  }

  /** Runs a program to its end. @returns its exit code; 1 where a signal has ended it. */
  async run(options: Omit<ProcessOptions, "ready" | "readySeconds">): Promise<number> {
    const { child, ended } = this.spawn(options);
    const [code] = (await ended) as [number | null];
    this.forget(options.name, child.pid);
    return code ?? 1;
  }

  isRunning(name: string): boolean {
    const record = this.running.get(name);
    return record !== undefined && isAlive(record);
  }

  /** Ends a program: SIGTERM, and SIGKILL after five seconds. No error where it is gone already. */
  async end(name: string): Promise<void> {
    const record = this.running.get(name);
    if (!record) return;
    await endProcess(record);
    this.forget(name, record.pid);
  }

  /** Ends the programs whose name begins so (all of them, unless told), the last started first. */
  async endAll(prefix = ""): Promise<void> {
    const names = [...this.running.keys()].filter((name) => name.startsWith(prefix)).reverse();
    for (const name of names) await this.end(name);
  }

  private spawn(options: Omit<ProcessOptions, "ready" | "readySeconds">) {
    mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
    const log = openSync(options.logFile, "a", 0o600);
    // In a session of its own: Ctrl-C on the terminal reaches only us, and we end the children in order.
    const [file = options.file, ...args] = [...endsWithUs, options.file, ...options.arguments];
    const child = spawn(file, args, {
      cwd: options.directory,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    const ended = once(child, "exit");
    // A program that cannot be started is told by whoever waits for it.
    ended.catch(() => undefined);
    if (child.pid !== undefined) this.remember(options.name, child.pid);
    // A child that is still there does not keep a finished program alive.
    child.unref();
    return { child, ended };
  }

  private remember(name: string, pid: number): void {
    const identity = identityOf(pid);
    // It has ended already: its exit is told where it is awaited.
    if (identity === undefined) return;
    this.running.set(name, { name, ...identity });
    this.write();
  }

  private forget(name: string, pid: number | undefined): void {
    if (this.running.get(name)?.pid !== pid) return;
    this.running.delete(name);
    this.write();
  }

  private write(): void {
    const file = registry(this.stateDirectory);
    writeFileSync(`${file}.new`, JSON.stringify([...this.running.values()], null, 1));
    renameSync(`${file}.new`, file);
  }
}

/**
 * Ends what an earlier run, killed before it could, left behind under this state directory. To be called before the
 * first `Processes` of a run, never while another run lives.
 *
 * @returns the names of the programs that were still there.
 */
export async function endRecorded(stateDirectory: string): Promise<string[]> {
  const file = registry(stateDirectory);
  let records: ProcessRecord[];
  try {
    records = JSON.parse(readFileSync(file, "utf8")) as ProcessRecord[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const left = records.filter(isAlive);
  await Promise.all(left.map(endProcess));
  rmSync(file, { force: true });
  return left.map(({ name }) => name);
}

async function endProcess(record: ProcessRecord): Promise<void> {
  if (!signal(record, "SIGTERM")) return;
  const deadline = Date.now() + graceSeconds * 1000;
  while (isAlive(record)) {
    if (Date.now() > deadline) signal(record, "SIGKILL");
    await sleep(25);
  }
}

/** Signals the program's whole process group (it leads one), helpers that it started included. */
function signal(record: ProcessRecord, name: NodeJS.Signals): boolean {
  if (!isAlive(record)) return false;
  try {
    process.kill(-record.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** Undefined where no such process is there. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/**
 * Field 22 of /proc/<pid>/stat (proc_pid_stat(5)), or what ps says where there is no /proc; undefined where there is no
 * such process, or only a zombie.
 */
function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the program's name in parentheses, may have spaces and parentheses in it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

async function isReady({ ready }: ProcessOptions): Promise<boolean> {
  try {
    return ready === undefined || (await ready());
  } catch {
    return false;
  }
}

function tail(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-15);
  return `\n${logFile}:\n  ${lines.join("\n  ")}`;
}
