import type { V1Pod } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { usageOf } from "../../../simulator/controlplane/usage";

function pod(name: string, { annotations = {}, phase = "Running", cpu = "200m" } = {}): V1Pod {
  return {
    metadata: {
      name,
      namespace: "dev",
      uid: name,
      annotations,
      labels: { "pod-template-hash": "5f6d" },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-5f6d", uid: "r", controller: true }],
    },
    spec: { containers: [{ name: "main", resources: { requests: { cpu, memory: "100Mi" } } }] },
    status: { phase },
  };
}

const web = (annotations: Record<string, string>, namespace = "dev") => ({
  kind: "Deployment",
  metadata: { name: "web", namespace, annotations },
});

it("is a tenth of the request", () => {
  const { cpu, memory } = usageOf(pod("a"), { pods: [], workloads: [] }).get("main") ?? {};
  expect(cpu).toBeCloseTo(0.02);
  expect(memory).toBeCloseTo(10 * 2 ** 20);
});

it("is what the pod's annotation says, all containers together", () => {
  const two = pod("a", { annotations: { "simulator/cpu": "300m" } });
  two.spec?.containers.push({ name: "side" });
  const usage = usageOf(two, { pods: [two], workloads: [] });
  expect([usage.get("main")?.cpu, usage.get("side")?.cpu]).toEqual([0.15, 0.15]);
});

it("is a share of the workload's, among the pods that run", () => {
  const pods = [pod("a"), pod("b"), pod("c", { phase: "Pending" })];
  const workloads = [web({ "simulator/cpu": "1" }), web({ "simulator/cpu": "7" }, "prod")];
  expect(usageOf(pods[0] as V1Pod, { pods, workloads }).get("main")?.cpu).toBe(0.5);
});

it("is more than nothing without a request", () => {
  const [bare] = [pod("a")];
  delete bare?.spec?.containers[0]?.resources;
  expect(usageOf(bare, { pods: [], workloads: [] }).get("main")?.cpu).toBe(0.001);
});
