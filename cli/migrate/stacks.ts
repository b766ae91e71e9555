/** The two stacks of a user's migration, where the user is logged in. */
import { repository } from "../project";
import { existingStack, findStack, makeStack } from "../stack";
import { clusterOf } from "../velero/cluster";
import type { Stacks } from "./migration";
import { sourceOf } from "./source";

/**
 * The target's stack gets the source's secrets provider: whoever may bring up the one may bring up the other.
 * @param root the project's folder.
 */
export function stacksOf(from: string, to: string, root = repository): Stacks {
  return {
    source: () => sourceOf(from, root),
    target: async () => {
      const stack = (await findStack(to, root)) ?? (await makeStack(to, await secretsProviderOf(from, root), root));
      return { stack, connect: () => clusterOf(stack) };
    },
  };
}

async function secretsProviderOf(name: string, root: string): Promise<string | undefined> {
  const { workspace } = await existingStack(name, root);
  return (await workspace.stackSettings(name)).secretsProvider;
}
