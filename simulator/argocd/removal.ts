/** Making a folder removable that a killed Argo CD has left. */
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Gives every folder below this one back to its owner: the repo server takes all rights from the checkouts that it does
 * not use at the moment, and only root could remove them then. No error where the folder is not there.
 */
export function allowRemoval(folder: string): void {
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) allowRemoval(join(folder, entry.name));
  }
}
