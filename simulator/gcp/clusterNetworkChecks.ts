/** What GKE refuses of a cluster's network: where its nodes, pods and Services get addresses, and who reaches its API. */
import { contains, overlaps, parseRange } from "../cloud/cidr";
import type { Context } from "../cloud/behaviour";
import { count, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { networkOf, podRange, secondaryRange, subnetworkOf } from "./clusterNetwork";
import { badRequest, first } from "./refusals";
import { regionOf } from "./regions";
import { projectOf } from "./resource";
import { rangesOf } from "./subnetworks";

export function networkProblem(inputs: Properties, location: string, context: Context): string | undefined {
  const project = projectOf(inputs, context);
  const network = networkOf(inputs, context);
  const subnetwork = subnetworkOf(inputs, context);
  const name = (reference: string) => reference.split("/").at(-1) ?? "";
  return first(
    !network && badRequest(`Project "${project}" has no network named "${name(text(inputs, "network"))}".`),
    !subnetwork &&
      text(inputs, "subnetwork") !== "" &&
      badRequest(`Subnetwork "${name(text(inputs, "subnetwork"))}" in region "${regionOf(location)}" was not found.`),
    subnetwork &&
      subnetwork.outputs.region !== regionOf(location) &&
      badRequest(
        `Subnetwork "${text(subnetwork.outputs, "name")}" is not in the cluster's region "${regionOf(location)}".`,
      ),
    subnetwork &&
      network &&
      !text(subnetwork.outputs, "network").endsWith(network.id) &&
      badRequest(
        `Subnetwork "${text(subnetwork.outputs, "name")}" is not in the network "${text(network.outputs, "name")}".`,
      ),
    !subnetwork &&
      network?.outputs.autoCreateSubnetworks === false &&
      badRequest(`Network "${text(network.outputs, "name")}" requires specifying a subnetwork.`),
  );
}

/**
 * Ranges for pods and Services: named ones exist, each is big enough, and a range for Services is one cluster's. Words:
 * https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/263, and what GKE tells of a range
 * that is used ("is already used by another cluster").
 */
export function rangesProblem(inputs: Properties, context: Context): string | undefined {
  const policy = object(inputs, "ipAllocationPolicy");
  const [pods, services] = [text(policy, "clusterSecondaryRangeName"), text(policy, "servicesSecondaryRangeName")];
  const subnetwork = subnetworkOf(inputs, context);
  const where = `network "${text(networkOf(inputs, context)?.outputs ?? {}, "name")}", subnetwork "${text(subnetwork?.outputs ?? {}, "name")}"`;
  const missing = (kind: string, name: string) =>
    name !== "" &&
    secondaryRange(inputs, name, context) === undefined &&
    badRequest(`${kind} secondary range "${name}" in ${where} does not exist.`);
  const user = context.inventory
    .list("gcp:container/cluster:Cluster")
    .find(
      ({ outputs }) =>
        services !== "" &&
        outputs.subnetwork === subnetwork?.id &&
        object(outputs, "ipAllocationPolicy").servicesSecondaryRangeName === services,
    );
  const range = parseRange(podRange(inputs, context));
  const zones = texts(inputs, "nodeLocations").length || 3;
  const perNode = nodePrefix(count(inputs, "defaultMaxPodsPerNode") ?? 110);
  const room = range ? 2 ** Math.max(0, perNode - range.prefix) : 0;
  return first(
    missing("Pods", pods),
    missing("Services", services),
    user && badRequest(`Services range "${services}" in ${where} is already used by another cluster.`),
    pods !== "" && pods === services && badRequest("Pods and Services must have different secondary ranges."),
    (count(inputs, "initialNodeCount") ?? 1) * zones > room &&
      badRequest(
        `The network does not have available private IP space in ${podRange(inputs, context)} to reserve a /${perNode} block for the pods of each node.`,
      ),
  );
}

/** Length of the range that a node gets for its pods, twice as many addresses as pods: https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr */
export function nodePrefix(maxPods: number): number {
  return 32 - Math.ceil(Math.log2(Math.max(maxPods, 8) * 2));
}

/** What Google counts as private: https://cloud.google.com/vpc/docs/subnets#valid-ranges */
const reserved = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24"],
  ...["192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"],
].flatMap((cidr) => parseRange(cidr) ?? []);

/**
 * Words: https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/153 ("is not a reserved
 * network"), https://github.com/GoogleCloudPlatform/magic-modules/pull/8338 (without authorized networks),
 * https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/pull/2078 (Google's own addresses).
 */
export function endpointProblem(inputs: Properties, context: Context): string | undefined {
  const config = object(inputs, "privateClusterConfig");
  const blocks = objects(object(inputs, "masterAuthorizedNetworksConfig"), "cidrBlocks").map((block) =>
    text(block, "cidrBlock"),
  );
  const isPrivate = config.enablePrivateEndpoint === true;
  const outside = blocks.find((block) => {
    const range = parseRange(block);
    return !range || !reserved.some((one) => contains(one, range));
  });
  const master = parseRange(text(config, "masterIpv4CidrBlock"));
  const clash =
    master &&
    context.inventory
      .list("gcp:compute/subnetwork:Subnetwork")
      .find(
        ({ outputs }) =>
          text(outputs, "network").endsWith(networkOf(inputs, context)?.id ?? "-") &&
          rangesOf(outputs).some((range) => overlaps(range, master)),
      );
  return first(
    isPrivate && config.enablePrivateNodes !== true && badRequest("Private endpoint requires private nodes."),
    isPrivate &&
      inputs.masterAuthorizedNetworksConfig === undefined &&
      badRequest("Master authorized networks must be enabled if private endpoint is enabled."),
    isPrivate &&
      object(inputs, "masterAuthorizedNetworksConfig").gcpPublicCidrsAccessEnabled === true &&
      badRequest(
        'Invalid value for "cluster.master_authorized_networks_config": "cluster.master_authorized_networks_config.gcp_public_cidrs_access_enabled" cannot be enabled if private endpoint is enabled.',
      ),
    isPrivate &&
      outside !== undefined &&
      badRequest(
        `Invalid master authorized networks: network "${outside}" is not a reserved network, which is required for private endpoints.`,
      ),
    blocks.length > 100 && badRequest("Invalid master authorized networks: at most 100 CIDR blocks are allowed."),
    new Set(blocks).size < blocks.length && badRequest("Invalid master authorized networks: duplicate CIDR blocks."),
    clash &&
      badRequest(
        `Master CIDR block ${text(config, "masterIpv4CidrBlock")} conflicts with subnetwork "${text(clash.outputs, "name")}".`,
      ),
  );
}
