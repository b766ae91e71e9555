/** How far a migration has come, for people. */
import Table from "cli-table3";
import type { Entry } from "./journal";
import { nextStep, progress } from "./progress";

/** A line for each step: its state, when it began, how long it took; then what comes next. */
export function showProgress(entries: readonly Entry[]): string {
  const table = new Table({ head: ["step", "state", "begun", "seconds"], style: { head: [], border: [] } });
  for (const { name, state, begun, ended } of progress(entries)) {
    table.push([name, state, begun ?? "", begun && ended ? seconds(begun, ended) : ""]);
  }
  const failed = entries.findLast(({ kind }) => kind === "failed");
  const isNewest = failed !== undefined && failed === entries.findLast(({ kind }) => kind !== "noted");
  const next = nextStep(entries);
  return [
    table.toString(),
    ...(isNewest && typeof failed.data === "string" ? [`${failed.step}: ${failed.data}`] : []),
    next === undefined ? "The migration is finished." : `Next: ${next}`,
  ].join("\n");
}

function seconds(begun: string, ended: string): string {
  return ((Date.parse(ended) - Date.parse(begun)) / 1000).toFixed(1);
}
