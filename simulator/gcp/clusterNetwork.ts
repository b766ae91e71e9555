/** Where a cluster's nodes, pods and Services get their addresses. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { projectOf, referenced } from "./resource";

/** Ranges that GKE takes for Services where none is named: https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#defaults_limits */
const managedServices = "34.118.224.0/20";
const managedPods = "10.4.0.0/14";

export function networkOf(inputs: Properties, context: Context): CloudRecord | undefined {
  return referenced(context, "gcp:compute/network:Network", text(inputs, "network"), projectOf(inputs, context));
}

export function subnetworkOf(inputs: Properties, context: Context): CloudRecord | undefined {
  return referenced(
    context,
    "gcp:compute/subnetwork:Subnetwork",
    text(inputs, "subnetwork"),
    projectOf(inputs, context),
  );
}

/** The secondary range of this name; undefined where the subnetwork has none. */
export function secondaryRange(inputs: Properties, name: string, context: Context): string | undefined {
  const ranges = objects(subnetworkOf(inputs, context)?.outputs ?? {}, "secondaryIpRanges");
  const found = ranges.find((range) => text(range, "rangeName") === name);
  return found && text(found, "ipCidrRange");
}

export function podRange(inputs: Properties, context: Context): string {
  const policy = object(inputs, "ipAllocationPolicy");
  const named = secondaryRange(inputs, text(policy, "clusterSecondaryRangeName"), context);
  return named ?? (text(policy, "clusterIpv4CidrBlock") || managedPods);
}

export function serviceRange(inputs: Properties, context: Context): string {
  const policy = object(inputs, "ipAllocationPolicy");
  const named = secondaryRange(inputs, text(policy, "servicesSecondaryRangeName"), context);
  return named ?? (text(policy, "servicesIpv4CidrBlock") || managedServices);
}
