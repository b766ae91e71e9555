/** `migrate plan`: looked at, made and written down; nothing is changed. */
import type { Journal } from "../journal";
import { isBlocked, makePlan } from "../plan";
import type { MigrationPlan, PlanRequest } from "../plan/plan";
import { assertMayBegin } from "../progress";
import type { Side } from "../side";

/**
 * @returns the plan; where something blocks it, the journal has it as failed.
 * @throws StepError where no plan may be made now, PlanError where none can be.
 */
export async function plan(journal: Journal, side: Side, request: PlanRequest): Promise<MigrationPlan> {
  assertMayBegin("plan", journal);
  journal.add("plan", "begun", request);
  try {
    const made = await makePlan(side, request);
    journal.add("plan", isBlocked(made) ? "failed" : "done", made);
    return made;
  } catch (error) {
    journal.add("plan", "failed", error instanceof Error ? error.message : String(error));
    throw error;
  }
}
