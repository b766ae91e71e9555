/**
 * Events that the engine told of previews of the stack `dev` on simulated AWS, protected: those of steps that change
 * something and of errors, without outputs. Of `network` the network's and one subnet's only.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Changes } from "../../../cli/preview/changes";
import type { PreviewReport } from "../../../cli/preview/markdown";

/** Larger nodes, a pool of spot nodes and 31 days of history; no backups any more; another range of addresses. */
export type Recording = "replace" | "protected" | "network";

export function recorded(name: Recording): EngineEvent[] {
  return JSON.parse(readFileSync(join(__dirname, "recorded", `${name}.json`), "utf8")) as EngineEvent[];
}

export function reportOf(events: EngineEvent[]): PreviewReport {
  const changes = new Changes();
  for (const event of events) changes.see(event);
  return { stack: "dev", changes: changes.list(), errors: changes.errors() };
}
