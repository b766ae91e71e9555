import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { ClusterNetwork } from "../../../simulator/controlplane/network";
import type { Processes } from "../../../simulator/processes";
import { PodPrograms } from "../../../simulator/programs";

const pod = (podIP: string, nodeName = "a"): V1Pod => ({
  metadata: { name: "metrics", namespace: "kube-system", uid: "1", resourceVersion: "1" },
  spec: { nodeName, containers: [{ name: "main", image: "metrics-server:1", args: ["--secure-port=10250"] }] },
  status: { phase: "Running", podIP },
});

/** What the cluster has. */
let items: V1Pod[] = [];
const server = createServer((request, response) => {
  if (request.url?.includes("watch=true")) return;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items }));
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const running = new Set<string>();
const served = new Set<string>();
beforeEach(() => {
  running.clear();
  served.clear();
  items = [];
});

function programs(isOff: (node?: string) => boolean = () => false): PodPrograms {
  const config = new KubeConfig();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: "test", server: url, skipTLSVerify: true }, { name: "test" });
  return new PodPrograms({
    ...{
      config,
      authority: "",
      address: "10.0.0.1",
      network: 0,
      prefix: "test/",
      directory: tmpdir(),
      log: () => undefined,
    },
    cluster: { id: "test", name: "test", cloud: "aws", region: "eu-west-1" },
    tools: { "metrics-server": "metrics-server", "sealed-secrets-controller": "controller" },
    processes: {
      isRunning: (name: string) => running.has(name),
      start: async ({ name }: { name: string }) => void running.add(name),
      end: async (name: string) => void running.delete(name),
    } as unknown as Processes,
    ways: {
      serve: (address: string, port: number) => void served.add(`${address}:${port}`),
      withdraw: (address: string, port: number) => void served.delete(`${address}:${port}`),
    } as unknown as ClusterNetwork,
    power: { isOff },
  });
}

it("is found at the address that its pod has now", async () => {
  const all = programs();
  await all.start(pod("100.64.0.3"));
  expect([...served]).toEqual(["100.64.0.3:10250"]);
  await all.start(pod("100.64.0.4"));
  expect([...served]).toEqual(["100.64.0.4:10250"]);
  await all.stop();
  expect([...served]).toEqual([]);
});

it("runs on nodes that have power", async () => {
  items = [pod("100.64.0.3", "b")];
  const asked: unknown[] = [];
  const without = programs((node) => asked.push(node) > 0 && node === "b");
  await expect.poll(() => asked).toContain("b");
  await sleep(100);
  expect(running.size).toBe(0);
  await without.stop();
  const all = programs();
  await expect.poll(() => [...served]).toEqual(["100.64.0.3:10250"]);
  await all.stop();
});
