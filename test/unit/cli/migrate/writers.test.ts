import type {
  V1CronJob,
  V1Deployment,
  V1Job,
  V1Pod,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { patchOf } from "../../../../cli/migrate/writers/change";
import { dnsStopOf, stopOf, type Running } from "../../../../cli/migrate/writers/stop";

const none: Running = {
  deployments: [],
  statefulSets: [],
  replicaSets: [],
  cronJobs: [],
  jobs: [],
  services: [],
  pods: [],
};
const metadata = (name: string, namespace = "production") => ({ namespace, name });
const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
const template = (app: string, claim = false) => ({
  metadata: { labels: { app } },
  spec: { containers: [], ...(claim ? { volumes } : {}) },
});
const spec = (app: string, replicas: number | undefined, claim = false) => ({
  selector: { matchLabels: { app } },
  template: template(app, claim),
  ...(replicas === undefined ? {} : { replicas }),
});
const deployment = (name: string, replicas?: number, claim = false, namespace?: string): V1Deployment => ({
  metadata: metadata(name, namespace),
  spec: spec(name, replicas, claim),
});
const pod = (name: string, app: string, more: { claim?: boolean; owner?: string; phase?: string } = {}): V1Pod => ({
  metadata: {
    ...metadata(name),
    labels: { app },
    ...(more.owner
      ? { ownerReferences: [{ apiVersion: "v1", kind: more.owner, name: "x", uid: "x", controller: true }] }
      : {}),
  },
  spec: template(app, more.claim).spec,
  status: { phase: more.phase ?? "Running" },
});
const service = (name: string, selector?: Record<string, string>): V1Service => ({
  metadata: metadata(name),
  spec: { ...(selector ? { selector } : {}) },
});

const short = (running: Partial<Running>) =>
  stopOf({ ...none, ...running }, ["production"]).changes.map(
    ({ phase, kind, name, from, to }) => `${phase}: ${kind} ${name} ${from} → ${to}`,
  );

describe("who writes", () => {
  it("is scaled to none where it has no claim, and remembered as it was", () => {
    const running = { deployments: [deployment("backend", 20), deployment("frontend"), deployment("off", 0)] };
    expect(stopOf({ ...none, ...running }, ["production"]).changes).toEqual([
      {
        ...{ phase: "workloads", apiVersion: "apps/v1", kind: "Deployment", namespace: "production", name: "backend" },
        ...{ path: ["spec", "replicas"], from: 20, to: 0 },
      },
      expect.objectContaining({ name: "frontend", from: 1, to: 0 }),
    ]);
  });

  it("goes on where it has a claim, and nobody reaches it any more", () => {
    const database: V1StatefulSet = {
      metadata: metadata("database"),
      spec: { ...spec("database", 3), serviceName: "database", volumeClaimTemplates: [{ metadata: { name: "data" } }] },
    };
    expect(
      short({
        deployments: [deployment("wordpress", 1, true), deployment("backend", 2)],
        statefulSets: [database],
        services: [
          service("database", { app: "database" }),
          service("wordpress", { app: "wordpress" }),
          service("backend", { app: "backend" }),
          service("elsewhere"),
        ],
      }),
    ).toEqual([
      "workloads: Deployment backend 2 → 0",
      "services: Service database null → stopped",
      "services: Service wordpress null → stopped",
    ]);
  });

  it("is known by its pods where nothing else tells that they have a volume", () => {
    const running = {
      pods: [pod("es-0", "es", { claim: true, owner: "Elastic" })],
      services: [service("es", { app: "es" })],
    };
    expect(short(running)).toEqual(["services: Service es null → stopped"]);
  });

  it("is not in another namespace", () => {
    const elsewhere = {
      ...pod("es-0", "es", { claim: true }),
      metadata: { ...metadata("es-0", "logging"), labels: { app: "es" } },
    };
    const running = {
      deployments: [deployment("api", 1, false, "logging")],
      pods: [elsewhere],
      services: [service("es", { app: "es" })],
    };
    expect(short(running)).toEqual([]);
  });

  it("has its schedule suspended, and its Job where that has no claim and has not ended", () => {
    const cronJob = (name: string, suspend?: boolean): V1CronJob => ({
      metadata: metadata(name),
      spec: { schedule: "@daily", jobTemplate: {}, ...(suspend === undefined ? {} : { suspend }) },
    });
    const job = (name: string, more: { claim?: boolean; over?: string; suspend?: boolean } = {}): V1Job => ({
      metadata: metadata(name),
      spec: { template: template(name, more.claim), ...(more.suspend ? { suspend: true } : {}) },
      status: { conditions: more.over ? [{ type: more.over, status: "True" }] : [] },
    });
    expect(
      short({
        cronJobs: [cronJob("report"), cronJob("paused", true)],
        jobs: [
          job("import"),
          job("dump", { claim: true }),
          job("done", { over: "Complete" }),
          job("lost", { over: "Failed" }),
          job("held", { suspend: true }),
        ],
      }),
    ).toEqual(["schedules: CronJob report false → true", "workloads: Job import false → true"]);
  });

  it("may be a ReplicaSet of its own, not one of a Deployment", () => {
    const replicaSet = (name: string, owned: boolean): V1ReplicaSet => ({
      metadata: {
        ...metadata(name),
        ...pod("x", "x", owned ? { owner: "Deployment" } : {}).metadata,
        ...metadata(name),
      },
      spec: spec(name, 2),
    });
    expect(short({ replicaSets: [replicaSet("own", false), replicaSet("backend-6d4f", true)] })).toEqual([
      "workloads: ReplicaSet own 2 → 0",
    ]);
  });

  it("is brought back by Argo CD, which is stopped before", () => {
    const inArgoCd = (name: string) => deployment(name, 1, false, "argocd");
    const running = {
      deployments: [deployment("backend", 1), inArgoCd("argocd-server"), inArgoCd("argocd-applicationset-controller")],
      statefulSets: [{ ...inArgoCd("argocd-application-controller") } as V1StatefulSet],
    };
    expect(short(running)).toEqual([
      "controllers: Deployment argocd-applicationset-controller 1 → 0",
      "controllers: StatefulSet argocd-application-controller 1 → 0",
      "workloads: Deployment backend 1 → 0",
    ]);
  });

  it("is told of where nothing can stop it", () => {
    const pods = [
      pod("fluentd-x1", "fluentd", { owner: "DaemonSet" }),
      pod("shell", "shell"),
      pod("backend-1", "backend", { owner: "ReplicaSet" }),
      pod("database-0", "database", { claim: true, owner: "Elastic" }),
      pod("done", "done", { phase: "Succeeded" }),
    ];
    expect(stopOf({ ...none, pods }, ["production"]).left).toEqual(["production/fluentd-x1", "production/shell"]);
  });
});

it("external-dns is stopped by itself", () => {
  const deployments = [deployment("external-dns", 1, false, "external-dns"), deployment("external-dns", 1)];
  expect(dnsStopOf({ deployments }).changes).toMatchObject([{ namespace: "external-dns", from: 1, to: 0 }]);
});

it("a change touches one field, and takes away what was not there", () => {
  expect(patchOf(["spec", "selector", "platform/migration"], null)).toEqual({
    spec: { selector: { "platform/migration": null } },
  });
});
