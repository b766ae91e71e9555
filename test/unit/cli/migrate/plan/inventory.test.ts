import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readInventory } from "../../../../../cli/migrate/plan";
import { resourcesOf } from "../../../../../cli/migrate/plan/inventory";

const resource = (name: string, kind: string, verbs = ["create", "delete", "get", "list"]) => ({
  resource: name,
  responseKind: { kind },
  verbs,
});
const group = (name: string, versions: object[]) => ({ metadata: { name }, versions });

const core = {
  items: [
    group("", [
      {
        version: "v1",
        resources: [
          resource("pods", "Pod"),
          resource("secrets", "Secret"),
          resource("nodes", "Node"),
          resource("events", "Event"),
          resource("bindings", "Binding", ["create"]),
        ],
      },
    ]),
  ],
};
const groups = {
  items: [
    group("apps", [
      { version: "v1", resources: [resource("deployments", "Deployment"), resource("replicasets", "ReplicaSet")] },
    ]),
    group("metrics.example.com", [{ version: "v1", freshness: "Stale", resources: [] }]),
    // What is measured is not kept.
    group("metrics.k8s.io", [{ version: "v1beta1", resources: [resource("pods", "PodMetrics", ["get", "list"])] }]),
    group("broken.example.com", [{ version: "v2", resources: [resource("things", "Thing")] }]),
  ],
};

let server: Server;
let config: KubeConfig;
const asked: { url: string; accept: string }[] = [];

const answers: Record<string, unknown> = {
  "/version": { major: "1", minor: "35+" },
  "/api": core,
  "/apis": groups,
  "/api/v1/pods?limit=500": {
    metadata: { continue: "a b" },
    items: [
      { metadata: { name: "one", managedFields: [{ manager: "helm", apiVersion: "v1", fieldsV1: { large: true } }] } },
    ],
  },
  "/api/v1/pods?limit=500&continue=a%20b": { metadata: {}, items: [{ metadata: { name: "two" } }] },
  "/api/v1/secrets?limit=500": { items: [{ metadata: { name: "password" } }] },
  "/api/v1/nodes?limit=500": { items: [{ metadata: { name: "node-a" } }, { metadata: { name: "node-b" } }] },
  "/apis/apps/v1/deployments?limit=500": { items: [] },
  "/api/v1/nodes/node-a/proxy/stats/summary": {
    pods: [{ volume: [{ usedBytes: 1234, pvcRef: { namespace: "shop", name: "data" } }, { usedBytes: 5 }] }],
  },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push({ url, accept: request.headers.accept ?? "" });
    const answer = answers[url];
    response.statusCode = answer === undefined ? 403 : 200;
    response.end(JSON.stringify(answer ?? { kind: "Status" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  config = new KubeConfig();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: "source", server: address, skipTLSVerify: true }, { name: "reader" });
});

afterAll(() => server.close());

describe("the inventory", () => {
  it("has every object page by page, what kubelets tell, and what could not be read", async () => {
    const inventory = await readInventory({ config });
    expect(inventory.kubernetesVersion).toBe("1.35");
    const names = inventory.objects.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
    expect(names.sort()).toEqual([
      "v1 Node node-a",
      "v1 Node node-b",
      "v1 Pod one",
      "v1 Pod two",
      "v1 Secret password",
    ]);
    expect(inventory.usedBytes).toEqual({ "shop/data": 1234 });
    expect(inventory.unread).toEqual(["broken.example.com/v2 Thing", "metrics.example.com/v1"]);
    const [pod] = inventory.objects.filter(({ metadata }) => metadata.name === "one");
    expect(pod?.metadata).toMatchObject({ managedFields: [{ manager: "helm", apiVersion: "v1" }] });
    expect(JSON.stringify(pod)).not.toContain("large");
  });

  it("asks for the metadata of Secrets, and never for their values", () => {
    const secrets = asked.filter(({ url }) => url.includes("secrets"));
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter(({ accept }) => !accept.includes("as=PartialObjectMetadataList"))).toEqual([]);
  });

  it("leaves out what comes and goes by itself, or cannot be listed", () => {
    expect(resourcesOf([core, groups]).resources.map(({ kind }) => kind)).toEqual([
      "Pod",
      "Secret",
      "Node",
      "Deployment",
      "Thing",
    ]);
  });

  it("fails where the cluster is not reached", async () => {
    const nowhere = new KubeConfig();
    nowhere.loadFromClusterAndUser(
      { name: "source", server: "http://127.0.0.1:1", skipTLSVerify: true },
      { name: "reader" },
    );
    await expect(readInventory({ config: nowhere })).rejects.toThrow(/ECONNREFUSED/);
  });
});
