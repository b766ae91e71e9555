/** Subnetworks: the ranges of nodes, pods and Services. */
import { contains, overlaps, parseRange, type Range } from "../cloud/cidr";
import type { CloudRecord, Context } from "../cloud/behaviour";
import { objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { exists, first, invalid, inUse, notFound, quotaExceeded } from "./refusals";
import { regionNames } from "./regions";
import {
  autoName,
  digits,
  owned,
  plainReference,
  projectOf,
  referenced,
  regionFor,
  selfLink,
  timestamp,
} from "./resource";
import type { Resource } from "./resource";

/** https://cloud.google.com/vpc/docs/quota#per_network, https://cloud.google.com/vpc/docs/subnets#limitations */
const subnetworksOfProject = 175;
const secondaryRanges = 170;

/** Ranges that no subnetwork may have: https://cloud.google.com/vpc/docs/subnets#prohibited-ipv4-ranges */
const prohibited = [
  "199.36.153.4/30",
  "199.36.153.8/30",
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "255.255.255.255/32",
];

const subnetwork: Resource = {
  defaults: (inputs, context) => autoName(inputs, context, { longest: 63, lower: true }),
  uniqueName(inputs, context) {
    const id = idOf(inputs, context);
    return { scope: "project", name: id, taken: exists("Subnetwork", id) };
  },
  refuse(inputs, context) {
    const project = projectOf(inputs, context);
    const region = regionFor(inputs, context);
    const network = referenced(context, "gcp:compute/network:Network", text(inputs, "network"), project);
    const all = context.inventory.list("gcp:compute/subnetwork:Subnetwork");
    return first(
      !network && notFound("Error creating Subnetwork", plainReference(text(inputs, "network"))),
      !regionNames().includes(region) &&
        `Error creating Subnetwork: ${invalid(`Invalid value for field 'region': '${region}'. Unknown region.`)}`,
      network?.outputs.autoCreateSubnetworks === true &&
        text(inputs, "ipCidrRange").startsWith("10.1") &&
        `Error creating Subnetwork: ${invalid("IP range must not overlap 10.128.0.0/9 in an auto mode network")}`,
      all.length >= subnetworksOfProject &&
        quotaExceeded("Subnetwork", "SUBNETWORKS", subnetworksOfProject, "globally"),
      rangeProblem(inputs, context, "Error creating Subnetwork"),
    );
  },
  create(inputs, context) {
    const id = idOf(inputs, context);
    const range = parseRange(text(inputs, "ipCidrRange"));
    return {
      id,
      outputs: {
        ...settings(inputs),
        creationTimestamp: timestamp(),
        externalIpv6Prefix: "",
        fingerprint: context.hex(12),
        gatewayAddress: range ? text(inputs, "ipCidrRange").replace(/\d+\/\d+$/, "1") : "",
        internalIpv6Prefix: "",
        ipCidrRange: text(inputs, "ipCidrRange"),
        ipv6CidrRange: "",
        ipv6GceEndpoint: "",
        network: networkLink(inputs, context),
        region: regionFor(inputs, context),
        selfLink: selfLink(id),
        state: "READY",
        subnetworkId: Number(digits(context, 15)),
      },
    };
  },
  update(record, inputs, context) {
    const problem = first(
      rangeProblem(inputs, context, "Error updating Subnetwork", record),
      rangeInUse(record, inputs, context),
    );
    if (problem) throw new Error(problem);
    return { ...settings(inputs), fingerprint: context.hex(12), network: record.outputs.network };
  },
  refuseDelete(record, { inventory }) {
    const cluster = inventory
      .list("gcp:container/cluster:Cluster")
      .find(({ outputs }) => plainReference(text(outputs, "subnetwork")) === record.id);
    const nat = inventory
      .list("gcp:compute/routerNat:RouterNat")
      .find(({ outputs }) =>
        objects(outputs, "subnetworks").some((each) => plainReference(text(each, "name")) === record.id),
      );
    const user =
      cluster?.id ??
      (nat &&
        `projects/${String(nat.outputs.project)}/regions/${String(nat.outputs.region)}/routers/${String(nat.outputs.router)}`);
    return user === undefined ? undefined : inUse("Subnetwork", "subnetwork", record.id, user);
  },
};

/** Outputs that an update may change. */
function settings(inputs: Properties): Properties {
  return {
    allowSubnetCidrRoutesOverlap: inputs.allowSubnetCidrRoutesOverlap ?? false,
    privateIpGoogleAccess: inputs.privateIpGoogleAccess ?? false,
    privateIpv6GoogleAccess: inputs.privateIpv6GoogleAccess ?? "DISABLE_GOOGLE_ACCESS",
    purpose: inputs.purpose ?? "PRIVATE",
    secondaryIpRanges: objects(inputs, "secondaryIpRanges"),
    stackType: inputs.stackType ?? "IPV4_ONLY",
  };
}

/** Every range well formed, of an allowed size, and apart from every other one in the network. */
function rangeProblem(inputs: Properties, context: Context, operation: string, own?: CloudRecord): string | undefined {
  const secondary = objects(inputs, "secondaryIpRanges");
  const fields = [
    { field: "ipCidrRange", cidr: text(inputs, "ipCidrRange") },
    ...secondary.map((range, index) => ({
      field: `secondaryIpRanges[${index}].ipCidrRange`,
      cidr: text(range, "ipCidrRange"),
    })),
  ];
  const refuse = (message: string) => `${operation}: ${invalid(message)}`;
  const network = plainReference(networkLink(inputs, context));
  const others = context.inventory
    .list("gcp:compute/subnetwork:Subnetwork")
    .filter((record) => record.id !== own?.id && plainReference(text(record.outputs, "network")) === network);
  const seen: { cidr: string; range: Range }[] = [];
  for (const { field, cidr } of fields) {
    const range = parseRange(cidr);
    if (!range) {
      return refuse(
        `Invalid value for field 'resource.${field}': '${cidr}'. Must be a CIDR address range that is contained in the VPC.`,
      );
    }
    if (range.prefix < 4 || range.prefix > 29) {
      return refuse(
        `Invalid value for field 'resource.${field}': '${cidr}'. Subnetwork CIDR range must be between /4 and /29.`,
      );
    }
    const forbidden = prohibited.find((other) => overlaps(range, parseRange(other) as Range));
    if (forbidden) return refuse(`Invalid IPCidrRange: ${cidr} conflicts with reserved range ${forbidden}.`);
    const clash = others.find(({ outputs }) => rangesOf(outputs).some((other) => overlaps(range, other)));
    if (clash) {
      return refuse(
        `Invalid IPCidrRange: ${cidr} conflicts with existing subnetwork '${text(clash.outputs, "name")}' in region '${text(clash.outputs, "region")}'.`,
      );
    }
    const twin = seen.find((other) => overlaps(range, other.range));
    if (twin) return refuse(`Invalid IPCidrRange: ${cidr} conflicts with ${twin.cidr} of the same subnetwork.`);
    seen.push({ cidr, range });
  }
  const names = secondary.map((range) => text(range, "rangeName"));
  return first(
    secondary.length > secondaryRanges && refuse(`Subnetwork must have at most ${secondaryRanges} secondary ranges.`),
    new Set(names).size < names.length && refuse(`Secondary ranges have the same name: ${names.join(", ")}`),
  );
}

/** A range that a cluster's pods or Services live in can't be taken away or changed, and nodes keep their addresses. */
function rangeInUse({ id, outputs }: CloudRecord, inputs: Properties, { inventory }: Context): string | undefined {
  const cluster = inventory
    .list("gcp:container/cluster:Cluster")
    .find((record) => plainReference(text(record.outputs, "subnetwork")) === id);
  const [before, after] = [parseRange(text(outputs, "ipCidrRange")), parseRange(text(inputs, "ipCidrRange"))];
  const refuse = (message: string) => `Error updating Subnetwork: ${invalid(message)}`;
  if (before && after && !contains(after, before)) {
    return refuse(
      `Invalid IPCidrRange: ${text(inputs, "ipCidrRange")} must be a superset of ${text(outputs, "ipCidrRange")}.`,
    );
  }
  if (!cluster) return undefined;
  const kept = new Set(
    objects(inputs, "secondaryIpRanges").map((range) => `${text(range, "rangeName")} ${text(range, "ipCidrRange")}`),
  );
  const gone = objects(outputs, "secondaryIpRanges").find(
    (range) => !kept.has(`${text(range, "rangeName")} ${text(range, "ipCidrRange")}`),
  );
  return (
    gone && refuse(`Secondary range '${text(gone, "rangeName")}' is in use by '${cluster.id}' and cannot be removed.`)
  );
}

/** A subnetwork's ranges, the primary one first. */
export function rangesOf(outputs: Properties): Range[] {
  const cidrs = [
    text(outputs, "ipCidrRange"),
    ...objects(outputs, "secondaryIpRanges").map((range) => text(range, "ipCidrRange")),
  ];
  return cidrs.flatMap((cidr) => parseRange(cidr) ?? []);
}

function networkLink(inputs: Properties, context: Context): string {
  const network = referenced(
    context,
    "gcp:compute/network:Network",
    text(inputs, "network"),
    projectOf(inputs, context),
  );
  return network ? selfLink(network.id) : text(inputs, "network");
}

function idOf(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/regions/${regionFor(inputs, context)}/subnetworks/${text(inputs, "name")}`;
}

export const subnetworkBehaviours: Record<string, Resource> = {
  "gcp:compute/subnetwork:Subnetwork": owned(subnetwork),
};
