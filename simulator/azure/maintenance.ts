/** When AKS may change a cluster by itself. */
import { first, object, text } from "../cloud/values";
import type { Properties } from "../provider";
import { azure, badRequest } from "./refusals";
import { arm, type Resource } from "./resource";

const type = "azure-native:containerservice:MaintenanceConfiguration";

/** https://learn.microsoft.com/azure/aks/planned-maintenance: names that AKS knows, and what each of them has. */
const names = {
  default: "timeInWeek",
  aksManagedAutoUpgradeSchedule: "maintenanceWindow",
  aksManagedNodeOSUpgradeSchedule: "maintenanceWindow",
};

const maintenanceConfiguration = arm(type, {
  api: "2025-09-01",
  refuse: (inputs) => windowProblem(inputs),
  outputs: () => ({ systemData: {} }),
  update(_record, inputs) {
    const problem = windowProblem(inputs);
    if (problem) throw new Error(problem);
    return {};
  },
});

function windowProblem(inputs: Properties): string | undefined {
  const name = text(inputs, "configName");
  const wanted = (names as Record<string, string>)[name];
  const schedule = object(object(inputs, "maintenanceWindow"), "schedule");
  const kinds = ["daily", "weekly", "absoluteMonthly", "relativeMonthly"].filter(
    (kind) => schedule[kind] !== undefined,
  );
  const isNodeImage = name === "aksManagedNodeOSUpgradeSchedule";
  return first(
    wanted === undefined &&
      azure(
        400,
        "InvalidMaintenanceConfigurationName",
        `Maintenance configuration name ${name} is not supported: ${Object.keys(names).join(", ")}.`,
      ),
    wanted !== undefined &&
      inputs[wanted] === undefined &&
      badRequest(`Maintenance configuration ${name} needs ${wanted}.`),
    wanted === "maintenanceWindow" &&
      kinds.length !== 1 &&
      badRequest("A maintenance window has exactly one schedule."),
    schedule.daily !== undefined &&
      !isNodeImage &&
      badRequest(`A daily schedule is only for aksManagedNodeOSUpgradeSchedule.`),
  );
}

export const maintenanceBehaviours: Record<string, Resource> = { [type]: maintenanceConfiguration };
