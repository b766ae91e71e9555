/**
 * Builds with some lines of a library changed: a copy of its module takes the place of the one in Go's cache, by a go.mod
 * of the build's own.
 */
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { allowRemoval } from "../../simulator/argocd/removal";
import type { BuildJob } from "./build";
import { moduleFolders } from "./cache";
import type { Patch } from "./patches";

/**
 * Flags for `go build` that take patched modules; none where no program of the job has a patch.
 *
 * @param directory gets the copies and a go.mod that names them.
 * @throws Error where a text to be replaced is not in its file.
 */
export async function patchFlags({ folder, programs }: BuildJob, directory: string): Promise<string[]> {
  const patches = [...new Set(Object.values(programs).flatMap((program) => program.patches ?? []))];
  if (patches.length === 0) return [];
  mkdirSync(directory);
  const replacements: string[] = [];
  for (const [index, patch] of patches.entries()) {
    const copy = join(directory, `module-${index}`);
    cpSync(await moduleDirectory(folder, patch.module), copy, { recursive: true });
    // Go's cache is read-only, and so is what is copied from it.
    allowRemoval(copy);
    const file = join(copy, patch.file);
    const changed = patched(readFileSync(file, "utf8"), patch);
    rmSync(file);
    writeFileSync(file, changed);
    replacements.push(`replace ${patch.module} => ${JSON.stringify(copy)}`);
  }
  const own = join(moduleFolders, folder);
  writeFileSync(join(directory, "go.mod"), [readFileSync(join(own, "go.mod"), "utf8"), ...replacements, ""].join("\n"));
  copyFileSync(join(own, "go.sum"), join(directory, "go.sum"));
  return [`-modfile=${join(directory, "go.mod")}`];
}

/** @throws Error where a text to be replaced is not there. */
export function patched(source: string, { module, file, replace }: Patch): string {
  return replace.reduce((text, [from, by]) => {
    if (!text.includes(from)) throw new Error(`${module}/${file} can't be patched: it has no ${JSON.stringify(from)}`);
    return text.replace(from, () => by);
  }, source);
}

/** A module's folder in Go's cache, downloaded where it is not there yet. */
async function moduleDirectory(folder: string, module: string): Promise<string> {
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", module], {
    cwd: join(moduleFolders, folder),
    env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" },
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
