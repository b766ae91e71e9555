/** Writes `docs/architecture.svg` from the program itself: its components, what they make, their files. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { type Delivered, draw } from "./architecture/draw";
import { partsOf } from "./architecture/parts";
import { recordStack } from "./architecture/record";

/** The drawing: the stack `prod`, which has every part that there is. */
export async function architecture(root: string): Promise<string> {
  const folder = "gitops/clusters/single-cluster";
  const applications = [folder, `${folder}/applications`].flatMap((one) => applicationsIn(join(root, one)));
  return draw(partsOf(root, await recordStack(root, "prod")), { folder, applications });
}

interface Application {
  kind?: string;
  metadata?: { name: string };
  spec?: { destination?: { namespace: string } };
}

function applicationsIn(folder: string): Delivered["applications"] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => parse(readFileSync(join(folder, file), "utf8"), { logLevel: "silent" }) as Application)
    .filter(({ kind }) => kind === "Application")
    .map(({ metadata, spec }) => ({ name: metadata?.name ?? "", namespace: spec?.destination?.namespace ?? "" }));
}

async function main(): Promise<void> {
  const root = resolve(__dirname, "..");
  writeFileSync(join(root, "docs", "architecture.svg"), await architecture(root));
}

if (require.main === module) void main();
