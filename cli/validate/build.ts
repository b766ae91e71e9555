/** Builds kustomizations by the real kustomize. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { closure, type Kustomization } from "./kustomizations";
import { isManifest, type Manifest } from "./model";

export type Built = { objects: Manifest[] } | { error: string } | { skipped: string };

/**
 * What each kustomization builds, by its folder. Never reaches for the network: what names another repository or a
 * Helm chart is left out, and said so.
 *
 * @param kustomize path of the program.
 */
export async function buildAll(
  root: string,
  kustomizations: Map<string, Kustomization>,
  kustomize: string,
): Promise<Map<string, Built>> {
  const results = new Map<string, Built>();
  const waiting = [...kustomizations.values()].filter(({ component }) => !component);
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      results.set(one.folder, await build(root, one, kustomizations, kustomize));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

async function build(
  root: string,
  kustomization: Kustomization,
  all: Map<string, Kustomization>,
  kustomize: string,
): Promise<Built> {
  const parts = closure(kustomization, all);
  const remote = parts.flatMap((part) => part.remote)[0];
  if (remote !== undefined) return { skipped: `takes ${remote} from the network` };
  if (parts.some(({ value }) => "helmCharts" in value || "helmChartInflationGenerator" in value)) {
    return { skipped: "renders a Helm chart" };
  }
  try {
    const { stdout } = await execa(kustomize, ["build", join(root, kustomization.folder)], {
      timeout: 60_000,
      stdin: "ignore",
      maxBuffer: 256 * 1024 * 1024,
    });
    return {
      objects: parseAllDocuments(stdout, { logLevel: "silent" })
        .map((one) => one.toJS() as unknown)
        .filter(isManifest),
    };
  } catch (error) {
    const { stderr, shortMessage } = error as { stderr?: string; shortMessage?: string };
    // Warnings come before the error.
    const last =
      (stderr || shortMessage || String(error))
        .trim()
        .split(/\n(?=Error: )/)
        .at(-1) ?? "";
    return {
      error: last
        .replace(/^Error: /, "")
        .replaceAll(`${root}/`, "")
        .replace(/\s+/g, " ")
        .slice(0, 400),
    };
  }
}
