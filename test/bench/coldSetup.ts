/** How long it takes until every program is built, with nothing downloaded or compiled before. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../cli/project";
import { timed, type Figure } from "./measure";

/** Downloads and builds everything into a folder of its own, and removes that again: needs 15 GB of disk. */
export async function coldSetup(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cold-"));
  const env = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, "cache"),
    GOCACHE: join(folder, "gocache"),
    GOMODCACHE: join(folder, "gomodcache"),
  };
  try {
    const value = await timed(async () => {
      const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "start", "tools.ts")], {
        cwd: repository,
        env,
        stdio: ["ignore", "inherit", "inherit"],
      });
      const [code] = (await once(child, "exit")) as [number | null];
      if (code !== 0) throw new Error(`the programs could not be built: ${code}`);
    });
    return { name: "set-up with empty caches (npm ci left out)", value, unit: "s", goal: 15 * 60 };
  } finally {
    // Go writes its module cache read-only.
    execFileSync("go", ["clean", "-modcache"], { env });
    rmSync(folder, { recursive: true, force: true });
  }
}
