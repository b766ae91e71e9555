/** What is served: the files of a folder, and where in the repository they belong. */
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { execa } from "execa";

/** The source can't be served: the message says what is missing where. */
export class SourceError extends Error {}

/**
 * Where in the repository a folder's content belongs, so that `path` means what it means in the user's own repository:
 * `gitops` for the folder that has `clusters/single-cluster` while the path is `gitops/clusters/single-cluster`.
 *
 * @returns a path with slashes; empty for the repository's root.
 * @throws SourceError where no part of `path` is in the folder.
 */
export function prefixOf(folder: string, path: string): string {
  const parts = posix
    .normalize(path)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  for (let count = 0; count < parts.length; count++) {
    if (existsSync(join(folder, ...parts.slice(count)))) return parts.slice(0, count).join("/");
  }
  throw new SourceError(
    `gitops folder ${folder}: it holds nothing of gitops.path "${path}": neither ${parts
      .map((_, count) => parts.slice(count).join("/"))
      .join(" nor ")} is there`,
  );
}

/** Copies a folder's content as the user has it now: edits that are not committed too, what Git ignores not. */
export async function copyFolder(folder: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const file of await filesOf(resolve(folder))) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(folder, file), join(target, file), { verbatimSymlinks: true });
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const listed = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: folder,
    reject: false,
    stripFinalNewline: false,
  });
  if (listed.exitCode !== 0) return walk(folder, folder);
  const files = listed.stdout.split("\0").filter(Boolean);
  // A file that was deleted but not yet committed is still listed.
  return files.filter((file) => lstatSync(join(folder, file), { throwIfNoEntry: false })?.isDirectory() === false);
}

/** Every file of a folder that is in no Git repository. */
function walk(folder: string, root: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path, root);
    return [relative(root, path)];
  });
}
