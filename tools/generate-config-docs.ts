/**
 * Writes what is derived from the configuration's schema: `docs/configuration.md`, `docs/config.schema.json` and the
 * `config` block of `Pulumi.yaml`. Run by `npm run generate`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { parse } from "yaml";
import { stackFileSchema } from "./config/jsonSchema";
import { withConfigBlock } from "./config/pulumiYaml";
import { referencePage } from "./config/reference";

/** What each derived file has to hold, by path in the repository. */
export async function derivedFiles(root: string): Promise<Record<string, string>> {
  const project = readFileSync(join(root, "Pulumi.yaml"), "utf8");
  const { name } = parse(project) as { name: string };
  const formatted = (text: string, filepath: string) => format(text, { filepath, printWidth: 120 });
  return {
    "Pulumi.yaml": await formatted(withConfigBlock(project), "Pulumi.yaml"),
    "docs/configuration.md": await formatted(referencePage(), "configuration.md"),
    "docs/config.schema.json": await formatted(JSON.stringify(stackFileSchema(name)), "config.schema.json"),
  };
}

async function main(): Promise<void> {
  const root = resolve(__dirname, "..");
  for (const [path, text] of Object.entries(await derivedFiles(root))) writeFileSync(join(root, path), text);
}

if (require.main === module) void main();
