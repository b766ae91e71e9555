/** What `platform validate` knows of the program: `npm run validate:program` writes it anew. */
import { join, resolve } from "node:path";
import { format } from "prettier";
import { expect, it } from "vitest";
import { keyOf, type Manifest } from "../../../cli/validate/model";
import { owned, projects } from "../../../cli/validate/program";
import { ownObjects, patchedObjects, stacks } from "../wholeStacks";

it("is fresh: else run `npm run validate:program`", { timeout: 120_000 }, async () => {
  const objects: Manifest[] = [];
  for (const make of Object.values(stacks)) {
    const recording = await make();
    objects.push(...ownObjects(recording), ...patchedObjects(recording));
  }
  const found = objects.filter(({ kind }) => kind === "AppProject");
  const specs = found.map((one) => {
    const { sourceRepos, destinations, clusterResourceWhitelist } = one.spec as Record<string, unknown>;
    return [one.metadata.name, { sourceRepos, destinations, clusterResourceWhitelist }] as const;
  });
  const data = {
    objects: [...new Set(objects.map((object) => keyOf(object)))].sort(),
    projects: Object.fromEntries(specs.sort(([a], [b]) => a.localeCompare(b))),
  };
  const file = join(resolve(__dirname, "../../.."), "cli/validate/program.json");
  await expect(await format(JSON.stringify(data), { filepath: file, printWidth: 120 })).toMatchFileSnapshot(file);
});

it("names what Git must leave alone", () => {
  expect([...owned]).toEqual(
    expect.arrayContaining([
      "core/Namespace argocd",
      "argoproj.io/Application argocd/root",
      "apps/StatefulSet argocd/argocd-application-controller",
      "networking.k8s.io/IngressClass nginx",
    ]),
  );
  expect(Object.keys(projects)).toEqual(["default", "platform", "production"]);
});
