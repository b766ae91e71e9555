/** What Git knows of a change. */
import { execa } from "execa";

/**
 * The paths that differ between two commits; undefined where the first is not there: a new branch has none before it, and
 * a forced push may have dropped it.
 */
export async function changedFiles(folder: string, base: string, head: string): Promise<string[] | undefined> {
  if (!(await isCommit(folder, base))) return undefined;
  const args = ["diff", "--name-only", "--no-renames", "-z", "--end-of-options", base, head];
  const { stdout } = await execa("git", args, { cwd: folder });
  return stdout.split("\0").filter((path) => path !== "");
}

export async function isCommit(folder: string, name: string): Promise<boolean> {
  const args = ["rev-parse", "--quiet", "--verify", "--end-of-options", `${name}^{commit}`];
  const { exitCode } = await execa("git", args, { cwd: folder, reject: false });
  return exitCode === 0;
}
