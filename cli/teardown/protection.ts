/** Production's protection: refused while it is there, lifted when that is asked for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
import { up, type Say } from "../rehearse/up";
import { protectedResources, resourcesOf } from "./state";

/** The stack is protected, and nobody asked to lift that. */
export class ProtectedError extends Error {
  constructor(
    stack: string,
    readonly resources: string[],
  ) {
    super(
      `the stack ${stack} is protected, and nothing of it has been deleted. Protected are:\n` +
        resources.map((resource) => `  ${resource}\n`).join("") +
        `To lift that and delete them, add --unprotect.`,
    );
  }
}

/** @throws ProtectedError where something is protected. */
export async function refuseProtected(stack: Stack): Promise<void> {
  const resources = protectedResources(await resourcesOf(stack));
  if (resources.length > 0) throw new ProtectedError(stack.name, resources);
}

/**
 * Lifts the protection with an update of the whole stack: the clouds have locks of their own, which only an update
 * opens. The stack's file keeps its `protect`, so that the next stack from it is protected again.
 *
 * @throws Error with what is still protected after it.
 */
export async function liftProtection(stack: Stack, project: string, say: Say): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "teardown-"));
  try {
    const name = `Pulumi.${stack.name.split("/").at(-1)}.yaml`;
    const file = join(folder, name);
    const own = readFileSync(join(stack.workspace.workDir, name), "utf8");
    writeFileSync(file, withoutProtection(own, project), { mode: 0o600 });
    await up(stack, say, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const left = protectedResources(await resourcesOf(stack));
  if (left.length === 0) return;
  throw new Error(
    `still protected after an update with protect: false, and not by this program: ${left.join(", ")}. Nothing has ` +
      `been deleted. Look at "pulumi state unprotect" and at the resources in the cloud, then run the teardown again.`,
  );
}

/** The text of a stack's file, with `protect: false`; what is encrypted in it stays so. */
export function withoutProtection(stackFile: string, project: string): string {
  const document = parseDocument(stackFile);
  // As text: Pulumi.yaml declares the key so.
  document.setIn(["config", `${project}:protect`], "false");
  return document.toString();
}
