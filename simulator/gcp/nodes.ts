/** The nodes that a pool stands for: the same ones at every look, so that a change of the count keeps the others. */
import { createHash } from "node:crypto";
import { address, parseRange } from "../cloud/cidr";
import type { CloudRecord, Context, NodeRequest } from "../cloud/behaviour";
import { map, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { machine } from "./machines";

const effects: Record<string, string> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

/**
 * The nodes of a pool.
 * @param outputs a node pool's.
 * @param counts nodes in each of its zones, in order.
 */
export function nodesOf(outputs: Properties, cluster: CloudRecord, counts: number[], context: Context): NodeRequest[] {
  const config = object(outputs, "nodeConfig");
  const type = text(config, "machineType");
  const what = machine(type);
  const range = parseRange(
    text(
      context.inventory.get("gcp:compute/subnetwork:Subnetwork", text(cluster.outputs, "subnetwork"))?.outputs ?? {},
      "ipCidrRange",
    ),
  );
  if (!what || !range) throw new Error(`no machine type or subnetwork for the nodes of ${text(outputs, "name")}`);
  const group =
    text({ url: texts(outputs, "instanceGroupUrls")[0] ?? "" }, "url")
      .split("/")
      .at(-1)
      ?.replace(/-grp$/, "") ?? "";
  const taken = new Set<string>();
  return texts(outputs, "nodeLocations").flatMap((zone, place) =>
    Array.from({ length: counts[place] ?? 0 }, (_, index) => {
      const digest = hash(`${cluster.id}/${group}/${zone}/${index}`);
      const name = `${nodePrefix(group)}-${base36(digest)}`;
      return {
        name,
        zone,
        instanceType: type,
        vcpu: what.vcpu,
        memoryGiB: what.memoryGiB,
        maxPods: Number(outputs.maxPodsPerNode),
        labels: labelsOf(outputs, zone, what),
        taints: objects(config, "taints").map((taint) => ({
          key: text(taint, "key"),
          ...(taint.value === undefined ? {} : { value: text(taint, "value") }),
          effect: effects[text(taint, "effect")] ?? text(taint, "effect"),
        })),
        providerId: `gce://${String(cluster.outputs.project)}/${zone}/${name}`,
        internalIP: freeAddress(range, digest, taken),
      };
    }),
  );
}

/** Machines are called after their group, which is cut so that names have room for what is appended: 63 characters. */
function nodePrefix(group: string): string {
  const end = group.slice(-9);
  return group.slice(0, -9).slice(0, 63 - end.length - 5) + end;
}

/**
 * Labels that GKE gives nodes, as `kubectl get nodes --show-labels` shows them on a cluster of 1.31 to 1.34:
 * https://cloud.google.com/kubernetes-engine/docs/concepts/about-node-labels
 */
function labelsOf(
  outputs: Properties,
  zone: string,
  { vcpu, memoryGiB, architecture }: { vcpu: number; memoryGiB: number; architecture: string },
): Record<string, string> {
  const config = object(outputs, "nodeConfig");
  const spot = config.spot === true;
  const metadata = text(object(config, "workloadMetadataConfig"), "mode") === "GKE_METADATA";
  return {
    ...map(config, "labels"),
    "beta.kubernetes.io/arch": architecture,
    "beta.kubernetes.io/instance-type": text(config, "machineType"),
    "beta.kubernetes.io/os": "linux",
    "cloud.google.com/gke-boot-disk": text(config, "diskType"),
    "cloud.google.com/gke-container-runtime": "containerd",
    "cloud.google.com/gke-cpu-scaling-level": String(vcpu),
    "cloud.google.com/gke-logging-variant": "DEFAULT",
    "cloud.google.com/gke-max-pods-per-node": String(outputs.maxPodsPerNode),
    "cloud.google.com/gke-memory-gb-scaling-level": String(Math.round(memoryGiB)),
    "cloud.google.com/gke-nodepool": text(outputs, "name"),
    "cloud.google.com/gke-os-distribution": text(config, "imageType").toLowerCase().startsWith("ubuntu")
      ? "ubuntu"
      : "cos",
    "cloud.google.com/gke-provisioning": spot ? "spot" : "standard",
    ...(spot ? { "cloud.google.com/gke-spot": "true" } : {}),
    "cloud.google.com/gke-stack-type": "IPV4",
    "cloud.google.com/machine-family": text(config, "machineType").split("-")[0] ?? "",
    "cloud.google.com/private-node": String(object(outputs, "networkConfig").enablePrivateNodes === true),
    ...(metadata ? { "iam.gke.io/gke-metadata-server-enabled": "true" } : {}),
    "failure-domain.beta.kubernetes.io/region": zone.replace(/-[a-z]$/, ""),
    "failure-domain.beta.kubernetes.io/zone": zone,
    "kubernetes.io/arch": architecture,
    "topology.gke.io/zone": zone,
  };
}

/** An address of the subnetwork that no other node has; the first four are Google's own. */
function freeAddress(
  range: { first: number; last: number; prefix: number },
  digest: string,
  taken: Set<string>,
): string {
  const room = range.last - range.first + 1 - 8;
  for (let offset = parseInt(digest.slice(8, 16), 16); ; offset++) {
    const candidate = address(range, 4 + (offset % room));
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Four letters and digits, as managed instance groups append them. */
function base36(digest: string): string {
  return (parseInt(digest.slice(0, 8), 16) % 36 ** 4).toString(36).padStart(4, "0");
}
