/** Region, zones and version against what the cloud has. */
import * as aws from "../../clouds/aws/names";
import * as azure from "../../clouds/azure/names";
import * as gcp from "../../clouds/gcp/names";
import { namePrefix } from "../../names";
import { cloudsWithRegion, findRegion, regionFor, regionNames } from "../../regions";
import { supportedVersions, supportEnds } from "../../versions";
import { suggestion } from "../problems";
import { type Check, check, checkEach, isManaged } from "./check";

const region = check(["cloud", "region"], "region", ({ given, show }) => {
  const { cloud, region } = given;
  if (!isManaged(cloud)) return undefined;
  const names = regionNames(cloud);
  if (region === undefined)
    return `missing; a region of ${cloud}, such as ${names.find((name) => /^(eu|west)/.test(name))}`;
  if (findRegion(cloud, region)) return undefined;
  const [owner] = cloudsWithRegion(region);
  const shown = show(["region"], region);
  if (owner) {
    const nearest = regionFor(cloud, { cloud: owner, region });
    return `${shown} is a region of ${owner}, and cloud is ${cloud}; the nearest of ${cloud} is ${nearest}`;
  }
  return `${shown} is no region of ${cloud}${suggestion(region, names) || `; ${cloud} has ${names.join(", ")}`}`;
});

const zones = checkEach(
  ["cloud", "region", "nodes.zones"],
  ["nodes", "zones"],
  (given) => given.nodes?.zones,
  (zone, { given: { cloud, region: name } }, index, all) => {
    const region = findRegion(cloud, name);
    if (!region) return undefined;
    if (all.indexOf(zone) < index) return `is named twice; name each zone once`;
    if (region.zones.includes(zone)) return undefined;
    return region.zones.length === 0
      ? `is no zone of ${name}, which has none; leave nodes.zones out`
      : `is no zone of ${name}; it has ${region.zones.join(", ")}`;
  },
);

const twoZones = check(["cloud", "nodes.zones", "network.existing"], "nodes.zones", ({ given, show }) => {
  const { cloud, nodes, network } = given;
  if (cloud !== "aws" || nodes?.zones === undefined) return undefined;
  if (network?.existing) {
    return `${show(["nodes", "zones"], nodes.zones)} has no effect beside network.existing, whose subnets have their zones; leave it out`;
  }
  // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
  return nodes.zones.length < 2
    ? `${show(["nodes", "zones"], nodes.zones)} is one zone, and EKS and its load balancer need two; name another`
    : undefined;
});

const version = check(["cloud", "kubernetesVersion"], "kubernetesVersion", ({ given, show }) => {
  const { cloud, kubernetesVersion } = given;
  if (!isManaged(cloud) || kubernetesVersion === undefined) return undefined;
  const supported = supportedVersions(cloud);
  if (supported.some((one) => one.version === kubernetesVersion)) return undefined;
  const ended = supportEnds(cloud, kubernetesVersion);
  const reason = ended ? `is out of standard support on ${cloud} since ${ended}` : `is not supported on ${cloud}`;
  const choice = supported.map((one) => `${one.version} (until ${one.until})`).join(", ");
  return `${show(["kubernetesVersion"], kubernetesVersion)} ${reason}; supported are ${choice}`;
});

const stackName = check(["cloud"], "stack", ({ given: { cloud }, stack }) => {
  const name = namePrefix(stack);
  const rules = { aws, azure, gcp, local: undefined }[cloud];
  if (!rules || rules.isClusterName(name)) return undefined;
  const room = rules.longestCluster - namePrefix("").length;
  return `"${stack}" makes no name of a cluster on ${cloud}, which would be "${name}"; a stack's name has up to ${room} characters there, a-z, 0-9 and "-", the last a letter or digit${gcp.reserved(name) && cloud === "gcp" ? ', and no "google" in it' : ""}: pulumi stack rename <name>`;
});

export const placeChecks: Check[] = [region, zones, twoZones, version, stackName];
