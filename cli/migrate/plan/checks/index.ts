/** All checks, in the order in which their findings are told. */
import { checkCapacity } from "../capacity";
import { copySeconds } from "../estimate";
import type { DatabaseFact } from "../plan";
import type { Check, CheckInput, Report } from "../report";
import { checkCloudObjects } from "./cloudObjects";
import { checkDatabases } from "./databases";
import { checkApplications, checkSealedSecrets, checkSealing } from "./delivery";
import { checkEndpoints, checkIdentities, checkImages } from "./identities";
import { checkIngresses, checkIssuers, checkPolicyRanges } from "./ingresses";
import { checkApiVersions, checkBudgets, checkLimits, checkQuotas } from "./kubernetes";
import { checkLifecycle, checkWebhooks } from "./lifecycle";
import { checkMachine } from "./machine";
import { checkPodVolumes, checkVolumes } from "./podVolumes";
import { checkScheduling } from "./scheduling";
import { checkServices } from "./services";
import { checkClaims, checkClasses, checkMonitoring } from "./storage";
import { checkTopology } from "./topology";

export function runChecks(
  input: CheckInput,
  { databases, secretKeys }: { databases: DatabaseFact[]; secretKeys: string[] },
  report: Report,
): void {
  const checks: Check[] = [
    ...[checkClaims, checkClasses, checkPodVolumes, checkVolumes, checkMonitoring],
    checkDatabases(databases, copySeconds),
    ...[checkServices, checkIngresses, checkIssuers, checkPolicyRanges],
    ...[
      checkScheduling,
      checkTopology,
      checkMachine,
      checkImages,
      checkIdentities,
      checkCloudObjects,
      checkLifecycle,
      checkWebhooks,
      checkEndpoints,
    ],
    ...[checkApiVersions, checkBudgets, checkQuotas, checkLimits, checkCapacity],
    ...[checkApplications, checkSealing(secretKeys), checkSealedSecrets],
  ];
  for (const check of checks) check(input, report);
}
