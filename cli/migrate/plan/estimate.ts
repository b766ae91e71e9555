/** How much there is to move, and how long that takes: by rates that others have measured, told with their sources. */
import type { Cloud } from "../../../components/config/types";
import { showQuantity } from "../../validate/quantity";
import { monitoringNamespace } from "./scope";
import type { DatabaseFact, Estimate, VolumeFact } from "./plan";

const MiB = 2 ** 20;

/**
 * One node agent's throughput with Kopia, large files: 900 GB in 2 h 30 min, one core
 * (https://velero.io/docs/v1.18/performance-guidance/, case 4). Many small files take longer: 10 GB of 1 MB each 97 s there.
 */
const backupRate = (900e9 / (150 * 60)) | 0;

/**
 * Out of the source's bucket and into the disks, across clouds. The guidance has no figure for restores; half of a
 * backup's rate is an assumption.
 */
const restoreRate = backupRate / 2;

/** Volumes that a node agent works on at once; Velero's default: https://velero.io/docs/v1.18/node-agent-concurrency/ */
const volumesAtOnce = 1;

/** For each volume a pod, a look at the repository, a mount: seen in Velero's own end-to-end runs as some ten seconds. */
const secondsEachVolume = 10;

/** Part of the data that is written anew between the first backup and the last one. An assumption. */
const changed = 0.02;

/** Writers stopped, and started on the target, with their probes. An assumption. */
const secondsOfSwitch = 30;

/**
 * Until `pulumi up` is done: the control plane's own time is most of it.
 * - AWS: 'aws_eks_cluster: Creation complete after 9m24s' (8m21s to 11m3s in nine published logs), then network, nodes, charts
 * - Azure: 4m16s as recorded in pulumi-azure-native's test data, then pools and charts
 * - Google: 'google_container_cluster: Creation complete after 8m42s' (2m36s to 9m22s in eight published logs), then the same
 */
const upSeconds: Record<Exclude<Cloud, "local">, number> = { aws: 20 * 60, azure: 15 * 60, gcp: 20 * 60 };

export interface EstimateInput {
  volumes: VolumeFact[];
  databases: DatabaseFact[];
  /** Node agents on each side: as many as nodes. */
  agents: { source: number; target: number };
  cloud: Cloud;
}

/** Bytes that are in use, where that is known, else what was asked for. */
export function bytesOf({ usedBytes, requestedBytes }: VolumeFact): number {
  return usedBytes ?? requestedBytes;
}

export function estimateOf({ volumes, databases, agents, cloud }: EstimateInput): Estimate {
  const bytes = sum(volumes.map(bytesOf));
  const backupSeconds = transfer(volumes, backupRate, agents.source);
  const restoreSeconds = transfer(volumes, restoreRate, agents.target);
  // The last backup reads what has changed since the first; the restore brings volumes whole.
  const served = volumes.filter(({ namespace }) => namespace !== monitoringNamespace);
  const last =
    transfer(served.map(difference), backupRate, agents.source) + transfer(served, restoreRate, agents.target);
  const known = volumes.filter(({ usedBytes }) => usedBytes !== undefined).length;
  const replicated = databases.filter(({ replication }) => replication !== undefined);
  return {
    backupSeconds,
    upSeconds: cloud === "local" ? 0 : upSeconds[cloud],
    restoreSeconds,
    downtimeSeconds: secondsOfSwitch + last,
    basis: [
      `${showQuantity("storage", bytes)} in ${volumes.length} volumes: ${known} by what their kubelet says is in use, ${volumes.length - known} by what was asked for.`,
      `A backup reads ${rate(backupRate)} on each node, one volume at a time: 900 GB in 2 h 30 min (velero.io/docs/v1.18/performance-guidance, case 4). Many small files take longer.`,
      `A restore writes ${rate(restoreRate)} on each node: half of that, an assumption, since the data crosses from cloud to cloud.`,
      `${secondsEachVolume} s for each volume, and ${secondsOfSwitch} s to stop writers and start them again: assumptions.`,
      `${changed * 100} % of the data changes between the first backup and the last one: an assumption. Volumes are restored whole after the last one; the platform's own history is not waited for.`,
      ...(replicated.length === 0
        ? []
        : [
            `Without downtime for the restore where a database copies itself to the target: ${replicated.map(({ object }) => object).join(", ")}.`,
          ]),
      `${Math.round((cloud === "local" ? 0 : upSeconds[cloud]) / 60)} minutes for the target's stack: published logs of its cloud's control plane and node pools, and charts after them.`,
    ],
  };
}

/** Seconds of downtime for a volume's files, read and written once while nobody writes. */
export function copySeconds(bytes: number): number {
  return secondsOfSwitch + secondsEachVolume * 2 + (bytes * changed) / backupRate + bytes / restoreRate;
}

/** Each node has an agent, and volumes are where their pods are: spread, but a volume is one agent's. */
function transfer(
  volumes: Pick<VolumeFact, "usedBytes" | "requestedBytes">[],
  bytesASecond: number,
  agents: number,
): number {
  const seconds = volumes.map(
    (volume) => (volume.usedBytes ?? volume.requestedBytes) / bytesASecond + secondsEachVolume,
  );
  const lanes = Math.max(1, agents) * volumesAtOnce;
  return Math.ceil(Math.max(0, ...seconds, sum(seconds) / lanes));
}

function difference(volume: VolumeFact): Pick<VolumeFact, "usedBytes" | "requestedBytes"> {
  return { requestedBytes: bytesOf(volume) * changed };
}

function rate(bytesASecond: number): string {
  return `${Math.round(bytesASecond / MiB)} MiB/s`;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
