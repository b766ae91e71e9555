/** When a cloud may change a cluster by itself. */
import { type Check, check } from "./check";

/** https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions: 48 hours in 32 days. */
const googleHoursAWeek = 48 / Math.floor(32 / 7);

/** Clouds that change a cluster only when they are told to. */
const unmoved = {
  aws: "EKS has no windows: it changes nodes and versions when `pulumi up` does",
  local: "the cluster is its owner's",
};

export const maintenanceChecks: Check[] = [
  check(["cloud", "maintenance"], "maintenance", ({ given: { cloud, maintenance } }) =>
    maintenance !== undefined && (cloud === "aws" || cloud === "local")
      ? `has no effect on ${cloud}, where ${unmoved[cloud]}; leave it out`
      : undefined,
  ),
  check(["cloud", "maintenance"], "maintenance.days", ({ given: { cloud, maintenance }, show }) => {
    if (maintenance === undefined) return undefined;
    const { days, hours } = maintenance;
    const shown = show(["maintenance", "days"], days);
    if (new Set(days).size < days.length) return `${shown} names a day twice; name each once`;
    if (cloud === "azure" && days.length > 1) return `${shown} is too much; AKS takes one day of the week`;
    return cloud === "gcp" && days.length * hours < googleHoursAWeek
      ? `${shown} with ${hours} hours each is too little; GKE needs ${googleHoursAWeek} hours a week`
      : undefined;
  }),
];
