/** The gitops folder of this repository passes its own validation. */
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { validate } from "../../../cli/validate/validate";

const root = resolve(__dirname, "../../..");

it("has nothing to be found, on any cluster with any selection", { timeout: 120_000 }, async () => {
  const { findings, notes, objects, clusters } = await validate(join(root, "gitops"), () => undefined);
  expect({ findings, notes }).toEqual({ findings: [], notes: [] });
  // Everything is reached: single-cluster with both selections, minikube, and what one may lay over by hand.
  expect(clusters).toBeGreaterThanOrEqual(3);
  expect(objects).toBeGreaterThan(500);
});
