/** Google: from the discovery documents and from what Google and the provider tell in words. Newer: `apiClient` in google.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { regionNames } from "../../gcp/regions";
import type { Constraints, Declarations } from "../model";
import { downloadDocuments, messageConstraints, readDocument, type DiscoveryDocument } from "./discovery";
import { documented, labels, projectId } from "./documentedGoogle";
import { apiClient, mappings } from "./google";
import { merged, type Bounds } from "./write";

const data = join(__dirname, "..", "data");

export function extractGoogle(): Constraints {
  const declarations = JSON.parse(readFileSync(join(data, "gcp.types.json"), "utf8")) as Declarations;
  const folder = process.env["DISCOVERY_DOCUMENTS"] ?? downloadDocuments(apiClient);
  const read = new Map<string, DiscoveryDocument>();
  const document = (name: string): DiscoveryDocument => {
    const found = read.get(name) ?? readDocument(folder, name);
    read.set(name, found);
    return found;
  };
  const resources: Record<string, Bounds> = {};
  const objects: Record<string, Bounds> = {};
  for (const [token, inputs] of Object.entries(declarations.resources)) {
    const mapping = mappings[token];
    const found = mapping && messageConstraints(inputs, declarations.objects, document(mapping.document), mapping);
    const labelled = ["labels", "resourceLabels"].filter((name) => inputs[name]).map((name) => [name, labels]);
    resources[token] = { ...(Object.fromEntries(labelled) as Bounds), ...found?.own };
    Object.assign(objects, found?.objects);
  }
  return {
    models: { name: "google-api-python-client (discovery documents)", version: apiClient },
    config: {
      defaultLabels: labels,
      project: projectId,
      region: { source: "simulator/gcp/regions.ts", values: regionNames() },
    },
    resources: merged(resources, documented.resources),
    objects: merged(objects, documented.objects),
  };
}
