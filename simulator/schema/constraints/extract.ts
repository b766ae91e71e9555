/**
 * `npm run schemas:constraints [-- PROVIDER…]`: writes `data/<provider>.constraints.json` from the clouds' published API
 * models and from what they tell in words. Run it after a change of the types in use, or to take newer models.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Constraints } from "../model";
import { extractAws } from "./extractAws";
import { extractAzure } from "./extractAzure";
import { extractGoogle } from "./extractGoogle";
import { format } from "./write";

const extractors: Record<string, () => Constraints | Promise<Constraints>> = {
  aws: extractAws,
  "azure-native": extractAzure,
  gcp: extractGoogle,
};

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const [provider, extract] of Object.entries(extractors)) {
    if (wanted.length > 0 && !wanted.includes(provider)) continue;
    writeFileSync(join(__dirname, "..", "data", `${provider}.constraints.json`), format(await extract()));
  }
}

void main();
