/** The nodes that a node group stands for: the same ones at every look, so that a change of the count keeps the others. */
import { createHash } from "node:crypto";
import type { CloudRecord, Context, NodeRequest } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { address, parseRange } from "./cidr";
import { instance } from "./instances";
import { hostDomain } from "./nat";
import { zoneId } from "./regions";
import { count, map, object, objects, text, texts } from "./values";

const effects: Record<string, string> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

/**
 * The nodes of a group, one zone after the other.
 * @param outputs a node group's.
 * @param seed decides addresses and instance ids; the group's auto-scaling group.
 */
export function nodesOf(outputs: Properties, seed: string, context: Context): NodeRequest[] {
  const subnets = texts(outputs, "subnetIds").flatMap((id) => context.inventory.get("aws:ec2/subnet:Subnet", id) ?? []);
  const wanted = count(object(outputs, "scalingConfig"), "desiredSize") ?? 0;
  const types = texts(outputs, "instanceTypes");
  const taken = new Set<string>();
  return Array.from({ length: wanted }, (_, index) => {
    const subnet = subnets[index % subnets.length];
    const type = types[index % types.length] ?? "";
    const what = instance(type);
    if (!subnet || !what) throw new Error(`no subnet or instance type for node ${index} of ${seed}`);
    const zone = text(subnet.outputs, "availabilityZone");
    const internalIP = freeAddress(subnet, `${seed}-${index}`, taken);
    return {
      name: `ip-${internalIP.replace(/\./g, "-")}.${hostDomain(context.region, "internal")}.internal`,
      zone,
      instanceType: type,
      vcpu: what.vcpu,
      memoryGiB: what.memoryGiB,
      maxPods: what.maxPods,
      labels: labelsOf(outputs, zone, what.architecture, context),
      taints: objects(outputs, "taints").map((taint) => ({
        key: text(taint, "key"),
        ...(taint.value === undefined ? {} : { value: text(taint, "value") }),
        effect: effects[text(taint, "effect")] ?? text(taint, "effect"),
      })),
      providerId: `aws:///${zone}/i-0${hash(`${seed}-${index}`).slice(0, 16)}`,
      internalIP,
      kubernetesVersion: text(outputs, "version"),
    };
  });
}

/** Labels that EKS gives managed nodes: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html */
function labelsOf(
  outputs: Properties,
  zone: string,
  architecture: string,
  { region }: Context,
): Record<string, string> {
  const template = object(outputs, "launchTemplate");
  return {
    ...map(outputs, "labels"),
    "eks.amazonaws.com/capacityType": text(outputs, "capacityType"),
    "eks.amazonaws.com/nodegroup": text(outputs, "nodeGroupName"),
    "eks.amazonaws.com/nodegroup-image": `ami-0${hash(`${text(outputs, "releaseVersion")}${architecture}`).slice(0, 16)}`,
    ...(text(template, "id") && {
      "eks.amazonaws.com/sourceLaunchTemplateId": text(template, "id"),
      "eks.amazonaws.com/sourceLaunchTemplateVersion": text(template, "version"),
    }),
    "kubernetes.io/arch": architecture,
    "topology.kubernetes.io/region": region,
    "topology.kubernetes.io/zone": zone,
    "topology.k8s.aws/zone-id": zoneId(region, zone),
    "topology.ebs.csi.aws.com/zone": zone,
  };
}

/** An address of the subnet that no other node of the group has; AWS keeps the first four and the last one. */
function freeAddress(subnet: CloudRecord, seed: string, taken: Set<string>): string {
  const range = parseRange(text(subnet.outputs, "cidrBlock"));
  if (!range) throw new Error(`subnet ${subnet.id} has no range`);
  const room = range.last - range.first - 4;
  const start = parseInt(hash(seed).slice(0, 8), 16) % room;
  for (let step = 0; step < room; step++) {
    const candidate = address(range, 4 + ((start + step) % room));
    if (!taken.has(candidate)) {
      taken.add(candidate);
      return candidate;
    }
  }
  throw new Error(`subnet ${subnet.id} has no free addresses`);
}

function hash(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
