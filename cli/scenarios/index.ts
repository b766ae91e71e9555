/** Every scenario, in the order in which a newcomer reads them. */
import { access } from "./access";
import { autoscale } from "./autoscale";
import { change } from "./change";
import { deploy } from "./deploy";
import { drift } from "./drift";
import { isolation } from "./isolation";
import { migrationPlan } from "./migrationPlan";
import { multiApp } from "./multiApp";
import { nodeFailure } from "./nodeFailure";
import { ordering } from "./ordering";
import { promote } from "./promote";
import { quota } from "./quota";
import { rollback } from "./rollback";
import type { Scenario } from "./scenario";

export const scenarios: Scenario[] = [
  deploy,
  change,
  promote,
  rollback,
  drift,
  nodeFailure,
  ordering,
  autoscale,
  multiApp,
  quota,
  access,
  isolation,
  migrationPlan,
];
