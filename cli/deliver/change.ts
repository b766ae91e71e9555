/**
 * A change that is made on what the remote has, not on what is checked out: in a folder of its own, so that neither
 * somebody's unfinished work nor a push that came in between gets mixed up with it.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** What is to be written. */
export interface Proposal {
  /** Paths from the gitops folder, and their new text. */
  files: Record<string, string>;
  /** First line, empty line, the rest. */
  message: string;
}

/** @returns the change that the gitops folder needs as it is now; undefined where it needs none. */
export type Propose = (folder: string) => Promise<Proposal | undefined>;

/** Finds out whether the changed folder may go; throws where it may not. */
export type Check = (folder: string) => Promise<void>;

export interface Target {
  /** The gitops folder, anywhere in a clone whose remote is `origin`. */
  folder: string;
  propose: Propose;
  check: Check;
}

/** What is on the remote now. */
export interface Pushed {
  commit: string;
  message: string;
}

/** The branch that Argo CD reads. */
export const main = "main";

/** Others push too; who loses that often has another problem. */
const attempts = 5;

/**
 * Commits to `main` and pushes. Where somebody else pushed meanwhile, the change is worked out anew on what is there now.
 *
 * @returns undefined where there was nothing to do, and nothing was made.
 * @throws Error where the remote refuses it, with Git's own words.
 */
export async function pushToMain(target: Target): Promise<Pushed | undefined> {
  for (let attempt = 1; ; attempt++) {
    const pushed = await onNewest(target, async (git, pushed, base) => {
      const refs = `${pushed.commit}:refs/heads/${main}`;
      const { exitCode, stderr } = await git(["push", "--quiet", "origin", refs], { reject: false });
      if (exitCode === 0) return pushed;
      const moved = (await newest(git)) !== base;
      if (!moved || attempt === attempts) throw new Error(`${main} does not take the change: ${stderr.trim()}`);
      return "again";
    });
    if (pushed !== "again") return pushed;
  }
}

/**
 * Commits to a branch of its own and pushes that, in place of what was on it. A branch that says the same already is left
 * as it is: a review of it stays.
 *
 * @returns undefined where there was nothing to do.
 */
export async function pushToBranch(branch: string, target: Target): Promise<Pushed | undefined> {
  return onNewest(target, async (git, { commit, message }, base) => {
    const ref = `refs/remotes/origin/${branch}`;
    const fetched = await git(["fetch", "--quiet", "origin", `+refs/heads/${branch}:${ref}`], { reject: false });
    const there = fetched.exitCode === 0 ? (await git(["rev-parse", ref])).stdout : "";
    if (there !== "") {
      const ours = await git(["diff", base, commit]);
      const theirs = await git(["diff", `${base}...${there}`], { reject: false });
      if (theirs.exitCode === 0 && theirs.stdout === ours.stdout) return { commit: there, message };
    }
    // Only in place of what was looked at.
    const lease = `--force-with-lease=refs/heads/${branch}:${there}`;
    await git(["push", "--quiet", lease, "origin", `${commit}:refs/heads/${branch}`]);
    return { commit, message };
  });
}

interface Options {
  reject?: boolean;
}

type Git = (args: string[], options?: Options) => Promise<{ stdout: string; stderr: string; exitCode?: number }>;

/** Makes the commit on the newest `main`, hands it over, and clears away what it needed. */
async function onNewest<Result>(
  { folder, propose, check }: Target,
  use: (git: Git, pushed: Pushed, base: string) => Promise<Result>,
): Promise<Result | undefined> {
  const run =
    (cwd: string): Git =>
    (args, { reject = true } = {}) =>
      execa("git", args, { cwd, reject });
  const here = run(folder);
  const base = await newest(here);
  const prefix = (await here(["rev-parse", "--show-prefix"])).stdout;
  const clone = await mkdtemp(join(tmpdir(), "deliver-"));
  try {
    await here(["worktree", "add", "--quiet", "--detach", clone, base]);
    const changed = join(clone, prefix);
    const proposal = await propose(changed);
    if (!proposal) return undefined;
    const git = run(clone);
    for (const [path, text] of Object.entries(proposal.files)) {
      await writeFile(join(changed, path), text);
      await git(["add", "--", join(changed, path)]);
    }
    const { exitCode } = await git(["diff", "--cached", "--quiet"], { reject: false });
    if (exitCode === 0) return undefined;
    await check(changed);
    await git(["commit", "--quiet", "-m", proposal.message]);
    const { stdout: commit } = await git(["rev-parse", "HEAD"]);
    return await use(git, { commit, message: proposal.message }, base);
  } finally {
    await here(["worktree", "remove", "--force", clone], { reject: false });
    await rm(clone, { recursive: true, force: true });
  }
}

async function newest(git: Git): Promise<string> {
  const ref = `refs/remotes/origin/${main}`;
  await git(["fetch", "--quiet", "origin", `+refs/heads/${main}:${ref}`]);
  return (await git(["rev-parse", ref])).stdout;
}

/** A file as a commit has it; undefined where it is not in it, or there is no such commit. */
export async function readAt(folder: string, commit: string, path: string): Promise<string | undefined> {
  const args = ["show", "--end-of-options", `${commit}:./${path}`];
  const { exitCode, stdout } = await execa("git", args, { cwd: folder, reject: false, stripFinalNewline: false });
  return exitCode === 0 ? stdout : undefined;
}

export async function readNow(folder: string, path: string): Promise<string> {
  return readFile(join(folder, path), "utf8");
}
