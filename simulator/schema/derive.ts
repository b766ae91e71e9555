/**
 * `npm run schemas`: writes `data/<provider>.types.json` from the installed SDKs' type declarations, and Azure's rules,
 * which follow from them. Run it after a change of an SDK's version or of the types in use; the result is committed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { azureRules } from "./derive/azureRules";
import { readDeclarations } from "./derive/declarations";
import { providers } from "./derive/tokens";
import type { Declarations } from "./model";

/** JSON with one line for each property, so that a new SDK version shows as a readable difference. */
export function format({ sdk, resources, functions, config, objects }: Declarations): string {
  const entries = (value: object, indent: string): string =>
    Object.entries(value)
      .map(([key, each]) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(each)}`)
      .join(",\n");
  const group = (value: Record<string, object>): string =>
    Object.entries(value)
      .map(([key, each]) => `    ${JSON.stringify(key)}: {\n${entries(each, "      ")}\n    }`)
      .join(",\n");
  return `{
  "sdk": ${JSON.stringify(sdk)},
  "resources": {
${group(resources)}
  },
  "functions": {
${group(functions)}
  },
  "config": {
${entries(config, "    ")}
  },
  "objects": {
${group(objects)}
  }
}
`;
}

if (require.main === module) {
  for (const [name, provider] of Object.entries(providers)) {
    const declarations = readDeclarations(provider);
    const path = join(__dirname, "data", `${name}.types.json`);
    writeFileSync(path, format(declarations));
    const count = Object.keys(declarations.resources).length;
    if (name === "azure-native") {
      const rules = join(__dirname, "data", `${name}.rules.json`);
      writeFileSync(rules, `${JSON.stringify(azureRules(declarations), null, 2)}\n`);
    }
    console.log(`${path}: ${count} types of ${declarations.sdk.name} ${declarations.sdk.version}`);
  }
}
