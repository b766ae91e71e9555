/** Every scenario, in the order in which a newcomer reads them. */
import { change } from "./change";
import { drift } from "./drift";
import { rollback } from "./rollback";
import type { Scenario } from "./scenario";

export const scenarios: Scenario[] = [change, rollback, drift];
