/** A plan of which a test says only what it is about. */
import type { MigrationPlan, PlanMaps } from "../../../../../cli/migrate/plan/plan";

export const noMaps: PlanMaps = { storageClasses: {}, images: {}, modifiers: [], leftOut: [], leftOutKinds: [] };

export function planned(
  maps: Partial<PlanMaps> = {},
  namespaces = ["shop"],
): Pick<MigrationPlan, "maps" | "namespaces"> {
  return { maps: { ...noMaps, ...maps }, namespaces };
}
