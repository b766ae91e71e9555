/** What Prometheus has measured before a rehearsal began: made up, and written as its own blocks. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clients } from "../../kubernetes";
import { namespace, parts } from "../../migrate/monitoring/parts";

const days = 29;
const secondsBetween = 15 * 60;

/**
 * Lays a history of 29 days beside what a Prometheus has by itself; it finds it when it is started, or within a minute.
 * @param folder the blocks'.
 */
export function writeHistory(promtool: string, folder: string): void {
  const scratch = mkdtempSync(join(tmpdir(), "history-"));
  try {
    const file = join(scratch, "samples");
    writeFileSync(file, samples(Math.floor(Date.now() / 1000)).join("\n"));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const options = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=72h"];
    execFileSync(promtool, [...options, file, folder]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param now seconds since 1970; the newest are older than what a Prometheus keeps in memory. */
function samples(now: number): string[] {
  const many = (days * 86_400) / secondsBetween;
  const lines = ["# TYPE orders counter"];
  for (let index = 0; index < many - 12; index++) {
    const at = now - (many - index) * secondsBetween;
    for (const shop of ["one", "two"]) lines.push(`orders_total{shop="${shop}"} ${index} ${at}`);
  }
  return [...lines, "# EOF", ""];
}

/** Every sample until then, milliseconds since 1970, as promtool writes it. */
export function samplesIn(promtool: string, folder: string, until: number): string[] {
  const options = ["tsdb", "dump", `--max-time=${until}`, folder];
  const dumped = execFileSync(promtool, options, { encoding: "utf8", maxBuffer: 2 ** 28 });
  return dumped.split("\n").filter((line) => line.startsWith("{"));
}

/**
 * The folder that stands for where a cluster's Prometheus has its blocks.
 * @param directory of the simulated clouds.
 * @throws Error where the volume is not there.
 */
export async function historyFolder(directory: string, { core }: Pick<Clients, "core">): Promise<string> {
  const part = parts.find(({ name }) => name === "prometheus");
  const claim = await core.readNamespacedPersistentVolumeClaim({ name: part?.claim ?? "", namespace });
  const clusters = join(directory, "clusters");
  const folders = readdirSync(clusters).map((key) =>
    join(clusters, key, "disks", "volumes", claim.spec?.volumeName ?? ""),
  );
  const found = folders.find((folder) => existsSync(folder));
  if (found === undefined) throw new Error(`the disk of ${namespace}/${part?.claim} is not there yet`);
  return join(found, part?.folder ?? "");
}
