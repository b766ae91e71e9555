/** The repository that is served: a scratch one, so that no push of a rehearsal reaches the user's own. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa, type Options } from "execa";
import { copyFolder, prefixOf, SourceError } from "./source";

/** A folder's present content, or a copy of another repository. */
export type Source = { folder: string } | { url: string };

export class ScratchRepository {
  /**
   * @param folder the checked-out files.
   * @param branch the one that is served.
   */
  constructor(
    readonly folder: string,
    private readonly branch: string,
  ) {}

  get gitDirectory(): string {
    return join(this.folder, ".git");
  }

  /**
   * Makes the repository's content the source's, as a new commit where an earlier run has left one.
   * @param path that the content must have.
   * @throws SourceError where it has not.
   */
  async take(source: Source, path: string): Promise<void> {
    if ("url" in source) {
      await this.clone(source.url);
      if (!existsSync(join(this.folder, path))) {
        throw new SourceError(`gitops repository ${source.url}: branch ${this.branch} has no folder "${path}"`);
      }
      return;
    }
    const prefix = prefixOf(source.folder, path);
    mkdirSync(this.folder, { recursive: true });
    if (!existsSync(this.gitDirectory)) await this.git("init", "--quiet", `--initial-branch=${this.branch}`);
    for (const entry of readdirSync(this.folder)) {
      if (entry !== ".git") rmSync(join(this.folder, entry), { recursive: true });
    }
    await copyFolder(source.folder, join(this.folder, prefix));
    await this.commit("The gitops folder as it is now");
  }

  /** Commits every change there is. Without one, nothing happens. */
  async commit(message: string): Promise<string> {
    await this.git("add", "--all", "--force");
    const { stdout } = await this.git("status", "--porcelain");
    if (stdout !== "") await this.git("commit", "--quiet", "--no-verify", `--message=${message}`);
    return this.head();
  }

  async head(): Promise<string> {
    return (await this.git("rev-parse", "HEAD")).stdout;
  }

  /** Paths that differ between two commits. */
  async changed(before: string, after: string): Promise<string[]> {
    const { stdout } = await this.git("diff", "--name-only", before, after);
    return stdout.split("\n").filter(Boolean);
  }

  /** With the user's own Git configuration and credentials: it is the user's repository. */
  private async clone(url: string): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    const { exitCode, stderr } = await execa(
      "git",
      ["clone", "--quiet", "--branch", this.branch, "--", url, this.folder],
      { reject: false, env: { GIT_TERMINAL_PROMPT: "0" } },
    );
    if (exitCode !== 0) throw new SourceError(`gitops repository ${url}: ${stderr}`);
  }

  private git(...args: string[]) {
    return execa("git", args, { ...isolatedGit(), cwd: this.folder });
  }
}

/** Options of a Git that no setting of the user's reaches: hooks, signing, templates, line ends. */
export function isolatedGit(environment: Record<string, string> = {}) {
  return {
    env: {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "rehearsal",
      GIT_AUTHOR_EMAIL: "rehearsal@localhost",
      GIT_COMMITTER_NAME: "rehearsal",
      GIT_COMMITTER_EMAIL: "rehearsal@localhost",
      ...environment,
    },
  } satisfies Options;
}
