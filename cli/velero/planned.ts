/** What a restore changes on the way from another cloud: as a plan has shown it. */
import { readFileSync } from "node:fs";
import { modifiersText } from "../migrate/plan/maps";
import type { MigrationPlan } from "../migrate/plan/plan";
import { UsageError } from "../rehearse/options";
import type { RestoreRequest } from "./restore";

type Planned = Pick<MigrationPlan, "maps" | "namespaces">;
type Changes = Pick<RestoreRequest, "namespaces" | "storageClasses" | "images" | "modifiers" | "excludedKinds">;

/** @throws UsageError where the file is no plan: the message is for the user. */
export function readPlan(file: string): Planned {
  try {
    const plan = JSON.parse(readFileSync(file, "utf8")) as Partial<Planned>;
    if (plan.maps?.modifiers && plan.namespaces) return { maps: plan.maps, namespaces: plan.namespaces };
  } catch (error) {
    throw new UsageError(`--plan ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`--plan ${file}: is no plan; write one with migrate plan --json`);
}

export function changesOf({ maps, namespaces }: Planned): Changes {
  const { storageClasses, images, modifiers, leftOutKinds } = maps;
  return {
    namespaces,
    storageClasses,
    images,
    ...(modifiers.length > 0 ? { modifiers: modifiersText(modifiers) } : {}),
    excludedKinds: leftOutKinds,
  };
}
