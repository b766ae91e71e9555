/** Where built programs and downloaded files are kept: once for each user, outside of any checkout. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Program } from "./programs";

/** Folder with one go.mod, or package.json, a program. */
export const moduleFolders = join(__dirname, "..", "..", "tools");

/** `$XDG_CACHE_HOME/kubernetes-platform/tools`, by default under `~/.cache`. */
export function cacheDirectory(): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(base, "kubernetes-platform", "tools");
}

/** The folder of one build: another version, dependency, source line, patch or linker flag means another folder. */
export function buildDirectory(name: string, program: Program): string {
  const folder = join(moduleFolders, program.folder);
  const hash = createHash("sha256").update(program.linker.join("\n"));
  // Of folders below, a program's own: others are other programs'.
  const folders = program.package.startsWith("./") ? ["", program.package] : [""];
  for (const below of folders) {
    for (const file of filesIn(join(folder, below))) {
      hash.update(`\n${file}\n`).update(readFileSync(join(folder, below, file)));
    }
  }
  if (program.patches) hash.update(JSON.stringify(program.patches));
  return join(cacheDirectory(), `${name}-${program.version}-${hash.digest("hex").slice(0, 12)}`);
}

function filesIn(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => name).sort();
}
