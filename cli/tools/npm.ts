/** Programs of npm packages that only rehearsals run: not among the dependencies, and fetched when they are asked for. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BuildJob } from "./build";
import { buildDirectory, cacheDirectory, moduleFolders } from "./cache";

/** Whether a folder below `tools/` has a package.json in the place of a go.mod. */
export function isNpm(folder: string): boolean {
  return existsSync(join(moduleFolders, folder, "package.json"));
}

/**
 * Installs what the folder's lock pins into the cache; no package runs a script of its own. It is moved there when it is
 * whole.
 *
 * @throws Error with npm's own words.
 */
export async function install({ folder, programs }: BuildJob): Promise<void> {
  mkdirSync(cacheDirectory(), { recursive: true });
  for (const [name, program] of Object.entries(programs)) {
    const output = mkdtempSync(join(cacheDirectory(), ".building-"));
    try {
      for (const file of ["package.json", "package-lock.json"]) {
        copyFileSync(join(moduleFolders, folder, file), join(output, file));
      }
      const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
      await promisify(execFile)("npm", ["ci", ...flags], { cwd: output }).catch(
        (error: Error & { stderr?: string }) => {
          throw new Error(`${name} cannot be installed:\n${error.stderr || error.message}`);
        },
      );
      symlinkSync(join("node_modules", ".bin", program.package), join(output, name));
      const directory = buildDirectory(name, program);
      rmSync(directory, { recursive: true, force: true });
      renameSync(output, directory);
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  }
}
