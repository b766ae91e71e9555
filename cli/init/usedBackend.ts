/** Where a project's stacks are kept already: what nobody should have to say again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { currentLogin, stacksThere } from "./pulumi";

export interface Known {
  /** `backend.url` of Pulumi.yaml: Pulumi goes by it whatever it is logged in to. */
  fixed?: string;
  /** Where Pulumi is logged in, if stacks of this project are there. */
  used?: string;
}

/**
 * @param root the project's folder
 * @param stack the one that is set up
 * @param isGiven whether the user has said where it goes: what Pulumi is logged in to does not matter then
 */
export async function knownBackend(root: string, stack: string, isGiven: boolean): Promise<Known> {
  const { backend } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { backend?: { url?: string } };
  if (backend?.url) return { fixed: backend.url };
  if (isGiven) return {};
  const login = await currentLogin(root);
  if (login === undefined) return {};
  const stacks = await stacksThere(root);
  // A machine of one's own keeps trials; what comes after them belongs somewhere else.
  const isUsed = login.startsWith("file://") ? stacks.includes(stack) : stacks.length > 0;
  return isUsed ? { used: login } : {};
}
