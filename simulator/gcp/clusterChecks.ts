/** What GKE refuses of a cluster. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { endpointProblem, networkProblem, rangesProblem } from "./clusterNetworkChecks";
import { keyRefusal } from "./kms";
import { demandOf, quotaProblem } from "./quotas";
import { badRequest, first, googleError } from "./refusals";
import { regionNames, regionOf, zonesOf } from "./regions";
import { projectNumber, projectOf } from "./resource";
import { nodeConfigProblem } from "./nodeChecks";
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
