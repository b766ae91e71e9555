/** Azure: from the mappers of the npm packages `@azure/arm-*`, and from what Azure tells in words. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { azureRegions } from "../../azure/regions";
import type { Constraints, Declarations } from "../model";
import { mappings, packages } from "./azure";
import { documented, tags } from "./documentedAzure";
import { constraints, download, type Model } from "./mappers";
import { merged, type Bounds } from "./write";

const data = join(__dirname, "..", "data");

export async function extractAzure(): Promise<Constraints> {
  const declarations = JSON.parse(readFileSync(join(data, "azure-native.types.json"), "utf8")) as Declarations;
  const models: Record<string, Model> = {};
  for (const [name, { version }] of Object.entries(packages)) models[name] = await download(name, version);
  const resources: Record<string, Bounds> = {};
  const objects: Record<string, Bounds> = {};
  for (const [token, inputs] of Object.entries(declarations.resources)) {
    const mapping = mappings[token];
    const model = models[mapping?.package ?? ""];
    const found = mapping && model && constraints(inputs, declarations.objects, model, mapping);
    resources[token] = { ...(inputs["tags"] && { tags }), ...found?.own };
    Object.assign(objects, found?.objects);
  }
  const versions = Object.entries(packages).map(([name, { version, api }]) => `${name} ${version} (API ${api})`);
  const uuid = { source: "a globally unique identifier", pattern: "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$" };
  return {
    models: { name: "@azure/arm-*", version: versions.join(", ") },
    config: {
      location: { source: "simulator/azure/regions.ts", values: azureRegions.map(({ name }) => name) },
      subscriptionId: uuid,
      tenantId: uuid,
    },
    resources: merged(resources, documented.resources),
    objects: merged(objects, documented.objects),
  };
}
