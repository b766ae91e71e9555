import { expect, it } from "vitest";
import {
  applicationsBehind,
  ingressesWithoutAddress,
  unreadyWorkloads,
} from "../../../../../cli/migrate/verify/awaited";
import type { Manifest } from "../../../../../cli/validate/model";
import { deployment, object, workload } from "../plan/fixture";

const running = (ready: number, replicas = 2, more = {}): Manifest =>
  deployment(
    "shop/web",
    {},
    {
      metadata: { generation: 3 },
      spec: { replicas },
      status: { observedGeneration: 3, readyReplicas: ready, updatedReplicas: replicas, ...more },
    },
  );

it("waits for what is ready on the source, or stopped there", () => {
  expect(unreadyWorkloads([running(2)], [running(1)])).toMatchObject([
    { code: "workload-unready", object: "Deployment shop/web", what: "1 of 2 pods are ready" },
  ]);
  expect(unreadyWorkloads([running(0, 0)], [running(1)])).toHaveLength(1);
  expect(unreadyWorkloads([running(2)], [running(2)])).toEqual([]);
  expect(unreadyWorkloads([running(2)], [running(0, 0)])).toEqual([]);
  expect(unreadyWorkloads([running(1)], [running(0)])).toEqual([]);
  expect(unreadyWorkloads([running(2)], [])).toEqual([]);
});

it("does not take the pods of before for those that are wanted", () => {
  expect(unreadyWorkloads([running(2)], [running(2, 2, { updatedReplicas: 1 })])).toHaveLength(1);
  expect(unreadyWorkloads([running(2)], [running(2, 2, { observedGeneration: 2 })])).toHaveLength(1);
  // The new ones wait for nodes, and those of before go on until they are ready.
  expect(unreadyWorkloads([running(2)], [running(2, 2, { replicas: 3 })])).toHaveLength(1);
});

it("waits for a DaemonSet's pods on the nodes that are there", () => {
  const agents = (ready: number, nodes: number) =>
    workload(
      "DaemonSet",
      "shop/agent",
      {},
      {
        status: { desiredNumberScheduled: nodes, updatedNumberScheduled: nodes, numberReady: ready },
      },
    );
  expect(unreadyWorkloads([agents(3, 3)], [agents(2, 2)])).toEqual([]);
  expect(unreadyWorkloads([agents(3, 3)], [agents(1, 2)])).toHaveLength(1);
});

it("waits for addresses of Ingresses that have one on the source", () => {
  const ingress = (...addresses: object[]) =>
    object("networking.k8s.io/v1", "Ingress", "shop/web", {
      spec: { rules: [{ host: "shop.example.com" }] },
      status: { loadBalancer: { ingress: addresses } },
    });
  const [problem] = ingressesWithoutAddress([ingress({ hostname: "a.elb.amazonaws.com" })], [ingress()]);
  expect(problem).toMatchObject({ code: "ingress-address" });
  expect(problem?.what).toContain("shop.example.com");
  expect(ingressesWithoutAddress([ingress({ hostname: "a" })], [ingress({ ip: "192.0.2.1" })])).toEqual([]);
  expect(ingressesWithoutAddress([ingress()], [ingress()])).toEqual([]);
});

it("waits for Applications once the target has some", () => {
  const application = (name: string, sync: string, health: string) =>
    object("argoproj.io/v1alpha1", "Application", `argocd/${name}`, {
      status: { sync: { status: sync }, health: { status: health } },
    });
  const well = application("web", "Synced", "Healthy");
  expect(applicationsBehind([well], [])).toEqual([]);
  expect(applicationsBehind([well], [well])).toEqual([]);
  expect(applicationsBehind([well], [application("root", "Synced", "Healthy")])).toMatchObject([
    { code: "application-missing", object: "Application argocd/web" },
  ]);
  expect(applicationsBehind([well], [application("web", "OutOfSync", "Healthy")])).toMatchObject([
    { code: "application-state", what: "OutOfSync, Healthy" },
  ]);
  // It is no better on the source.
  const waits = application("web", "OutOfSync", "Healthy");
  expect(applicationsBehind([waits], [waits])).toEqual([]);
  expect(applicationsBehind([waits], [application("web", "OutOfSync", "Degraded")])).toHaveLength(1);
});
