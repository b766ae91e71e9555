/** When AKS may change the cluster by itself. */
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/maintenanceConfiguration";
import type * as pulumi from "@pulumi/pulumi";

import type { MaintenanceConfig } from "../../config/types";
import type { Place } from "./place";

/**
 * Names that AKS knows, one for patches of Kubernetes and one for the nodes' images:
 * https://learn.microsoft.com/azure/aks/planned-maintenance
 */
const schedules = ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"];

/** Sunday morning (UTC), after the daily backup of 02:00. Four hours are the least that AKS takes. */
const usual: MaintenanceConfig = { days: ["Sunday"], start: "04:00", hours: 4 };

export function planMaintenance(
  name: string,
  { resourceGroupName }: Place,
  clusterName: pulumi.Input<string>,
  { days: [dayOfWeek = ""], start, hours }: MaintenanceConfig = usual,
  opts: pulumi.CustomResourceOptions,
): MaintenanceConfiguration[] {
  const maintenanceWindow = {
    schedule: { weekly: { dayOfWeek, intervalWeeks: 1 } },
    startTime: start,
    utcOffset: "+00:00",
    durationHours: hours,
  };
  return schedules.map(
    (configName) =>
      new MaintenanceConfiguration(
        `${name}-${configName}`,
        { resourceGroupName, resourceName: clusterName, configName, maintenanceWindow },
        opts,
      ),
  );
}
