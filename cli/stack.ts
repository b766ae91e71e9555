/** The stack of a command that works on a real one: found where its user is logged in, and nothing is changed by that. */
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { execa } from "execa";
import { repository } from "./project";

/** There is no such stack, or no Pulumi that could tell. The message is for the user. */
export class NoStackError extends Error {}

/**
 * The stack of that name, with the installed `pulumi`, its login and its secrets provider. Which stack the user has
 * selected stays as it is.
 *
 * @param root the project's folder
 * @throws NoStackError
 */
export async function existingStack(name: string, root = repository): Promise<Stack> {
  const args = ["stack", "--show-name", "--stack", name, "--non-interactive"];
  const result = await execa("pulumi", args, { cwd: root, reject: false, stdin: "ignore" });
  if ("code" in result && result.code === "ENOENT") {
    throw new NoStackError("There is no pulumi on the PATH. Install it: https://www.pulumi.com/docs/install/");
  }
  if (result.failed) throw new NoStackError(whyNot(name, result.stderr.trim()));
  const workspace = await LocalWorkspace.create({ workDir: root });
  // It runs `pulumi stack select`, and the user's next `pulumi up` would be of another stack than the one they chose.
  // Every other command of the Automation API names its stack itself.
  workspace.selectStack = async () => undefined;
  return Stack.select(name, workspace);
}

function whyNot(name: string, words: string): string {
  if (!/no stack named/.test(words)) return `The stack ${name} cannot be looked at: ${words}`;
  return (
    `There is no stack ${name} where you are logged in; pulumi stack ls tells which are. ` +
    `Make it once, and commit its file: npm run platform -- init --stack ${name}`
  );
}
