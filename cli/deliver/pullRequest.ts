/** A pull request for a branch, by GitHub's own command line: it finds the repository and the credentials. */
import { execa } from "execa";

export interface PullRequest {
  branch: string;
  base: string;
  title: string;
  body: string;
}

/**
 * Opens it, or brings the open one up to date.
 *
 * @param folder any in a clone of the repository.
 * @returns its address.
 * @throws Error with the words of `gh` where that fails; the branch is pushed by then.
 */
export async function openPullRequest(folder: string, { branch, base, title, body }: PullRequest): Promise<string> {
  const gh = async (args: string[], input?: string) => {
    const { stdout } = await execa("gh", args, {
      cwd: folder,
      ...(input === undefined ? { stdin: "ignore" } : { input }),
    });
    return stdout.trim();
  };
  const list = ["pr", "list", "--head", branch, "--base", base, "--state", "open", "--json", "url", "--jq", ".[].url"];
  const [open] = (await gh(list)).split("\n");
  if (open) {
    await gh(["pr", "edit", open, "--title", title, "--body-file", "-"], body);
    return open;
  }
  const create = ["pr", "create", "--head", branch, "--base", base, "--title", title, "--body-file", "-"];
  return gh(create, body);
}
