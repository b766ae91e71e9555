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
  const found = await findStack(name, root);
  if (found) return found;
  throw new NoStackError(
    `There is no stack ${name} where you are logged in; pulumi stack ls tells which are. ` +
      `Make it once, and commit its file: npm run platform -- init --stack ${name}`,
  );
}

/**
 * As `existingStack`; undefined where there is none of that name.
 * @throws NoStackError where that cannot be told.
 */
export async function findStack(name: string, root = repository): Promise<Stack | undefined> {
  const result = await pulumi(root, ["stack", "--show-name", "--stack", name]);
  if (result.failed) {
    if (/no stack named/.test(result.stderr)) return undefined;
    throw new NoStackError(`The stack ${name} cannot be looked at: ${result.stderr.trim()}`);
  }
  const workspace = await LocalWorkspace.create({ workDir: root });
  // It runs `pulumi stack select`, and the user's next `pulumi up` would be of another stack than the one they chose.
  // Every other command of the Automation API names its stack itself.
  workspace.selectStack = async () => undefined;
  return Stack.select(name, workspace);
}

/**
 * Makes a stack with nothing in it.
 * @param secretsProvider `awskms://…`; unset: what Pulumi takes by itself.
 * @throws NoStackError with Pulumi's own words.
 */
export async function makeStack(name: string, secretsProvider: string | undefined, root = repository): Promise<Stack> {
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  const result = await pulumi(root, ["stack", "init", "--no-select", ...provider, "--stack", name]);
  if (result.failed) throw new NoStackError(`The stack ${name} could not be made: ${result.stderr.trim()}`);
  return existingStack(name, root);
}

/** @throws NoStackError where there is no such program. */
async function pulumi(root: string, args: string[]): Promise<{ failed: boolean; stderr: string }> {
  const result = await execa("pulumi", [...args, "--non-interactive"], { cwd: root, reject: false, stdin: "ignore" });
  if ("code" in result && result.code === "ENOENT") {
    throw new NoStackError("There is no pulumi on the PATH. Install it: https://www.pulumi.com/docs/install/");
  }
  return result;
}
