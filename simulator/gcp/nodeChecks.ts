/** What GKE refuses of nodes and their pools. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { nodePrefix } from "./clusterNetworkChecks";
import { parseRange } from "../cloud/cidr";
import { machine } from "./machines";
import { badRequest, first } from "./refusals";
import { projectOf } from "./resource";
import { minor } from "./versions";

/** https://cloud.google.com/kubernetes-engine/quotas */
const nodesOfPool = 1000;

/** Words: https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/487 (service account). */
export function nodeConfigProblem(config: Properties, context: Context): string | undefined {
  const type = text(config, "machineType") || "e2-medium";
  const account = text(config, "serviceAccount");
  const own = account.endsWith(`@${projectOf({}, context)}.iam.gserviceaccount.com`);
  const exists = context.inventory
    .list("gcp:serviceaccount/account:Account")
    .some(({ outputs }) => outputs.email === account);
  const taken = Object.keys(object(config, "labels")).find((key) => /(^|\.)(kubernetes|k8s)\.io\//.test(key));
  return first(
    !machine(type) && badRequest(`Machine type with name '${type}' does not exist in zone.`),
    config.spot === true && config.preemptible === true && badRequest("Only one of preemptible and spot may be set."),
    own &&
      !exists &&
      badRequest(
        `The user does not have access to service account "${account}". Ask a project owner to grant you the iam.serviceAccountUser role on the service account.`,
      ),
    account !== "" &&
      texts(config, "oauthScopes").length === 0 &&
      badRequest("oauthScopes must be given with a service account."),
    taken !== undefined &&
      badRequest(`Label key "${taken}" is reserved: kubernetes.io/ and k8s.io/ prefixes are Kubernetes' own.`),
    object(config, "shieldedInstanceConfig").enableSecureBoot === true &&
      machine(type)?.architecture === "arm64" &&
      badRequest("Secure Boot is not available on this machine type."),
  );
}

/** A node is never newer than the control plane, and at most two minor versions older: https://cloud.google.com/kubernetes-engine/versioning#version_skew */
export function nodeVersionProblem(version: string, cluster: CloudRecord): string | undefined {
  if (version === "") return undefined;
  const behind = minor(text(cluster.outputs, "masterVersion")) - minor(version);
  return first(
    behind < 0 &&
      badRequest(
        `Node version "${version}" must not have a minor version greater than the master version "${text(cluster.outputs, "masterVersion")}".`,
      ),
    behind > 2 &&
      badRequest(
        `Node version "${version}" is too old for the master version "${text(cluster.outputs, "masterVersion")}".`,
      ),
  );
}

/** Bounds of a pool, for each zone or over all: https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler#minimum_and_maximum_node_pool_size */
export function scalingProblem(inputs: Properties, zones: number): string | undefined {
  const scaling = object(inputs, "autoscaling");
  if (Object.keys(scaling).length === 0) return undefined;
  const [min, max] = [count(scaling, "minNodeCount") ?? 0, count(scaling, "maxNodeCount") ?? 0];
  const [least, most] = [count(scaling, "totalMinNodeCount") ?? 0, count(scaling, "totalMaxNodeCount") ?? 0];
  return first(
    min + max > 0 &&
      least + most > 0 &&
      badRequest("Only one of total limits and limits for each location may be given."),
    max < 1 && most < 1 && badRequest("maxNodeCount or totalMaxNodeCount must be greater than zero."),
    min > max && badRequest(`minNodeCount (${min}) must not be greater than maxNodeCount (${max}).`),
    least > most && badRequest(`totalMinNodeCount (${least}) must not be greater than totalMaxNodeCount (${most}).`),
    most > 0 &&
      most < zones &&
      text(scaling, "locationPolicy") === "BALANCED" &&
      badRequest(`totalMaxNodeCount (${most}) is less than the number of the pool's zones (${zones}).`),
    Math.max(max * zones, most) > nodesOfPool * zones &&
      badRequest(`Node pools have at most ${nodesOfPool} nodes in a zone.`),
  );
}

/** Every node takes a range for its pods from the cluster's. */
export function roomProblem(
  cluster: CloudRecord,
  nodes: number,
  maxPods: number,
  context: Context,
): string | undefined {
  const cidr = text(cluster.outputs, "clusterIpv4Cidr");
  const range = parseRange(cidr);
  const others = context.inventory
    .list("gcp:container/nodePool:NodePool")
    .filter((pool) => pool.id.startsWith(`${cluster.id}/`))
    .reduce((sum, { outputs }) => sum + (count(outputs, "nodeCount") ?? 0) * texts(outputs, "nodeLocations").length, 0);
  const prefix = nodePrefix(maxPods);
  const room = range ? 2 ** Math.max(0, prefix - range.prefix) : 0;
  return nodes + others > room
    ? badRequest(
        `The network does not have available private IP space in ${cidr} to reserve a /${prefix} block for the pods of each node.`,
      )
    : undefined;
}

/** Surge upgrades need one node that may be made or one that may be missing. */
export function upgradeProblem(inputs: Properties): string | undefined {
  const settings = object(inputs, "upgradeSettings");
  if (Object.keys(settings).length === 0 || settings.strategy === "BLUE_GREEN") return undefined;
  const [surge, missing] = [count(settings, "maxSurge") ?? 1, count(settings, "maxUnavailable") ?? 0];
  return first(
    surge + missing < 1 && badRequest("max_surge and max_unavailable must not both be zero."),
    surge + missing > 20 && badRequest("max_surge + max_unavailable must be at most 20."),
    objects(settings, "blueGreenSettings").length > 0 &&
      badRequest("blueGreenSettings are for the strategy BLUE_GREEN."),
  );
}
