/** What only Azure refuses, and what only Azure has. */
import { parseCidr, size } from "../../cidr";
import { mostRecoverableDays } from "../../clouds/azure/recoverable";
import { podRange } from "../ranges";
import { type Check, check, checkEach } from "./check";

/** AKS gives each node a /24 of the pods' range: https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay */
const mostNodes = size(parseCidr(podRange)) / size({ prefix: 24 });

/**
 * Nodes that are none of the general pool's or the spot pool's: three system pools of up to three, and one more of each
 * while they are upgraded.
 */
const systemNodes = 3 * (3 + 1);

/** The general pools have a third more nodes while they are upgraded, each rounded up. */
const podNetwork = check(
  ["cloud", "environment", "nodes.max", "nodes.spot"],
  "nodes.max",
  ({ config: { cloud, nodes } }) => {
    if (cloud !== "azure") return undefined;
    const room = mostNodes - systemNodes - 3;
    const most = Math.floor(room / (4 / 3 + (nodes.spot ? 1 : 0)));
    return nodes.max <= most
      ? undefined
      : `${nodes.max} is too many${nodes.spot ? " with as many spot nodes beside them" : ""}; the pods' range ${podRange} has room for ${mostNodes} nodes, ` +
          `those of the system and those that stand in during an upgrade included: set nodes.max to ${most} or less`;
  },
);

const subnets = checkEach(
  ["cloud", "network.existing"],
  ["network", "existing", "privateSubnets"],
  ({ network }) => network?.existing?.privateSubnets,
  (id, { given: { cloud, network } }) => {
    const owner = network?.existing?.id ?? "";
    // What is no id of Azure's at all is told elsewhere.
    const comparable = cloud === "azure" && [owner, id].every((one) => one.startsWith("/subscriptions/"));
    return !comparable || id.toLowerCase().startsWith(`${owner.toLowerCase()}/subnets/`)
      ? undefined
      : "is no subnet of network.existing.id; all nodes of a cluster are in one network";
  },
);

/** Azure takes `Team` and `team` for the same tag: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
const tags: Check = {
  reads: ["cloud", "tags"],
  find: ({ given: { cloud, tags: given = {} }, config }) => {
    if (cloud !== "azure") return [];
    return Object.keys(given).flatMap((name) => {
      const same = Object.keys(config.tags).find(
        (other) => other !== name && other.toLowerCase() === name.toLowerCase(),
      );
      return same === undefined
        ? []
        : [
            {
              key: `tags.${name}`,
              message: `is the same tag as ${same} on azure, whatever its letters; leave one of the two out`,
            },
          ];
    });
  },
};

const ddosProtection = check(
  ["cloud", "network.ddosProtection"],
  "network.ddosProtection",
  ({ given: { cloud, network } }) =>
    cloud !== "azure" && network?.ddosProtection !== undefined
      ? `has no effect on ${cloud}${cloud === "local" ? "" : ", whose load balancers are always protected"}; leave it out`
      : undefined,
);

const zoneGroup = check(["cloud", "domain", "dns"], "dns.resourceGroup", ({ given: { cloud, domain, dns }, show }) => {
  if (dns?.resourceGroup === undefined) return undefined;
  const shown = show(["dns", "resourceGroup"], dns.resourceGroup);
  if (cloud !== "azure") return `${shown} has no effect on ${cloud}, which finds a zone by its name; leave it out`;
  return domain === undefined
    ? `${shown} is where the domain's zone is, and there is no domain; set domain`
    : undefined;
});

const registryId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[a-z0-9]{5,50}$/i;

const registries = checkEach(
  ["cloud", "nodes.registries"],
  ["nodes", "registries"],
  ({ nodes }) => nodes?.registries,
  (id, { given: { cloud } }, index, all) => {
    if (cloud === "local") return undefined;
    if (cloud !== "azure") {
      return `has no effect on ${cloud}, whose nodes may pull from all registries of their own account; leave it out`;
    }
    if (!registryId.test(id)) {
      return "is no container registry's resource id; write it like /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…";
    }
    // A registry's name is its own in all of Azure, whatever its letters.
    const nameOf = (one: string) => one.split("/").at(-1)?.toLowerCase();
    const same = all.findIndex((other) => nameOf(other) === nameOf(id)) < index;
    return same ? "is named twice; name each registry once" : undefined;
  },
);

/**
 * Azure makes a policy that nobody can lift of one that is there, in a second step; and refuses then to delete what Velero
 * deletes early: https://github.com/velero-io/velero/issues/9964
 */
const lock = check(
  ["cloud", "environment", "backup.lock", "backup.retentionDays"],
  "backup.lock",
  ({ given: { cloud, backup }, config, show }) => {
    if (cloud !== "azure" || backup?.lock === undefined || backup.lock === "none") return undefined;
    const shown = show(["backup", "lock"], backup.lock);
    if (backup.lock === "compliance") {
      return `${shown} is not possible on azure: a container that nobody can unlock refuses deletions, and Velero deletes some of what it writes early; write governance`;
    }
    const { retentionDays } = config.backup;
    return retentionDays > mostRecoverableDays
      ? `${shown} lasts for ${mostRecoverableDays} days at most on azure, and backup.retentionDays is ${retentionDays}; keep fewer days, or leave it out`
      : undefined;
  },
);

export const azureChecks: Check[] = [lock, podNetwork, subnets, tags, ddosProtection, zoneGroup, registries];
