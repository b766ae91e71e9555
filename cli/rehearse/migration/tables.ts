/** What a rehearsed migration shows at its end. */
import Table from "cli-table3";
import { formatBytes } from "../../velero/outcome";
import type { JourneyReport } from "./rehearse";
import type { Requests } from "./tally";
import type { UsageResult } from "./usage";

export function showJourney({ name, ok, steps, legs, usage, kept }: JourneyReport, keep: boolean): string {
  const table = new Table({
    head: ["leg", "plan", "objects", "volumes", "bytes", "nobody could write for", "took"],
    style: { head: [], border: [] },
  });
  legs.forEach(({ from, to, findings, compared, cutover }, index) => {
    const equal = [compared?.objects ?? "", compared?.volumes ?? ""];
    const moved = cutover ? [formatBytes(cutover.bytes), `${cutover.downtimeSeconds.toFixed(1)} s`] : ["", ""];
    const took = steps
      .filter(({ name }) => name.endsWith(`-${index + 1}`))
      .reduce((sum, step) => sum + step.seconds, 0);
    table.push([`${from} → ${to}`, findings, ...equal, ...moved, `${(took / 60).toFixed(1)} min`]);
  });
  const failed = steps.find((step) => !step.ok);
  return [
    "",
    table.toString(),
    "",
    ...(usage ? usageOf(usage) : []),
    ...(failed ? [`The migration failed: ${failed.name}.`, failed.error ?? ""] : []),
    ...(ok && !keep ? ["Every stack was taken down behind it."] : []),
    ...(ok && keep ? [`${legs.at(-1)?.to} is running. End it: npm run platform -- stop ${name}`] : []),
    ...(kept.length > 0 ? [`Backups stay where they were made: ${kept.join(", ")}`] : []),
  ].join("\n");
}

/** What those saw who wrote to and read from each host all along. */
function usageOf({ hosts, acknowledged, lost }: UsageResult): string[] {
  const table = new Table({
    head: ["host", "writes", "refused", "longest", "reads", "failed", "longest"],
    style: { head: [], border: [] },
  });
  for (const { host, keeps, writes, reads } of hosts) {
    const shown = (requests: Requests) => [
      requests.served,
      requests.sent - requests.served,
      `${requests.longestGapSeconds.toFixed(1)} s`,
    ];
    table.push([host, ...(keeps ? shown(writes) : ["keeps nothing", "", ""]), ...shown(reads)]);
  }
  const outcome = lost.length === 0 ? "all of them are there" : `${lost.length} of them are lost`;
  return [table.toString(), "", `${acknowledged} writes were acknowledged: ${outcome}.`, ""];
}
