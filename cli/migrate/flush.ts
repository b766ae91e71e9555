/**
 * What a database still has in memory is written to its volume before the volume's files are copied. Nobody writes to it by
 * then, and its server goes on running, since only what a running pod has mounted is backed up: without this, its own
 * writing in the background could fall between two of the files, or never come.
 */
import type { Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { selects } from "../validate/checks/workloads";
import { StepError } from "./migration";
import type { DatabaseFact, Engine } from "./plan/plan";
import { runIn, wordsOf, type PodCommand } from "./podCommand";

/**
 * What a shell runs in the server's container, as the official images set it up: passwords are in its variables, and go
 * neither into arguments nor into logs. An engine that has none writes everything down before it acknowledges it.
 *
 * - Postgres: https://www.postgresql.org/docs/current/sql-checkpoint.html
 * - MySQL, MariaDB: https://dev.mysql.com/doc/refman/8.4/en/innodb-parameters.html#sysvar_innodb_max_dirty_pages_pct, which
 *   holds until the server starts again
 * - Redis, Valkey: https://redis.io/docs/latest/commands/save/
 * - MongoDB: https://www.mongodb.com/docs/manual/reference/command/fsync/
 * - Elasticsearch writes its translog before it answers:
 *   https://www.elastic.co/guide/en/elasticsearch/reference/current/index-modules-translog.html
 */
export const flushCommands = {
  postgres: `
export PGPASSWORD="\${PGPASSWORD-\${POSTGRES_PASSWORD-}}"
user="\${POSTGRES_USER:-postgres}"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$user" --dbname="\${POSTGRES_DB:-$user}" --command=CHECKPOINT
`,
  mysql: `
file="\${MARIADB_ROOT_PASSWORD_FILE-\${MYSQL_ROOT_PASSWORD_FILE-}}"
export MYSQL_PWD="\${MARIADB_ROOT_PASSWORD-\${MYSQL_ROOT_PASSWORD-}}"
[ -z "$file" ] || MYSQL_PWD="$(cat "$file")"
client="$(command -v mariadb || command -v mysql)"
ask() { "$client" --no-defaults --user=root --batch --skip-column-names --execute="$1"; }
ask "SET GLOBAL innodb_max_dirty_pages_pct_lwm = 0; SET GLOBAL innodb_max_dirty_pages_pct = 0; FLUSH TABLES" || exit 1
until [ "$(ask "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'" | cut -f 2)" = 0 ]; do sleep 0.2; done
`,
  redis: `
export REDISCLI_AUTH="\${REDISCLI_AUTH-\${REDIS_PASSWORD-\${VALKEY_PASSWORD-}}}"
[ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH
client="$(command -v valkey-cli || command -v redis-cli || command -v keydb-cli)"
while :; do
  answer="$("$client" SAVE 2>&1)"
  case "$answer" in
    OK) exit 0 ;;
    *"in progress"*) sleep 0.2 ;;
    *) echo "$answer" >&2; exit 1 ;;
  esac
done
`,
  mongodb: `
client="$(command -v mongosh || command -v mongo)"
"$client" --quiet --eval '
  const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: password } = process.env;
  const admin = db.getSiblingDB("admin");
  if (user) admin.auth(user, password);
  if (admin.runCommand({ fsync: 1 }).ok !== 1) quit(1);
'
`,
} as const satisfies Partial<Record<Engine, string>>;

/** Velero's annotation of a pod, for who wants something else run before its backup: https://velero.io/docs/v1.18/backup-hooks/ */
const ownCommand = "pre.hook.backup.velero.io/command";
const ownContainer = "pre.hook.backup.velero.io/container";

type Database = Pick<DatabaseFact, "object" | "engine" | "pods">;

/**
 * Has every pod of the databases that runs write down what it has in memory.
 * @param timeoutSeconds for each of them.
 * @throws StepError that names each pod which could not, with what it said.
 */
export async function flush(
  clients: Pick<Clients, "config" | "core">,
  databases: Database[],
  timeoutSeconds: number,
  say: Say,
  { run } = { run: runIn },
): Promise<void> {
  const asked = (await Promise.all(databases.map((database) => commandsOf(clients, database)))).flat();
  if (asked.length === 0) return;
  say(`${asked.map(({ pod }) => pod).join(", ")}: what is in memory is written down`);
  const answers = await Promise.allSettled(asked.map((one) => run(clients, one, timeoutSeconds)));
  const failed = answers.flatMap((answer, index) => {
    if (answer.status === "fulfilled") return [];
    const { namespace, pod } = asked[index] as PodCommand;
    return [`  ${namespace}/${pod}: ${(answer.reason as Error).message}`];
  });
  if (failed.length === 0) return;
  throw new StepError(
    [
      "Databases could not write down what they have in memory:",
      ...failed,
      `${ownCommand} on a pod says it otherwise.`,
    ].join("\n"),
  );
}

/** One for each pod that runs. */
async function commandsOf({ core }: Pick<Clients, "core">, { engine, pods }: Database): Promise<PodCommand[]> {
  const { namespace, selector, container } = pods;
  const { items } = await core.listNamespacedPod({ namespace, fieldSelector: "status.phase=Running" });
  return items.flatMap(({ metadata }): PodCommand[] => {
    const { name = "", labels = {}, annotations = {} } = metadata ?? {};
    if (!selects(selector, labels)) return [];
    const own = annotations[ownCommand];
    if (own !== undefined) {
      return [{ namespace, pod: name, container: annotations[ownContainer] ?? container, command: wordsOf(own) }];
    }
    const text = commandOf(engine);
    return text === undefined ? [] : [{ namespace, pod: name, container, command: ["sh", "-c", text] }];
  });
}

/** Undefined for engines that need none. */
export function commandOf(engine: Engine): string | undefined {
  return engine in flushCommands ? flushCommands[engine as keyof typeof flushCommands] : undefined;
}
