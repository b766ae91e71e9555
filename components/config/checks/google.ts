/** What only Google refuses. */
import { dualRegion, partnersOf, softDelete } from "../../clouds/gcp/buckets";
import { findRegion } from "../../regions";
import { type Check, check, checkEach } from "./check";

/**
 * Series whose machines take Hyperdisk only: the classes of every GKE cluster, its default among them, are of Persistent
 * Disk. https://cloud.google.com/compute/docs/disks/persistent-disks#machine_series_support
 */
const withoutPersistentDisk = ["c4", "c4a", "c4d", "n4", "n4a", "n4d"];

/** GKE keeps pods off Arm nodes unless they say that they can run there: https://cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment */
const arm = ["t2a"];

const machines = check(["cloud", "nodes.instanceType"], "nodes.instanceType", ({ given: { cloud, nodes }, show }) => {
  const type = nodes?.instanceType;
  if (cloud !== "gcp" || type === undefined) return undefined;
  const series = type.split("-")[0] ?? "";
  const shown = show(["nodes", "instanceType"], type);
  if (withoutPersistentDisk.includes(series)) {
    return `${shown} takes no Persistent Disk, which the cluster's storage classes are of; take another series, such as n2-standard-4`;
  }
  return arm.includes(series)
    ? `${shown} is an Arm machine, and GKE keeps the platform's pods off those; take another series, such as n2-standard-4`
    : undefined;
});

const lists = ["adminGroups", "developerGroups", "operationsGroups"] as const;

/** Google looks groups up in one organization: https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac */
const oneDomain: Check = {
  reads: ["cloud", ...lists.map((list) => `access.${list}`)],
  find: ({ given: { cloud, access }, show }) => {
    if (cloud !== "gcp") return [];
    const groups = lists.flatMap((list) => (access?.[list] ?? []).map((group, index) => ({ list, index, group })));
    const [first] = groups.filter(({ group }) => group.includes("@"));
    const domainOf = (group: string) => group.split("@")[1];
    return groups.flatMap(({ list, index, group }) =>
      first === undefined || domainOf(group) === undefined || domainOf(group) === domainOf(first.group)
        ? []
        : [
            {
              key: `access.${list}[${index}]`,
              message: `${show(["access", list, index], group)} is of another domain than "${first.group}", and a cluster knows the groups of one; take groups of one domain`,
            },
          ],
    );
  },
};

const subnets = checkEach(
  ["cloud", "region", "network.existing"],
  ["network", "existing", "privateSubnets"],
  ({ network }) => network?.existing?.privateSubnets,
  (path, { given: { cloud, region } }, index) => {
    if (cloud !== "gcp") return undefined;
    if (index > 0) return "is one too many; a cluster on gcp is in one subnetwork, which spans the region's zones";
    const [, place] = /\/regions\/([^/]+)\//.exec(path) ?? [];
    return place === undefined || place === region
      ? undefined
      : `is in ${place}, and region is ${region}; name one of ${region}`;
  },
);

const publicSubnets = check(
  ["cloud", "network.existing.publicSubnets"],
  "network.existing.publicSubnets",
  ({ given: { cloud, network }, show }) => {
    const list = network?.existing?.publicSubnets ?? [];
    return cloud === "gcp" && list.length > 0
      ? `${show(["network", "existing", "publicSubnets"], list)} has no effect on gcp, whose load balancer is in no subnetwork; write []`
      : undefined;
  },
);

/** Filestore reaches into the cluster's network from one of Google's own, which the owner of an existing one arranges. */
const shared = check(["cloud", "storage.shared", "network.existing"], "storage.shared", ({ given, show }) => {
  const { cloud, storage, network } = given;
  if (!storage?.shared) return undefined;
  const shown = show(["storage", "shared"], true);
  if (cloud === "local") return `${shown} is not possible on local, which has its own classes; leave it out`;
  return cloud === "gcp" && network?.existing
    ? `${shown} is not possible beside network.existing: Filestore needs a connection of its own there; leave it out`
    : undefined;
});

/** Bucket lock refuses changes too, and Velero makes some: https://velero.io/docs/main/backup-reference/#cannot-support-backup-data-immutability */
const lock = check(
  ["cloud", "environment", "backup.lock", "backup.retentionDays"],
  "backup.lock",
  ({ given: { cloud, backup }, config, show }) => {
    if (cloud !== "gcp" || backup?.lock === undefined || backup.lock === "none") return undefined;
    const shown = show(["backup", "lock"], backup.lock);
    if (backup.lock === "compliance") {
      return `${shown} is not possible on gcp: a bucket that nobody can unlock refuses changes too, and Velero changes some of what it writes; write governance`;
    }
    const { retentionDays } = config.backup;
    return retentionDays > softDelete.most
      ? `${shown} lasts for ${softDelete.most} days at most on gcp, and backup.retentionDays is ${retentionDays}; keep fewer days, or leave it out`
      : undefined;
  },
);

const copyRegion = check(
  ["cloud", "region", "backup.copyRegion"],
  "backup.copyRegion",
  ({ given: { cloud, region, backup }, show }) => {
    const other = backup?.copyRegion;
    if (cloud !== "gcp" || region === undefined || other === undefined || other === region) return undefined;
    if (!findRegion("gcp", region) || !findRegion("gcp", other) || dualRegion(region, other)) return undefined;
    const partners = partnersOf(region);
    const choice =
      partners.length > 0 ? `name one of ${partners.join(", ")}` : "it shares one with no region; leave it out";
    return `${show(["backup", "copyRegion"], other)} shares no bucket with ${region}: ${choice}`;
  },
);

export const googleChecks: Check[] = [machines, oneDomain, subnets, publicSubnets, shared, lock, copyRegion];
