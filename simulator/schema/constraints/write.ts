/** The form of `data/<provider>.constraints.json`, the same for every cloud. */
import type { Constraint, Constraints } from "../model";

/** By property. */
export type Bounds = Record<string, Constraint>;

/** Both, in order; where they speak of the same property, what is told in words is narrower. */
export function merged(models: Record<string, Bounds>, words: Record<string, Bounds>): Record<string, Bounds> {
  const sorted = <Value>(record: Record<string, Value>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const names = [...new Set([...Object.keys(models), ...Object.keys(words)])];
  const all = names.map((name) => [name, sorted({ ...models[name], ...words[name] })] as const);
  return sorted(Object.fromEntries(all.filter(([, bounds]) => Object.keys(bounds).length > 0)));
}

/** JSON with one line for each property. */
export function format({ models, config, resources, objects }: Constraints): string {
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
