/** The source of a migration: a user's stack that runs. */
import { project } from "../project";
import { readStack } from "../rehearse/stackFile";
import { existingStack } from "../stack";
import { clusterOf } from "../velero/cluster";
import type { Side } from "./side";

/**
 * Its configuration has made-up text in place of secrets: a plan needs none of them.
 * @param root the project's folder.
 * @throws NoStackError, UsageError where there is no such stack: the message is for the user.
 */
export async function sourceOf(name: string, root: string): Promise<Side> {
  const stack = await existingStack(name, root);
  const configuration = readStack(root, project.name, { stack: name, set: [], faults: [], keep: false });
  return { name, stack, configuration, connect: () => clusterOf(stack) };
}
