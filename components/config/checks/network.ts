/** The network's range, and a network that exists already. */
import { type Cidr, overlaps, parseCidr, planSubnets, size } from "../../cidr";
import { instanceByType, instanceType, neutralSizes } from "../../instances";
import { privateRanges, takenRanges } from "../ranges";
import { type Check, check, checkEach, isManaged } from "./check";

const networkIds = {
  aws: { pattern: /^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, name: "VPC id", example: "vpc-0a1b2c3d4e5f67890" },
  azure: {
    pattern: /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+$/i,
    name: "virtual network's resource id",
    example: "/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…",
  },
  gcp: {
    pattern: /^projects\/[^/]+\/global\/networks\/[^/]+$/,
    name: "network's path",
    example: "projects/…/global/networks/…",
  },
};

const subnetIds = {
  aws: { pattern: /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, name: "subnet id", example: "subnet-0a1b2c3d4e5f67890" },
  azure: {
    pattern: /^\/subscriptions\/.+\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
    name: "subnet's resource id",
    example: "…/virtualNetworks/…/subnets/…",
  },
  gcp: {
    pattern: /^projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+$/,
    name: "subnetwork's path",
    example: "projects/…/regions/…/subnetworks/…",
  },
};

const range = check(["cloud", "network.cidr"], "network.cidr", ({ given, show }) => {
  const text = given.network?.cidr;
  if (text === undefined || !isManaged(given.cloud)) return undefined;
  const cidr = parseCidr(text);
  const shown = show(["network", "cidr"], text);
  // Three zones of a /20 leave each a /22 for its pods; a VPC is never larger than a /16:
  // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
  if (cidr.prefix > 20) return `${shown} is too small for a cluster; /16 to /20 are allowed`;
  if (cidr.prefix < 16) return `${shown} is too large for a network; /16 to /20 are allowed`;
  if (!privateRanges.some((outer) => contains(parseCidr(outer), cidr))) {
    return `${shown} is no private range; it has to be inside ${privateRanges.join(", ")}`;
  }
  const clash = takenRanges(given.cloud).find((one) => overlaps(parseCidr(one.range), cidr));
  return (
    clash && `${shown} overlaps ${clash.range}, which belongs to ${clash.owner}; take another, such as 10.0.0.0/16`
  );
});

/** Addresses that AWS keeps in every subnet: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const keptAddresses = 5;

/** On AWS every pod has an address of its zone's private subnet, and the range cannot be changed later. */
const addresses = check(
  ["cloud", "environment", "region", "nodes", "network"],
  "network.cidr",
  ({ given, config: { cloud, region, nodes, network }, show }) => {
    if (cloud !== "aws" || given.network?.existing || nodes.zones.length === 0) return undefined;
    const prefix = parseCidr(network.cidr).prefix;
    if (prefix < 16 || prefix > 20) return undefined;
    const known = neutralSizes.some(({ vcpu, memoryGiB }) => vcpu === nodes.vcpu && memoryGiB === nodes.memoryGiB);
    const type = nodes.instanceType ?? (known ? instanceType(cloud, nodes.vcpu, nodes.memoryGiB, region) : "");
    const maxPods = instanceByType(cloud, type)?.maxPods;
    const [subnet = network.cidr] = planSubnets(network.cidr).private;
    if (maxPods === undefined) return undefined;
    const room = size(parseCidr(subnet)) - keptAddresses;
    const pools = nodes.spot ? 2 : 1;
    const inZone = Math.ceil((nodes.max * pools) / nodes.zones.length);
    if (inZone * (maxPods + 1) <= room) return undefined;
    const most = Math.floor((Math.floor(room / (maxPods + 1)) * nodes.zones.length) / pools);
    return `${show(["network", "cidr"], network.cidr)} has ${room} addresses for the pods of a zone, and ${inZone} nodes of ${maxPods} pods each (nodes.max, over ${nodes.zones.length} zones${nodes.spot ? ", and as many of spot capacity" : ""}) need ${inZone * (maxPods + 1)}; take a larger range, up to /16, or set nodes.max to ${most} or less`;
  },
);

const unused: Check = {
  reads: ["network.existing", "network.cidr", "network.nat"],
  find: ({ given: { network }, show }) =>
    (["cidr", "nat"] as const).flatMap((name) =>
      network?.existing && network[name] !== undefined
        ? [
            {
              key: `network.${name}`,
              message: `${show(["network", name], network[name])} has no effect beside network.existing; leave one of the two out`,
            },
          ]
        : [],
    ),
};

const existingId = check(
  ["cloud", "network.existing.id"],
  "network.existing.id",
  ({ given: { cloud, network }, show }) => {
    const id = network?.existing?.id;
    if (id === undefined || !isManaged(cloud) || networkIds[cloud].pattern.test(id)) return undefined;
    const { name, example } = networkIds[cloud];
    return `${show(["network", "existing", "id"], id)} is no ${name}; write it like ${example}`;
  },
);

function existingSubnets(list: "publicSubnets" | "privateSubnets"): Check[] {
  const key = `network.existing.${list}`;
  const path = ["network", "existing", list];
  return [
    checkEach(
      ["cloud", key],
      path,
      ({ network }) => network?.existing?.[list],
      (id, { given: { cloud } }, index, all) => {
        if (!isManaged(cloud)) return undefined;
        const { pattern, name, example } = subnetIds[cloud];
        if (!pattern.test(id)) return `is no ${name}; write it like ${example}`;
        return all.indexOf(id) < index ? "is named twice; name each subnet once" : undefined;
      },
    ),
    check(["cloud", key], key, ({ given: { cloud, network }, show }) => {
      const ids = network?.existing?.[list];
      if (ids === undefined || !isManaged(cloud)) return undefined;
      // The load balancers of Azure and Google stand outside of the network.
      if (cloud !== "aws" && list === "publicSubnets") return undefined;
      const [least, why] =
        cloud === "aws" ? [2, "EKS and its load balancer need two, in two zones"] : [1, "the cluster needs one"];
      return ids.length < least ? `${show(path, ids)} is too few; ${why}` : undefined;
    }),
  ];
}

const shared: Check = checkEach(
  ["network.existing"],
  ["network", "existing", "publicSubnets"],
  ({ network }) => network?.existing?.publicSubnets,
  (id, { given: { network } }) =>
    network?.existing?.privateSubnets.includes(id)
      ? "is one of network.existing.privateSubnets too; a subnet is either public or private"
      : undefined,
);

function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

export const networkChecks: Check[] = [
  range,
  addresses,
  unused,
  existingId,
  ...existingSubnets("publicSubnets"),
  ...existingSubnets("privateSubnets"),
  shared,
];
