/** How many vCPUs a subscription may use. */
import type { Context } from "../cloud/behaviour";
import { count, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { machine } from "./machines";
import { sizeOf } from "./pools";
import { azure } from "./refusals";

/**
 * vCPUs that the subscription may use of one family, and of all, in a region. New ones have far less, and get more when
 * asked: https://learn.microsoft.com/azure/quotas/per-vm-quota-requests. These are a company's that has asked once.
 */
const vcpuQuota = { family: 200, region: 400 };

/** https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/error-code-quotaexceeded */
export function quotaProblem(pools: Properties[], location: string, context: Context): string | undefined {
  const running = usedCpus(location, context);
  for (const pool of pools) {
    const what = machine(text(pool, "vmSize"));
    if (!what) continue;
    const wanted = sizeOf(pool) * what.vcpu;
    const remaining = Math.min(
      vcpuQuota.family - (running.get(what.family) ?? 0),
      vcpuQuota.region - [...running.values()].reduce((sum, each) => sum + each, 0),
    );
    if (wanted > remaining) {
      return azure(
        400,
        "ErrCode_InsufficientVCPUQuota",
        `Insufficient vcpu quota requested ${wanted}, remaining ${remaining} for family ${what.family} for region ${location}.`,
      );
    }
    running.set(what.family, (running.get(what.family) ?? 0) + wanted);
  }
  return undefined;
}

function usedCpus(location: string, { inventory }: Context): Map<string, number> {
  const used = new Map<string, number>();
  const inRegion = inventory
    .list("azure-native:containerservice:ManagedCluster")
    .filter(({ outputs }) => text(outputs, "location") === location);
  const pools = [
    ...inRegion.flatMap(({ outputs }) => objects(outputs, "agentPoolProfiles")),
    ...inventory
      .list("azure-native:containerservice:AgentPool")
      .filter(({ id }) => inRegion.some((cluster) => id.toLowerCase().startsWith(`${cluster.id.toLowerCase()}/`)))
      .map(({ outputs }) => outputs),
  ];
  for (const pool of pools) {
    const what = machine(text(pool, "vmSize"));
    if (what) used.set(what.family, (used.get(what.family) ?? 0) + (count(pool, "count") ?? 0) * what.vcpu);
  }
  return used;
}
