/** Builds programs from their Go modules, or brings npm packages: only what the folder pins, never anything newer. */
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { buildDirectory, cacheDirectory, moduleFolders } from "./cache";
import { findOnPath } from "./path";
import { install, isNpm } from "./npm";
import { patchFlags } from "./patch";
import type { Program } from "./programs";

/** Programs of one module folder: built together, they share what they have in common. */
export interface BuildJob {
  folder: string;
  programs: Record<string, Program>;
}

/**
 * Builds a job's programs into the cache. They are moved there when they are whole: a build that is killed leaves
 * nothing that could be taken for a program.
 *
 * @param onPackage called with the number of packages compiled so far.
 * @throws Error with the end of Go's own output, or npm's.
 */
export async function build(job: BuildJob, onPackage: (compiled: number) => void): Promise<void> {
  if (isNpm(job.folder)) return install(job);
  mkdirSync(cacheDirectory(), { recursive: true });
  const output = mkdtempSync(join(cacheDirectory(), ".building-"));
  try {
    const names = Object.keys(job.programs);
    const [first] = Object.values(job.programs);
    const single = names.length === 1 ? join(output, names[0] ?? "") : `${output}/`;
    const packages = Object.values(job.programs).map((program) => program.package);
    const flags = ["-s", "-w", ...(first?.linker ?? [])].join(" ");
    const patches = await patchFlags(job, join(output, ".patches"));
    await goBuild(
      job,
      ["build", "-v", "-trimpath", ...patches, "-ldflags", flags, "-o", single, ...packages],
      onPackage,
    );
    for (const [name, program] of Object.entries(job.programs)) {
      const directory = buildDirectory(name, program);
      mkdirSync(directory, { recursive: true });
      // Of several, Go names each after the folder of its package.
      renameSync(join(output, names.length === 1 ? name : basename(program.package)), join(directory, name));
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function goBuild(job: BuildJob, args: string[], onPackage: (compiled: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: join(moduleFolders, job.folder),
      env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const lines: string[] = [];
    let compiled = 0;
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      // With -v, Go names each package that it compiles on a line of its own.
      if (/^[\w./~-]+$/.test(line)) onPackage((compiled += 1));
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`${Object.keys(job.programs).join(", ")} cannot be built:\n  ${lines.slice(-20).join("\n  ")}`),
        );
    });
  });
}

/**
 * Sees to it that there is a Go which can build every folder that has something for Go.
 *
 * @throws Error that says what to install.
 */
export async function requireGo(jobs: string[]): Promise<void> {
  const folders = jobs.filter((folder) => !isNpm(folder));
  if (folders.length === 0) return;
  const wanted = folders.map((folder) => goDirective(readFileSync(join(moduleFolders, folder, "go.mod"), "utf8")));
  const newest = wanted.sort(compareVersions).at(-1) ?? "1.26.0";
  const advice = `install Go ${newest} or newer (https://go.dev/dl/) and run this again`;
  if (findOnPath("go") === undefined) {
    throw new Error(`programs have to be built, and there is no Go on PATH: ${advice}`);
  }
  const folder = folders[0] ?? "";
  let version: string;
  try {
    // Asked in the module's folder, a Go that is older may fetch the one that go.mod names.
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"], { cwd: join(moduleFolders, folder) });
    version = stdout.trim().replace(/^go/, "");
  } catch (error) {
    throw new Error(`the installed Go cannot build ${folder}: ${(error as Error).message.trim()}\n${advice}`);
  }
  if (compareVersions(version, newest) < 0) throw new Error(`Go ${version} is too old: ${advice}`);
}

/** `1.26.0` of the line `go 1.26.0`. */
export function goDirective(goMod: string): string {
  const version = /^go (\S+)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error("go.mod has no go directive");
  return version;
}

/** Compares `1.26.8` and `1.26.0` by their numbers; less than 0 where the first is older. */
export function compareVersions(one: string, other: string): number {
  const numbers = (version: string): number[] => version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [numbers(one), numbers(other)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
