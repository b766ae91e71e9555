import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { answer, type Surroundings } from "../../../../simulator/traffic/application";
import { servicesNamed, variablesOf } from "../../../../simulator/traffic/settings";
import type { ClusterView } from "../../../../simulator/traffic/view";
import { writingsFile } from "../../../../simulator/traffic/writings";
import { pod, service, slice, view } from "./world";

const root = mkdtempSync(join(tmpdir(), "application-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let disks: string;
beforeEach(() => {
  disks = mkdtempSync(join(root, "disks-"));
});

const folderOf = (claim: string): string => mkdtempSync(join(disks, `${claim}-`));
interface World {
  own?: string[];
  variables?: Record<string, string>;
  parts?: Partial<ClusterView>;
}

/** One application, with a folder for each claim. */
function world({ own = [], variables = {}, parts = {} }: World) {
  const folders = new Map<string, string>();
  const around: Surroundings = {
    view: view(parts),
    variables: async () => variables,
    folder: async (_: V1Pod, volume: string) => {
      if (volume === "pending") return undefined;
      const known = folders.get(volume) ?? folderOf(volume);
      folders.set(volume, known);
      return known;
    },
  };
  const ask = (method: string, id?: string, body = "hello") =>
    answer({ method, host: "www.example.com", id, body }, pod("web-1", { volumes: own }), around);
  const written = (volume: string) => readFileSync(join(folders.get(volume) ?? "", writingsFile), "utf8");
  return { ask, written, file: (volume: string) => join(folders.get(volume) ?? "", writingsFile) };
}

const withDatabase = (ready: string[]): World => ({
  variables: { DB_HOST: "database" },
  parts: {
    services: [service("database")],
    slices: [slice("database", ready)],
    pods: [pod("database-0", { volumes: ["primary"] }), pod("database-1", { volumes: ["standby"] })],
  },
});

describe("an application", () => {
  it("keeps what it is sent on its own volume, and reads it back", async () => {
    const { ask, written } = world({ own: ["data"] });
    expect(await ask("POST", "a")).toMatchObject({ status: 200, body: { id: "a", cluster: "one", pod: "web-1" } });
    await ask("POST", "b", 'two\n"lines"');
    expect(written("data")).toBe(
      '{"id":"a","host":"www.example.com","body":"hello"}\n{"id":"b","host":"www.example.com","body":"two\\n\\"lines\\""}\n',
    );
    expect(await ask("GET", "b")).toMatchObject({ status: 200, body: { written: 'two\n"lines"' } });
    expect(await ask("GET", "a")).toMatchObject({ status: 200, body: { written: "hello" } });
    expect(await ask("GET", "c")).toMatchObject({ status: 404, body: { missingOn: ["web-1/data"] } });
    expect((await ask("GET")).status).toBe(200);
  });

  it("keeps it at the first ready pod of the Service that its variables name", async () => {
    const { ask, written } = world(withDatabase(["database-1", "database-0"]));
    expect((await ask("POST", "a")).status).toBe(200);
    expect(written("primary")).toContain('"id":"a"');
    expect((await ask("GET", "a")).status).toBe(200);
  });

  it("keeps it on its own volume and its database's alike, and misses what one of them has not", async () => {
    const both = world({ ...withDatabase(["database-0"]), own: ["uploads"] });
    await both.ask("POST", "a");
    expect([both.written("uploads"), both.written("primary")]).toEqual([
      expect.stringContaining('"a"'),
      expect.stringContaining('"a"'),
    ]);
    rmSync(both.file("primary"));
    expect(await both.ask("GET", "a")).toMatchObject({ status: 404, body: { missingOn: ["database-0/primary"] } });
  });

  it("serves nobody without its database, and keeps nothing meanwhile", async () => {
    const none = world({ ...withDatabase(["!database-0"]), own: ["uploads"] });
    expect((await none.ask("GET")).status).toBe(503);
    expect((await none.ask("POST", "a")).status).toBe(503);
    expect(() => none.written("uploads")).toThrow();
    const pending = world({ own: ["pending"] });
    expect((await pending.ask("POST", "a")).status).toBe(503);
  });

  it("refuses writes where it has nothing to write to, and those without an id", async () => {
    const stateless = world({});
    expect((await stateless.ask("POST", "a")).status).toBe(405);
    expect((await stateless.ask("GET", "a")).status).toBe(200);
    expect((await world({ own: ["data"] }).ask("POST")).status).toBe(400);
    expect((await world({ own: ["data"] }).ask("DELETE", "a")).status).toBe(405);
  });

  it("goes on after a line that somebody was killed in", async () => {
    const { ask, file } = world({ own: ["data"] });
    await ask("POST", "a");
    appendFileSync(file("data"), '{"id":"torn","ho');
    await ask("POST", "b");
    expect((await ask("GET", "b")).status).toBe(200);
    expect((await ask("GET", "a")).status).toBe(200);
  });

  it("keeps all of many that come at the same time", async () => {
    const { ask, written } = world({ own: ["data"] });
    const ids = Array.from({ length: 50 }, (_, index) => `id-${index}`);
    const answers = await Promise.all(ids.map((id) => ask("POST", id)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(
      written("data")
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { id: string }).id)
        .sort(),
    ).toEqual([...ids].sort());
  });
});

describe("the Services that variables name", () => {
  const there = ["shop/database", "shop/mariadb", "shop/wordpress", "data/redis", "shop/peers"];
  const named = (variables: Record<string, string>) =>
    servicesNamed(variables, "shop", ({ namespace, name }) => there.includes(`${namespace}/${name}`)).map(
      ({ namespace, name }) => `${namespace}/${name}`,
    );

  it.each<[Record<string, string>, string[]]>([
    [{ DB_HOST: "database", DB_PORT: "5432" }, ["shop/database"]],
    [{ WORDPRESS_DB_HOST: "mariadb:3306", WORDPRESS_DB_USER: "wordpress" }, ["shop/mariadb"]],
    [{ BACKEND: "http://wordpress" }, ["shop/wordpress"]],
    [{ DATABASE_URL: "postgres://user:p%40ss@database.shop.svc.cluster.local:5432/app?x=1" }, ["shop/database"]],
    [{ CACHE: "redis.data:6379" }, ["data/redis"]],
    [{ PRIMARY_HOST: "peers-0.peers" }, ["shop/peers"]],
    [{ PRIMARY_HOST: "peers-0.peers.shop.svc" }, ["shop/peers"]],
    [
      { ONE_HOST: "database", OTHER_URL: "http://database/x", THIRD_HOST: "mariadb" },
      ["shop/database", "shop/mariadb"],
    ],
    [{ SMTP_HOST: "smtp.example.com", HOST: "0.0.0.0", NODE_ENV: "production", APP: "database" }, []],
  ])("%o", (variables, expected) => expect(named(variables)).toEqual(expected));
});

it("reads a pod's variables where they are kept", async () => {
  const one: V1Pod = {
    metadata: { namespace: "shop" },
    spec: {
      containers: [
        {
          name: "main",
          envFrom: [{ configMapRef: { name: "settings" } }, { prefix: "S_", secretRef: { name: "secret" } }],
          env: [
            { name: "PLAIN", value: "v" },
            { name: "A", value: "nearer" },
            { name: "KEY", valueFrom: { secretKeyRef: { name: "secret", key: "URL" } } },
            { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          ],
        },
      ],
    },
  };
  const core = {
    readNamespacedConfigMap: async () => ({ data: { A: "from-map", B: "b" } }),
    readNamespacedSecret: async () => ({ data: { URL: Buffer.from("http://x").toString("base64") } }),
  } as unknown as CoreV1Api;
  expect(await variablesOf(one, core)).toEqual({
    PLAIN: "v",
    A: "nearer",
    B: "b",
    S_URL: "http://x",
    KEY: "http://x",
  });
});
