/** What GKE refuses of a cluster. */
import { contains, overlaps, parseRange } from "../cloud/cidr";
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { podRange, secondaryRange, networkOf, subnetworkOf } from "./clusterNetwork";
import { keyRefusal } from "./kms";
import { demandOf, quotaProblem } from "./quotas";
import { badRequest, first, googleError } from "./refusals";
import { regionNames, regionOf, zonesOf } from "./regions";
import { projectNumber, projectOf } from "./resource";
import { nodeConfigProblem } from "./nodeChecks";
import { rangesOf } from "./subnetworks";
import { minor, resolveVersion } from "./versions";

/** https://cloud.google.com/kubernetes-engine/quotas */
const clustersOfRegion = 100;

export function clusterProblem(inputs: Properties, context: Context): string | undefined {
  const location = text(inputs, "location") || context.region;
  const siblings = context.inventory
    .list("gcp:container/cluster:Cluster")
    .filter(({ outputs }) => outputs.location === location);
  return (
    first(
      placeProblem(location, texts(inputs, "nodeLocations")),
      siblings.length >= clustersOfRegion &&
        googleError(
          403,
          `Insufficient quota to satisfy the request: CLUSTERS: limit ${clustersOfRegion}.0.`,
          "forbidden",
        ),
      versionProblem(text(inputs, "minMasterVersion"), inputs),
      networkProblem(inputs, location, context),
      rangesProblem(inputs, context),
    ) ??
    first(
      endpointProblem(inputs, context),
      keyProblem(inputs, location, context),
      identityProblem(inputs, context),
      featureProblem(inputs),
      firstPoolProblem(inputs, location, context),
    )
  );
}

/** Words: https://github.com/hashicorp/terraform-provider-google/issues/5937 ("Location … does not exist"). */
function placeProblem(location: string, nodeLocations: string[]): string | undefined {
  const region = regionOf(location);
  const zones = zonesOf(region);
  const known = regionNames().includes(location) || zones.includes(location);
  const foreign = nodeLocations.find((zone) => !zones.includes(zone));
  return first(
    !known && badRequest(`Location "${location}" does not exist.`),
    foreign !== undefined && badRequest(`Location "${foreign}" is not a zone of the region "${region}".`),
  );
}

/** Words: https://github.com/hashicorp/terraform-provider-google/issues/3385 */
function versionProblem(wanted: string, inputs: Properties): string | undefined {
  const channel = text(object(inputs, "releaseChannel"), "channel") || "REGULAR";
  if (resolveVersion(wanted, channel) !== undefined) return undefined;
  return /^\d+\.\d+$/.test(wanted)
    ? badRequest(`No valid versions with the prefix "${wanted}" found.`)
    : badRequest(`Master version "${wanted}" is unsupported.`);
}

function networkProblem(inputs: Properties, location: string, context: Context): string | undefined {
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
function rangesProblem(inputs: Properties, context: Context): string | undefined {
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
function endpointProblem(inputs: Properties, context: Context): string | undefined {
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

/** https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets */
function keyProblem(inputs: Properties, location: string, context: Context): string | undefined {
  const { state, keyName } = object(inputs, "databaseEncryption");
  if (state !== "ENCRYPTED" && state !== "ALL_OBJECTS_ENCRYPTION_ENABLED") return undefined;
  const key = context.inventory.get("gcp:kms/cryptoKey:CryptoKey", String(keyName));
  const agent = `service-${projectNumber(projectOf(inputs, context))}@container-engine-robot.iam.gserviceaccount.com`;
  const place = String(keyName).split("/")[3];
  const denied = key && keyRefusal(key, agent, context);
  return first(
    !key && badRequest(`Cloud KMS key "${String(keyName)}" was not found.`),
    key &&
      key.outputs.purpose !== "ENCRYPT_DECRYPT" &&
      badRequest("Cloud KMS key must be of the purpose ENCRYPT_DECRYPT."),
    place !== regionOf(location) &&
      badRequest(`Cloud KMS key must be in the cluster's location "${regionOf(location)}", not in "${String(place)}".`),
    denied !== undefined && badRequest(`Cloud KMS request failed for service account ${agent}: ${denied}`),
  );
}

function identityProblem(inputs: Properties, context: Context): string | undefined {
  const pool = text(object(inputs, "workloadIdentityConfig"), "workloadPool");
  const wanted = `${projectOf(inputs, context)}.svc.id.goog`;
  const group = text(object(inputs, "authenticatorGroupsConfig"), "securityGroup");
  return first(
    pool !== "" && pool !== wanted && badRequest(`Workload pool "${pool}" is invalid: it must be "${wanted}".`),
    group !== "" &&
      !/^gke-security-groups@[^@]+$/.test(group) &&
      badRequest("Security group must be of the form gke-security-groups@yourdomain.com."),
  );
}

/** Words: https://cloud.google.com/kubernetes-engine/docs/how-to/dataplane-v2 */
function featureProblem(inputs: Properties): string | undefined {
  const policy = object(inputs, "networkPolicy");
  const advanced = inputs.datapathProvider === "ADVANCED_DATAPATH";
  return first(
    advanced &&
      policy.enabled === true &&
      badRequest("Enabling NetworkPolicy for clusters with DatapathProvider=ADVANCED_DATAPATH is not allowed."),
    inputs.networkingMode === "ROUTES" &&
      inputs.ipAllocationPolicy !== undefined &&
      badRequest("ip_allocation_policy is for VPC_NATIVE clusters."),
    windowProblem(object(inputs, "maintenancePolicy")),
  );
}

/** https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions: four hours or more, 48 in 32 days. */
function windowProblem(policy: Properties): string | undefined {
  const window = object(policy, "recurringWindow");
  const [start, end] = [Date.parse(text(window, "startTime")), Date.parse(text(window, "endTime"))];
  if (Object.keys(window).length === 0) return undefined;
  const hours = (end - start) / 3_600_000;
  const days = /BYDAY=([A-Z,]+)/.exec(text(window, "recurrence"))?.[1]?.split(",").length;
  const times = /FREQ=DAILY/.test(text(window, "recurrence")) ? 32 : Math.floor(32 / 7) * (days ?? 1);
  return first(
    !(hours > 0) && badRequest("maintenance window: endTime must be after startTime."),
    hours < 4 && badRequest("maintenance window must be at least 4 hours."),
    hours * times < 48 &&
      badRequest(
        "maintenance policy would go longer than 32d without 48h maintenance availability of >=4h contiguous duration.",
      ),
  );
}

/** A cluster begins with a pool, which may be removed at once. */
function firstPoolProblem(inputs: Properties, location: string, context: Context): string | undefined {
  const initial = count(inputs, "initialNodeCount") ?? 0;
  if (objects(inputs, "nodePools").length > 0) {
    return "node pools as part of a cluster are not simulated: declare them as resources of their own";
  }
  if (inputs.removeDefaultNodePool !== true) {
    return "a cluster that keeps its default node pool is not simulated: set removeDefaultNodePool";
  }
  const zones = texts(inputs, "nodeLocations").length || (regionOf(location) === location ? 3 : 1);
  const config = object(inputs, "nodeConfig");
  const addresses = object(inputs, "privateClusterConfig").enablePrivateNodes !== true;
  return first(
    initial < 1 && badRequest("Cluster.initial_node_count must be greater than zero."),
    nodeConfigProblem(config, context),
    quotaProblem(demandOf(config, initial * zones, addresses), location, context),
  );
}

/**
 * Upwards one minor version at a time (the other way the provider asks for nothing), and no more than two ahead of the
 * nodes. Words: https://github.com/hashicorp/terraform-provider-google/issues/9065; skew:
 * https://cloud.google.com/kubernetes-engine/versioning#version_skew
 */
export function updateProblem({ id, outputs }: CloudRecord, inputs: Properties, context: Context): string | undefined {
  const wanted = text(inputs, "minMasterVersion");
  const channel = text(object(inputs, "releaseChannel"), "channel") || "REGULAR";
  const current = text(outputs, "masterVersion");
  const to = resolveVersion(wanted, channel);
  const upgrade = wanted !== "" && minor(wanted) > minor(current);
  const behind = context.inventory
    .list("gcp:container/nodePool:NodePool")
    .filter(
      (pool) =>
        pool.id.startsWith(`${id}/`) && to !== undefined && minor(to) - minor(text(pool.outputs, "version")) > 2,
    )
    .map((pool) => text(pool.outputs, "name"));
  return first(
    upgrade && to === undefined && versionProblem(wanted, inputs),
    upgrade &&
      minor(wanted) - minor(current) > 1 &&
      badRequest(
        `Master cannot be upgraded to "${wanted}": cannot upgrade the master more than a minor version at a time.`,
      ),
    upgrade &&
      behind.length > 0 &&
      badRequest(`Master cannot be upgraded to "${wanted}": node pools ${behind.join(", ")} would be too old.`),
    endpointProblem(inputs, context),
    keyProblem(inputs, text(outputs, "location"), context),
    featureProblem(inputs),
  );
}
