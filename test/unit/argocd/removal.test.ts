import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { allowRemoval } from "../../../simulator/argocd/removal";

it("gives folders without rights back to their owner, at any depth", () => {
  const root = mkdtempSync(join(tmpdir(), "removal-"));
  const checkout = join(root, "repositories", "checkout");
  mkdirSync(join(checkout, "inner"), { recursive: true });
  for (const folder of [join(checkout, "inner"), checkout, join(root, "repositories")]) chmodSync(folder, 0o000);
  allowRemoval(root);
  expect(statSync(join(checkout, "inner")).mode & 0o777).toBe(0o700);
  rmSync(root, { recursive: true });
  // Nothing is left to give back, which is no error.
  allowRemoval(root);
});
