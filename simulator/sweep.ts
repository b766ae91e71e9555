/**
 * What was under way in the clouds when everything was killed. A cloud answers for what it has told of, and its records
 * are that: a cluster or a pool of nodes that none of them names was being made or deleted, and is ended now.
 */
import type { CloudRecord, ClusterHost, ClusterRequest } from "./cloud/behaviour";

/** The clusters on this machine. */
export interface SweptClusters extends Pick<ClusterHost, "stop" | "setNodes"> {
  /** Those that have something on disk, running or not. */
  known(): ClusterRequest[];
  /** Names of the pools that a running cluster has nodes of. */
  pools(clusterId: string): Promise<string[]>;
}

/** Ends clusters that no record names; to be called before the others are started. */
export async function endUnrecorded(clusters: SweptClusters, records: CloudRecord[], log: Log): Promise<void> {
  for (const { id, name } of cloudClusters(clusters)) {
    if (isNamed(records, id)) continue;
    await clusters.stop(id);
    log(`${name} was being made or deleted when everything ended: removed`);
  }
}

/** Takes the nodes away that are of no record's pool; to be called when the clusters run. */
export async function removeUnrecordedPools(clusters: SweptClusters, records: CloudRecord[], log: Log): Promise<void> {
  for (const { id, name } of cloudClusters(clusters)) {
    for (const pool of await clusters.pools(id)) {
      if (isNamed(records, pool)) continue;
      await clusters.setNodes(id, pool, []);
      log(`${name}: pool ${pool} was being made or deleted when everything ended: removed`);
    }
  }
}

type Log = (line: string) => void;

/** An existing cluster is nobody's resource. */
function cloudClusters(clusters: SweptClusters): ClusterRequest[] {
  return clusters.known().filter(({ cloud }) => cloud !== "local");
}

/** Some value of some resource, wherever its cloud puts names and ids. */
function isNamed(records: CloudRecord[], name: string): boolean {
  return records.some(({ id, outputs }) => id === name || JSON.stringify(outputs).includes(JSON.stringify(name)));
}
