/** What the user's machine tells already: defaults for questions, never more. */
import { execa } from "execa";

/** The address of the repository that this is a checkout of, as Argo CD would read it without a key; without any login. */
export async function origin(): Promise<string | undefined> {
  const address = await say("git", "remote", "get-url", "origin");
  return address === undefined ? undefined : asHttps(address);
}

/** `git@github.com:example/platform.git` → `https://github.com/example/platform`; undefined for what is on no host. */
export function asHttps(address: string): string | undefined {
  const match =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^:/]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/.exec(address) ??
    /^(?:[^@/:]+@)([^:/]+):\/?(.+?)(?:\.git)?\/?$/.exec(address);
  return match ? `https://${match[1]}/${match[2]}` : undefined;
}

/** The context that kubectl uses. */
export async function currentContext(): Promise<string | undefined> {
  return say("kubectl", "config", "current-context");
}

async function say(program: string, ...args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(program, args, { reject: false, stdin: "ignore" });
  return failed || stdout.trim() === "" ? undefined : stdout.trim();
}
