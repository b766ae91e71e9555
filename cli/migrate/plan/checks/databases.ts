/** Databases, known by their images: what is copied of them while they run, and what is not. */
import type { Workload } from "../../../validate/checks/workloads";
import { containersOf } from "../../../validate/checks/workloads";
import type { DatabaseFact, Engine, VolumeFact } from "../plan";
import type { Check } from "../report";
import type { View } from "../view";
import { commandOf } from "../../flush";
import { podSelector } from "../../writers/change";
import { titleOf } from "../../../validate/model";
import { showQuantity } from "../../../validate/quantity";

/** Last part of an image's name, without tag. */
const engines: [pattern: RegExp, engine: Engine][] = [
  [/^(postgres|postgresql|postgis|timescaledb(-ha)?|cloudnative-pg|spilo(-\d+)?|pgvector)$/, "postgres"],
  [/^(mysql|mysql-server|mariadb|mariadb-galera|percona(-server|-xtradb-cluster)?)$/, "mysql"],
  [/^(redis|redis-stack-server|valkey|keydb)$/, "redis"],
  [/^(mongo|mongodb|percona-server-mongodb)$/, "mongodb"],
  [/^(elasticsearch|opensearch)$/, "elasticsearch"],
];

/**
 * How an engine copies itself to a server elsewhere while it serves.
 * - https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION
 * - https://dev.mysql.com/doc/refman/8.4/en/replication-gtids.html, https://mariadb.com/kb/en/standard-replication/
 * - https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
 * - https://www.mongodb.com/docs/manual/tutorial/expand-replica-set/
 */
const replication: Partial<Record<Engine, string>> = {
  postgres: "streaming replication from a base backup",
  mysql: "replication by GTID",
  redis: "REPLICAOF the source",
  mongodb: "a new member of its replica set",
};

/** Why the files of a running server are no copy of it. */
const torn: Record<Engine, string> = {
  postgres: "pages and WAL are of different moments",
  mysql: "InnoDB's pages and log are of different moments",
  redis: "its append-only file is cut off anywhere",
  mongodb: "WiredTiger's files are of different moments",
  elasticsearch: "segments and their list are of different moments",
};

export function databasesOf({ workloads, claims }: View, volumes: VolumeFact[]): DatabaseFact[] {
  return workloads.flatMap((workload) => {
    const server = serverOf(workload);
    const { object, namespace } = workload.placed;
    const selector = podSelector(object);
    if (!server || !selector || !["StatefulSet", "Deployment"].includes(workload.kind)) return [];
    const { engine, container } = server;
    const own = claims.filter(
      ({ object: claim, pods }) =>
        claim.metadata.namespace === namespace &&
        (pods.some((pod) => isPodOf(pod, workload)) || isTemplates(claim.metadata.name, workload)),
    );
    if (own.length === 0) return [];
    const keys = own.map(({ key }) => key).sort();
    const bytes = volumes
      .filter((volume) => keys.includes(`${volume.namespace}/${volume.claim}`))
      .reduce((sum, volume) => sum + (volume.usedBytes ?? volume.requestedBytes), 0);
    const way = replication[engine];
    return [
      {
        object: titleOf(object, namespace),
        engine,
        pods: { namespace, selector, container },
        claims: keys,
        bytes,
        ...(way === undefined ? {} : { replication: way }),
      },
    ];
  });
}

/** Of the containers that stay; a side car that only measures has another name. */
function serverOf(workload: Workload): { engine: Engine; container: string } | undefined {
  for (const { container, init } of containersOf(workload)) {
    if (init) continue;
    const name = (container.image ?? "").replace(/@.*$/, "").split("/").at(-1)?.replace(/:.*$/, "") ?? "";
    const found = engines.find(([pattern]) => pattern.test(name));
    if (found) return { engine: found[1], container: container.name };
  }
  return undefined;
}

function isPodOf(pod: string, { placed: { object }, kind }: Workload): boolean {
  const name = object.metadata.name;
  if (kind === "StatefulSet") return pod.startsWith(`${name}-`) && /^\d+$/.test(pod.slice(name.length + 1));
  return pod.startsWith(`${name}-`) && /^[a-z0-9]+-[a-z0-9]{5}$/.test(pod.slice(name.length + 1));
}

function isTemplates(claim: string, { placed: { object }, kind }: Workload): boolean {
  const templates = (object.spec as { volumeClaimTemplates?: { metadata?: { name?: string } }[] }).volumeClaimTemplates;
  return (
    kind === "StatefulSet" &&
    (templates ?? []).some(({ metadata }) => {
      const prefix = `${metadata?.name}-${object.metadata.name}-`;
      return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
    })
  );
}

/** @param seconds how long the data is copied while nobody writes, at the estimate's rates. */
export function checkDatabases(databases: DatabaseFact[], seconds: (bytes: number) => number): Check {
  return (_input, report) => {
    for (const { object, engine, bytes, replication: way } of databases) {
      const downtime = Math.ceil(seconds(bytes));
      report.adapted("database", object, {
        what: `${engine} with ${showQuantity("storage", bytes)}; files copied while it writes are torn: ${torn[engine]}`,
        then:
          `writers stop, ${commandOf(engine) === undefined ? "" : "it writes down what it has in memory, "}and its files are copied: about ${downtime} s` +
          (way === undefined ? "" : `; shorter with ${way}, set up by hand where the target reaches it`),
      });
    }
  };
}
