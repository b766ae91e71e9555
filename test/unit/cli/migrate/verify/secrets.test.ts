import type { CoreV1Api, V1Secret } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { compareSecrets, readSecrets } from "../../../../../cli/migrate/verify/secrets";

const secret = (name: string, data: Record<string, string>, more: Partial<V1Secret> = {}): V1Secret => ({
  type: "Opaque",
  data,
  ...more,
  metadata: { name, namespace: "shop", ...more.metadata },
});

const digests = (...items: V1Secret[]) =>
  readSecrets({ core: { listNamespacedSecret: async () => ({ items }) } as unknown as CoreV1Api }, ["shop"]);

it("tells which keys differ, and no value", async () => {
  const source = await digests(secret("db", { password: "b25l", user: "dQ==" }));
  const target = await digests(secret("db", { password: "dHdv", user: "dQ==", more: "" }));
  const problems = compareSecrets(source, target, []);
  expect(problems).toMatchObject([
    { code: "secret-differs", object: "Secret shop/db", what: "not as on the source: more, password" },
  ]);
  expect(JSON.stringify([source, problems])).not.toMatch(/b25l|dHdv/);
  expect(compareSecrets(source, target, ["Secret shop/db"])).toEqual([]);
  expect(compareSecrets(source, source, [])).toEqual([]);
});

it("lets be what each cluster makes for itself", async () => {
  const annotations = { "cert-manager.io/certificate-name": "web" };
  const own = (value: string) => [
    secret("token", { token: value }, { type: "kubernetes.io/service-account-token" }),
    secret("tls", { "tls.key": value }, { metadata: { name: "tls", annotations } }),
  ];
  expect(compareSecrets(await digests(...own("YQ==")), await digests(...own("Yg==")), [])).toEqual([]);
});
