/** What databases are told before their files are copied, run by a real shell with stand-ins for their clients. */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clients } from "../../../../cli/kubernetes";
import { flush, flushCommands } from "../../../../cli/migrate/flush";
import type { PodCommand } from "../../../../cli/migrate/podCommand";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flush-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A client that writes down how it was called and with which password, and then does what it is told. */
function client(name: string, password: string, then: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "$*; ${password}=$${password}" >> "${folder}/calls"\n${then}\n`);
  chmodSync(file, 0o755);
}

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

const run = (engine: keyof typeof flushCommands, env: Record<string, string> = {}) =>
  promisify(execFile)("sh", ["-c", flushCommands[engine]], { env: { PATH: `${folder}:/usr/bin:/bin`, ...env } });

describe("postgres", () => {
  it("has a checkpoint, as the image's user", async () => {
    client("psql", "PGPASSWORD", "");
    await run("postgres", { POSTGRES_USER: "app", POSTGRES_DB: "shop", POSTGRES_PASSWORD: "s3cret" });
    const [call = ""] = calls();
    expect(call).toContain("--username=app --dbname=shop --command=CHECKPOINT; PGPASSWORD=s3cret");
  });

  it("fails where that is refused", async () => {
    client("psql", "PGPASSWORD", "echo 'must be superuser' >&2; exit 1");
    await expect(run("postgres")).rejects.toThrow("must be superuser");
  });
});

describe("mysql", () => {
  it("waits until no page is dirty, with a password from a file too", async () => {
    writeFileSync(join(folder, "password"), "from a file\n");
    client(
      "mysql",
      "MYSQL_PWD",
      `case "$*" in *STATUS*) n=$(($(cat "${folder}/left" 2>/dev/null || echo 3) - 1)); echo $n > "${folder}/left"
       printf 'Innodb_buffer_pool_pages_dirty\\t%s\\n' $n;; esac`,
    );
    await run("mysql", { MYSQL_ROOT_PASSWORD_FILE: join(folder, "password") });
    expect(calls()).toHaveLength(4);
    expect(calls()[0]).toMatch(/innodb_max_dirty_pages_pct = 0; FLUSH TABLES; MYSQL_PWD=from a file$/);
  });

  it("fails where root is not let in", async () => {
    client("mariadb", "MYSQL_PWD", "echo 'Access denied' >&2; exit 1");
    await expect(run("mysql", { MARIADB_ROOT_PASSWORD: "wrong" })).rejects.toThrow("Access denied");
    expect(calls()).toHaveLength(1);
  });
});

describe("redis", () => {
  it("saves, and waits for a save that goes on", async () => {
    client(
      "valkey-cli",
      "REDISCLI_AUTH",
      `if [ -e "${folder}/once" ]; then echo OK; else touch "${folder}/once"; echo "ERR Background save already in progress"; fi`,
    );
    await run("redis", { REDIS_PASSWORD: "s3cret" });
    expect(calls()).toEqual(["SAVE; REDISCLI_AUTH=s3cret", "SAVE; REDISCLI_AUTH=s3cret"]);
  });

  it("fails where it is refused", async () => {
    client("redis-cli", "REDISCLI_AUTH", "echo 'NOAUTH Authentication required.'");
    await expect(run("redis")).rejects.toThrow("NOAUTH");
  });
});

describe("mongodb", () => {
  it("syncs, and keeps its password out of arguments", async () => {
    client("mongosh", "MONGO_INITDB_ROOT_PASSWORD", "");
    await run("mongodb", { MONGO_INITDB_ROOT_USERNAME: "root", MONGO_INITDB_ROOT_PASSWORD: "s3cret" });
    const [flags = "", ...rest] = calls();
    expect(flags).toContain("--quiet --eval");
    expect(rest.join("\n")).toContain("fsync: 1");
    expect([flags, ...rest].join("\n").match(/s3cret/g)).toHaveLength(1);
  });
});

describe("whom it is told", () => {
  const database = {
    object: "StatefulSet shop/db",
    engine: "postgres" as const,
    pods: { namespace: "shop", selector: { matchLabels: { app: "db" } }, container: "server" },
  };
  const pod = (name: string, app: string, annotations = {}) => ({ metadata: { name, labels: { app }, annotations } });
  const ran: PodCommand[] = [];
  const clients = (items: object[]) =>
    ({ core: { listNamespacedPod: () => Promise.resolve({ items }) }, config: {} }) as unknown as Clients;
  const said: string[] = [];
  const flushed = (items: object[], databases: Parameters<typeof flush>[1] = [database]) =>
    flush(clients(items), databases, 5, (line) => said.push(line), {
      run: (_, command) => {
        ran.push(command);
        return command.pod.startsWith("bad") ? Promise.reject(new Error("must be superuser")) : Promise.resolve("");
      },
    });
  beforeEach(() => void (ran.length = said.length = 0));

  it("is each pod of a database that runs", async () => {
    await flushed([pod("db-0", "db"), pod("db-1", "db"), pod("web-0", "web")]);
    const command = ["sh", "-c", flushCommands.postgres];
    expect(ran).toEqual(
      ["db-0", "db-1"].map((name) => ({ namespace: "shop", pod: name, container: "server", command })),
    );
    expect(said).toEqual(["db-0, db-1: what is in memory is written down"]);
  });

  it("is told its own, where it has a hook of Velero's", async () => {
    const annotations = {
      "pre.hook.backup.velero.io/command": '["psql", "-c", "CHECKPOINT"]',
      "pre.hook.backup.velero.io/container": "side",
    };
    await flushed([pod("db-0", "db", annotations)]);
    expect(ran).toEqual([{ namespace: "shop", pod: "db-0", container: "side", command: ["psql", "-c", "CHECKPOINT"] }]);
  });

  it("is nobody where an engine needs nothing", async () => {
    await flushed([pod("db-0", "db")], [{ ...database, engine: "elasticsearch" }]);
    expect([ran, said]).toEqual([[], []]);
  });

  it("is an error that names each who could not", async () => {
    await expect(flushed([pod("db-0", "db"), pod("bad-1", "db"), pod("bad-2", "db")])).rejects.toThrow(
      /shop\/bad-1: must be superuser\n {2}shop\/bad-2: must be superuser\n/,
    );
    expect(ran).toHaveLength(3);
  });
});
