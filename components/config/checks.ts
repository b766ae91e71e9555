/** Everything that has to hold between several values. */
import { accessChecks } from "./checks/access";
import { azureChecks } from "./checks/azure";
import { certificateChecks } from "./checks/certificates";
import type { Check } from "./checks/check";
import { deliveryChecks } from "./checks/delivery";
import { googleChecks } from "./checks/google";
import { maintenanceChecks } from "./checks/maintenance";
import { migrationChecks } from "./checks/migration";
import { networkChecks } from "./checks/network";
import { nodeChecks } from "./checks/nodes";
import { operationsChecks } from "./checks/operations";
import { placeChecks } from "./checks/place";
import { tagChecks } from "./checks/tags";

export const checks: Check[] = [
  ...placeChecks,
  ...nodeChecks,
  ...networkChecks,
  ...accessChecks,
  ...certificateChecks,
  ...deliveryChecks,
  ...operationsChecks,
  ...maintenanceChecks,
  ...migrationChecks,
  ...tagChecks,
  ...azureChecks,
  ...googleChecks,
];
