/** A user's clone of the gitops repository. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { isolatedGit } from "../../simulator/git/scratch";

export class GitCheckout {
  /** @param content folder of the clone that holds `apps/` and `clusters/`. */
  private constructor(
    private readonly clone: string,
    private readonly content: string,
    private readonly branch: string,
  ) {}

  /** Clones anew, in place of what an earlier run has left. */
  static async of(url: string, branch: string, folder: string): Promise<GitCheckout> {
    rmSync(folder, { recursive: true, force: true });
    await execa("git", ["clone", "--quiet", "--branch", branch, url, folder], isolatedGit());
    const content = existsSync(join(folder, "gitops", "clusters")) ? join(folder, "gitops") : folder;
    return new GitCheckout(folder, content, branch);
  }

  /** Path of a file or folder, from the folder that holds `apps/`. */
  path(...parts: string[]): string {
    return join(this.content, ...parts);
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  /**
   * Replaces a text in a file.
   * @throws Error where the file does not hold it exactly once.
   */
  replace(file: string, before: string, after: string): void {
    const parts = this.read(file).split(before);
    if (parts.length !== 2) throw new Error(`${file} holds "${before}" ${parts.length - 1} times, not once`);
    writeFileSync(this.path(file), parts.join(after));
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text);
  }

  /** @returns the commit. */
  async push(message: string): Promise<string> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", `--message=${message}`);
    return this.deliver();
  }

  /** Takes over what others have pushed. */
  async pull(): Promise<void> {
    await this.git("pull", "--quiet", "--ff-only", "origin", this.branch);
  }

  /** `git revert` of a commit, pushed. */
  async revert(commit: string): Promise<string> {
    await this.git("revert", "--no-edit", commit);
    return this.deliver();
  }

  private async deliver(): Promise<string> {
    await this.git("push", "--quiet", "origin", this.branch);
    return (await this.git("rev-parse", "HEAD")).stdout;
  }

  private git(...args: string[]) {
    return execa("git", args, { cwd: this.clone, ...isolatedGit() });
  }
}
