/** Every scenario, in the order in which a newcomer reads them. */
import { access } from "./access";
import { change } from "./change";
import { deploy } from "./deploy";
import { drift } from "./drift";
import { multiApp } from "./multiApp";
import { ordering } from "./ordering";
import { promote } from "./promote";
import { quota } from "./quota";
import { rollback } from "./rollback";
import type { Scenario } from "./scenario";

export const scenarios: Scenario[] = [deploy, change, promote, rollback, drift, ordering, multiApp, quota, access];
