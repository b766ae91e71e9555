/**
 * `npm run schemas:constraints`: writes `data/aws.constraints.json` from botocore's service models and from what AWS and
 * the provider tell in words. Run it after a change of the types in use, or to take newer models (`botocore` in aws.ts).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Constraints, Declarations } from "../model";
import { botocore, mappings } from "./aws";
import { constraints, download, readModel, readRegions, type Bounds, type Model } from "./botocore";
import { accountId, documented, tags } from "./documented";

const folder = join(__dirname, "..", "data");

function extract(): Constraints {
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

/** Both, in order; where they speak of the same property, what is told in words is narrower. */
function merged(models: Record<string, Bounds>, words: Record<string, Bounds>): Record<string, Bounds> {
  const sorted = <Value>(record: Record<string, Value>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const names = [...new Set([...Object.keys(models), ...Object.keys(words)])];
  const all = names.map((name) => [name, sorted({ ...models[name], ...words[name] })] as const);
  return sorted(Object.fromEntries(all.filter(([, bounds]) => Object.keys(bounds).length > 0)));
}

/** JSON with one line for each property. */
function format({ models, config, resources, objects }: Constraints): string {
  const lines = (bounds: Bounds, indent: string) =>
    Object.entries(bounds)
      .map(([name, each]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(each)}`)
      .join(",\n");
  const group = (record: Record<string, Bounds>) =>
    Object.entries(record)
      .map(([name, bounds]) => `    ${JSON.stringify(name)}: {\n${lines(bounds, "      ")}\n    }`)
      .join(",\n");
  return `{
  "models": ${JSON.stringify(models)},
  "config": {
${lines(config, "    ")}
  },
  "resources": {
${group(resources)}
  },
  "objects": {
${group(objects)}
  }
}
`;
}

writeFileSync(join(folder, "aws.constraints.json"), format(extract()));
