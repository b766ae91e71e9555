/** What a rehearsed migration shows at its end. */
import Table from "cli-table3";
import { formatBytes } from "../../velero/outcome";
import type { JourneyReport } from "./rehearse";

export function showJourney({ ok, steps, legs, kept }: JourneyReport): string {
  const table = new Table({
    head: ["leg", "plan", "volumes", "bytes", "nobody could write for"],
    style: { head: [], border: [] },
  });
  for (const { from, to, findings, volumes, cutover } of legs) {
    const moved = cutover ? [formatBytes(cutover.bytes), `${cutover.downtimeSeconds.toFixed(1)} s`] : ["", ""];
    table.push([`${from} → ${to}`, findings, volumes, ...moved]);
  }
  const failed = steps.find((step) => !step.ok);
  return [
    "",
    table.toString(),
    "",
    ...(failed ? [`The migration failed: ${failed.name}.`, failed.error ?? ""] : []),
    ...(ok ? ["Every stack but the last was taken down behind it, and the last one too."] : []),
    ...(kept.length > 0 ? [`Backups stay where they were made: ${kept.join(", ")}`] : []),
  ].join("\n");
}
