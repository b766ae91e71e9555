/**
 * Quotas of a region that nodes take from. Google sets them by the project's history; the figures are those that projects
 * commonly begin with once they have a paid bill behind them. Words and figures:
 * https://github.com/kaiwaehner/hivemq-mqtt-tensorflow-kafka-realtime-iot-machine-learning-training-inference/issues/48,
 * https://github.com/hashicorp-education/learn-terraform-provision-gke-cluster/issues/22 (500 GB of SSD),
 * https://github.com/GoogleCloudPlatform/cloud-ops-sandbox/issues/44 (addresses)
 */
import type { Context } from "../cloud/behaviour";
import { count, object, text } from "../cloud/values";
import type { Properties } from "../provider";
import { machine } from "./machines";
import { googleError } from "./refusals";
import { regionOf } from "./regions";
import { projectOf } from "./resource";

const limits = { CPUS: 72, PREEMPTIBLE_CPUS: 72, SSD_TOTAL_GB: 500, IN_USE_ADDRESSES: 8 };
type Metric = keyof typeof limits;
export type Demand = Partial<Record<Metric, number>>;

/** What these many nodes of a pool's configuration take. Spot capacity has a quota of its own. */
export function demandOf(nodeConfig: Properties, nodes: number, addresses: boolean): Demand {
  const cpus = (machine(text(nodeConfig, "machineType") || "e2-medium")?.vcpu ?? 0) * nodes;
  const spot = nodeConfig.spot === true || nodeConfig.preemptible === true;
  const ssd = /^pd-(ssd|balanced)$/.test(text(nodeConfig, "diskType") || "pd-balanced");
  return {
    ...(spot ? { PREEMPTIBLE_CPUS: cpus } : { CPUS: cpus }),
    SSD_TOTAL_GB: ssd ? (count(nodeConfig, "diskSizeGb") ?? 100) * nodes : 0,
    IN_USE_ADDRESSES: addresses ? nodes : 0,
  };
}

/** Why the region has no room for this, beside what its pools have; undefined where it has. */
export function quotaProblem(demand: Demand, location: string, context: Context): string | undefined {
  const used: Demand = {};
  for (const { outputs } of context.inventory.list("gcp:container/nodePool:NodePool")) {
    if (regionOf(text(outputs, "location")) !== regionOf(location)) continue;
    const nodes = (count(outputs, "nodeCount") ?? 0) * (outputs.nodeLocations as string[]).length;
    const taken = demandOf(object(outputs, "nodeConfig"), nodes, false);
    for (const metric of Object.keys(taken) as Metric[]) used[metric] = (used[metric] ?? 0) + (taken[metric] ?? 0);
  }
  const short = (Object.keys(demand) as Metric[]).filter(
    (metric) => (demand[metric] ?? 0) > 0 && (used[metric] ?? 0) + (demand[metric] ?? 0) > limits[metric],
  );
  if (short.length === 0) return undefined;
  const project = projectOf({}, context);
  const lines = short.map((metric, index) => {
    const [wanted, available] = [demand[metric] ?? 0, limits[metric] - (used[metric] ?? 0)];
    const number = short.length > 1 ? `\n\t(${index + 1}) insufficient` : "Insufficient";
    return (
      `${number} regional quota to satisfy request: resource "${metric}": request requires '${wanted.toFixed(1)}' and is ` +
      `short '${(wanted - available).toFixed(1)}'. project has a quota of '${limits[metric].toFixed(1)}' with ` +
      `'${available.toFixed(1)}' available. View and manage quotas at ` +
      `https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${project}.`
    );
  });
  return googleError(403, lines.join(""), "forbidden");
}
