/** AWS: from botocore's service models and from what AWS and the provider tell in words. Newer models: `botocore` in aws.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Constraints, Declarations } from "../model";
import { botocore, mappings } from "./aws";
import { constraints, download, readModel, readRegions, type Model } from "./botocore";
import { accountId, documented, tags } from "./documented";
import { merged, type Bounds } from "./write";

const folder = join(__dirname, "..", "data");

export function extractAws(): Constraints {
  const declarations = JSON.parse(readFileSync(join(folder, "aws.types.json"), "utf8")) as Declarations;
  const data = process.env["BOTOCORE_DATA"] ?? download(botocore);
  const read = new Map<string, Model>();
  const models = (service: string): Model => {
    const model = read.get(service) ?? readModel(data, service);
    read.set(service, model);
    return model;
  };
  const resources: Record<string, Bounds> = {};
  const objects: Record<string, Bounds> = {};
  for (const [token, inputs] of Object.entries(declarations.resources)) {
    const mapping = mappings[token];
    const found = mapping && constraints(inputs, declarations.objects, models, mapping);
    resources[token] = { ...(inputs["tags"] && { tags }), ...found?.own };
    Object.assign(objects, found?.objects);
  }
  return {
    models: { name: "botocore", version: botocore },
    config: {
      allowedAccountIds: { source: accountId.source, items: accountId },
      forbiddenAccountIds: { source: accountId.source, items: accountId },
      region: { source: "botocore partitions.json", values: readRegions(data) },
    },
    resources: merged(resources, documented.resources),
    objects: merged(objects, documented.objects),
  };
}
