/** The configuration of the target's stack: the plan's values, and the source's secrets under the target's own key. */
import type { Stack } from "@pulumi/pulumi/automation";
import { parsePath } from "../../components/config/keys";
import { project } from "../project";
import { setPath, writeStack } from "../rehearse/stackFile";

/**
 * Writes it in place of whatever the stack was given before; keys of providers (`gcp:project`) stay as they are.
 * @param secretKeys `gitops.sealingKeys[0].privateKey`
 */
export async function configure(
  stack: Stack,
  values: Record<string, unknown>,
  { source, secretKeys }: { source: Stack; secretKeys: string[] },
): Promise<void> {
  const whole = structuredClone(values);
  const secrets: string[][] = [];
  for (const key of secretKeys) {
    const path = parsePath(key).map(String);
    const { value } = await source.getConfig(`${project.name}:${key}`, true);
    setPath(whole, path, value);
    secrets.push(path);
  }
  const { config = {} } = await stack.workspace.stackSettings(stack.name);
  const others = Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith(`${project.name}:`)));
  await writeStack(stack, project.name, { values: whole, secrets, others });
}
