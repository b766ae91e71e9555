/** A network that somebody else owns: it is read, never changed. */
import { getSubnetwork } from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";

import { parseCidr } from "../../cidr";
import type { NetworkConfig, NodesConfig } from "../../config/types";
import type { Network } from "./network";

interface Range {
  rangeName: string;
  ipCidrRange: string;
}

/** Length of the range that GKE gives a node for its pods: https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr */
const podsOfNode = 24;

/**
 * Takes the existing subnetwork with the secondary ranges that it has for pods and Services.
 *
 * @throws where the subnetwork cannot be looked at, where its ranges cannot be told apart, or where pods of `nodes.max`
 *   nodes have no room
 */
export async function existingNetwork(
  existing: NonNullable<NetworkConfig["existing"]>,
  nodes: Pick<NodesConfig, "max" | "spot">,
  provider: pulumi.ProviderResource,
): Promise<Network> {
  const [subnetwork = ""] = existing.privateSubnets;
  // Part by part: the provider takes a whole address for a self link, and nothing shorter
  // (https://github.com/hashicorp/terraform-provider-google/blob/main/google/tpgresource/self_link_helpers.go).
  const [, project, , region, , name] = subnetwork.split("/");
  const { secondaryIpRanges } = await getSubnetwork({ project, region, name }, { provider }).catch((error: unknown) => {
    throw new Error(
      `network.existing.privateSubnets: "${subnetwork}" cannot be looked at: ` +
        `${error instanceof Error ? error.message : String(error)} (needed: compute.subnetworks.get)`,
      { cause: error },
    );
  });
  const { pods, services } = rangesFor(secondaryIpRanges, subnetwork);
  checkRoom(pods, nodes);
  return {
    id: pulumi.output(existing.id),
    subnetwork: pulumi.output(subnetwork),
    podRange: pods.rangeName,
    serviceRange: services.rangeName,
    waysOut: [],
  };
}

/**
 * Which of the ranges is for what, by their names: the usual ones are `pods` and `services`, with whatever before or
 * behind.
 */
export function rangesFor(ranges: Range[], subnetwork: string): { pods: Range; services: Range } {
  const one = (kind: string, pattern: RegExp): Range => {
    const [found, ...others] = ranges.filter(({ rangeName }) => pattern.test(rangeName));
    if (found !== undefined && others.length === 0) return found;
    const names = ranges.map(({ rangeName }) => rangeName).join(", ") || "none";
    throw new Error(
      `network.existing.privateSubnets: "${subnetwork}" needs one secondary range for ${kind}, with "${kind}" in its ` +
        `name; its ranges are: ${names}`,
    );
  };
  return { pods: one("pods", /pod/), services: one("services", /service|svc/) };
}

function checkRoom({ rangeName, ipCidrRange }: Range, { max, spot }: Pick<NodesConfig, "max" | "spot">): void {
  const room = 2 ** Math.max(0, podsOfNode - parseCidr(ipCidrRange).prefix);
  const most = spot ? max * 2 : max;
  if (room < most) {
    throw new Error(
      `nodes.max: ${most} nodes${spot ? ", spot ones included," : ""} need as many /${podsOfNode} ranges for their pods, ` +
        `and "${rangeName}" (${ipCidrRange}) of the existing network holds ${room}`,
    );
  }
}
