/** The programs that rehearsals and tests run: found on PATH, taken from the cache, or built. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { build, requireGo, type BuildJob } from "./build";
import { buildDirectory, cacheDirectory } from "./cache";
import { withLock } from "./lock";
import { findInstalled, versionOf } from "./path";
import { programNames, programs, type Program, type ProgramName } from "./programs";

export { ensureCrds } from "./crds";
export { migrationPrograms, programNames, programs, rehearsalPrograms, type ProgramName } from "./programs";

/** Gets one line of text for people, each time something begins, goes on or ends. */
export type Say = (line: string) => void;

/**
 * Paths of the programs. One of the right version on PATH comes first, then one that was built before; what is still
 * missing is built: minutes for the first time, and never again for this user.
 *
 * @throws Error where Go is missing or too old, with what to install; where a build fails, with Go's own words.
 */
export async function ensureTools(say: Say, names: ProgramName[] = programNames): Promise<Record<ProgramName, string>> {
  const found = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await find(name)] as const)),
  ) as Record<ProgramName, string | undefined>;
  const missing = names.filter((name) => found[name] === undefined);
  if (missing.length > 0) {
    const jobs = jobsFor(missing);
    await requireGo(jobs.map(({ folder }) => folder));
    say(`building ${missing.join(", ")}: once for this user, some minutes on a small machine`);
    const worker = async (): Promise<void> => {
      for (let job = jobs.shift(); job; job = jobs.shift()) await run(job, say);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
  }
  return Object.fromEntries(names.map((name) => [name, found[name] ?? builtPath(name)])) as Record<ProgramName, string>;
}

async function find(name: ProgramName): Promise<string | undefined> {
  const built = builtPath(name);
  return (await findInstalled(programs[name])) ?? (existsSync(built) ? built : undefined);
}

function builtPath(name: ProgramName): string {
  return join(buildDirectory(name, programs[name]), name);
}

/** One job for each module folder, in the order of the table. */
function jobsFor(names: ProgramName[]): BuildJob[] {
  const ordered = programNames.filter((name) => names.includes(name));
  const folders = [...new Set(ordered.map((name) => programs[name].folder))];
  return folders.map((folder) => ({
    folder,
    programs: Object.fromEntries(
      ordered
        .filter((name) => programs[name].folder === folder)
        .map((name): [string, Program] => [name, programs[name]]),
    ),
  }));
}

async function run(job: BuildJob, say: Say): Promise<void> {
  const names = Object.keys(job.programs) as ProgramName[];
  const label = names.join(", ");
  const begin = Date.now();
  const seconds = (): number => Math.round((Date.now() - begin) / 1000);
  await withLock(
    join(cacheDirectory(), `${job.folder}.lock`),
    async () => {
      // Whoever had the lock before may have built it.
      if (names.every((name) => existsSync(builtPath(name)))) return;
      let told = Date.now();
      await build(job, (compiled) => {
        if (Date.now() - told < 5000) return;
        told = Date.now();
        say(`building ${label}: ${compiled} packages, ${seconds()} s`);
      });
      await Promise.all(names.map(check));
      say(`built ${label} in ${seconds()} s`);
    },
    () => say(`waiting for another process that builds ${label}`),
  );
}

/** A build that lacks its linker flags looks well until something reads its version. */
async function check(name: ProgramName): Promise<void> {
  const program: Program = programs[name];
  if (!program.tellsVersion) return;
  const version = await versionOf(builtPath(name), program);
  if (version !== program.version) {
    throw new Error(`${name} was built as version ${version ?? "unknown"}, not ${program.version}: ${builtPath(name)}`);
  }
}
