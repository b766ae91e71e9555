import { describe, expect, it } from "vitest";
import type { KubernetesApi } from "../../../simulator/kubernetes/api";
import { checkIngress, checkService } from "../../../simulator/kubernetes/await/network";
import { podMessages } from "../../../simulator/kubernetes/await/pods";
import type { Observation, ReadinessCheck } from "../../../simulator/kubernetes/await/readiness";
import { checkClaim, checkQuota, checkSecret } from "../../../simulator/kubernetes/await/storage";
import {
  checkDaemonSet,
  checkDeployment,
  checkJob,
  checkStatefulSet,
} from "../../../simulator/kubernetes/await/workloads";
import type { Kind, KubernetesObject } from "../../../simulator/kubernetes/objects";

/** A cluster that has these objects. */
function apiWith(objects: KubernetesObject[]): KubernetesApi {
  const of = (kind: Kind) => objects.filter((object) => object.kind === kind.kind);
  return {
    list: async (kind: Kind) => of(kind),
    find: async (kind: Kind, _: string, name: string) => of(kind).find(({ metadata }) => metadata.name === name),
  } as unknown as KubernetesApi;
}

async function look(
  check: ReadinessCheck,
  object: KubernetesObject,
  others: KubernetesObject[] = [],
  rest: Partial<Observation> = {},
) {
  return check({ api: apiWith(others), object, once: false, memory: new Map(), timeScale: 0, ...rest });
}

const make = (
  kind: string,
  rest: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "a", namespace: "n", generation: 1, uid: kind, ...metadata },
  ...rest,
});

describe("a Deployment", () => {
  const revision = (number: number) => ({ annotations: { "deployment.kubernetes.io/revision": String(number) } });
  const conditions = [
    { type: "Available", status: "True" },
    { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
  ];
  const deployment = (status: Record<string, unknown> = {}) =>
    make("Deployment", { status: { observedGeneration: 2, conditions, ...status } }, { generation: 2, ...revision(2) });
  const owner = [{ apiVersion: "apps/v1", kind: "Deployment", name: "a", uid: "Deployment" }];
  const set = (number: number, readyReplicas: number) =>
    make(
      "ReplicaSet",
      { spec: { replicas: 2 }, status: { readyReplicas } },
      { ownerReferences: owner, ...revision(number) },
    );

  it("is ready with all pods of its present revision", async () => {
    expect(await look(checkDeployment, deployment(), [set(1, 2), set(2, 2)])).toMatchObject({ ready: true });
    expect(await look(checkDeployment, deployment(), [set(1, 2), set(2, 1)])).toEqual({
      ready: false,
      reasons: ["Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"],
    });
    expect(await look(checkDeployment, deployment(), [set(1, 2)])).toMatchObject({ ready: false });
  });

  it("is not, before its controller has looked at it, or while it rolls out", async () => {
    const sets = [set(2, 2)];
    expect(await look(checkDeployment, deployment({ observedGeneration: 1 }), sets)).toMatchObject({ ready: false });
    const rolling = [conditions[0], { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" }];
    expect(await look(checkDeployment, deployment({ conditions: rolling }), sets)).toMatchObject({ ready: false });
  });

  it("waits for the volumes that its pods mount", async () => {
    const object = deployment();
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "disk" } }];
    object.spec = { template: { spec: { volumes } } };
    const claim = (phase: string) => make("PersistentVolumeClaim", { status: { phase } }, { name: "disk" });
    expect(await look(checkDeployment, object, [set(2, 2), claim("Pending")])).toMatchObject({
      ready: false,
      reasons: ['Failed to bind PersistentVolumeClaim(s): "disk"'],
    });
    expect(await look(checkDeployment, object, [set(2, 2), claim("Bound")])).toMatchObject({ ready: true });
  });
});

describe("other workloads", () => {
  const sts = (status: Record<string, unknown>) =>
    make("StatefulSet", {
      spec: { replicas: 2 },
      status: {
        observedGeneration: 1,
        replicas: 2,
        currentReplicas: 2,
        currentRevision: "x",
        updateRevision: "x",
        ...status,
      },
    });

  it("a StatefulSet has all replicas ready and of one revision", async () => {
    expect(await look(checkStatefulSet, sts({ readyReplicas: 2 }))).toMatchObject({ ready: true });
    expect(await look(checkStatefulSet, sts({ readyReplicas: 1 }))).toMatchObject({
      reasons: ["1 out of 2 replicas succeeded readiness checks"],
    });
    expect(await look(checkStatefulSet, sts({ readyReplicas: 2, observedGeneration: 0 }))).toMatchObject({
      ready: false,
    });
    expect(await look(checkStatefulSet, sts({ readyReplicas: 2, updateRevision: "y" }))).toMatchObject({
      reasons: ['StatefulSet controller failed to advance from revision "x" to revision "y"'],
    });
  });

  it("a DaemonSet has its pod on every node", async () => {
    const counts = {
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
    };
    const set = (numberReady: number) =>
      make("DaemonSet", { status: { observedGeneration: 1, ...counts, numberReady } });
    expect(await look(checkDaemonSet, set(2))).toMatchObject({ ready: true });
    expect(await look(checkDaemonSet, set(1))).toMatchObject({ ready: false, reasons: ["numberReady: 1/2"] });
    expect(await look(checkDaemonSet, make("DaemonSet", {}))).toMatchObject({ ready: false });
  });

  it("a Job is complete, or says why it never will be", async () => {
    const job = (type: string) =>
      make("Job", {
        status: {
          startTime: "t",
          conditions: [{ type, status: "True", reason: "BackoffLimitExceeded", message: "no" }],
        },
      });
    expect(await look(checkJob, job("Complete"))).toMatchObject({ ready: true });
    expect(await look(checkJob, job("Failed"))).toEqual({ ready: false, reasons: ["[BackoffLimitExceeded] no"] });
  });
});

describe("the network", () => {
  const service = (spec: Record<string, unknown>, ingress: unknown[] = []) =>
    make("Service", { spec: { selector: { app: "a" }, ...spec }, status: { loadBalancer: { ingress } } });
  const endpoints = (subset: Record<string, unknown>) => make("Endpoints", { subsets: [subset] });

  it("a Service needs ready endpoints and its address", async () => {
    const ready = endpoints({ addresses: [{ ip: "1" }] });
    expect(await look(checkService, service({}), [ready])).toMatchObject({ ready: true });
    expect(await look(checkService, service({}), [endpoints({ notReadyAddresses: [{ ip: "1" }] })])).toMatchObject({
      ready: false,
    });
    expect(await look(checkService, service({ type: "LoadBalancer" }), [ready])).toEqual({
      ready: false,
      reasons: ["Service was not allocated an IP address; does your cloud provider support this?"],
    });
    expect(await look(checkService, service({ type: "LoadBalancer" }, [{ hostname: "x" }]), [ready])).toMatchObject({
      ready: true,
    });
  });

  it("a Service waits for its endpoints to settle, unless it has no pods to wait for", async () => {
    const ready = endpoints({ addresses: [{ ip: "1" }] });
    expect(await look(checkService, service({}), [ready], { timeScale: 1 })).toMatchObject({ ready: false });
    expect(await look(checkService, service({}), [ready], { timeScale: 1, once: true })).toMatchObject({ ready: true });
    for (const spec of [{ clusterIP: "None" }, { type: "ExternalName" }, { selector: undefined }]) {
      expect(await look(checkService, service(spec), [], { timeScale: 1 })).toMatchObject({ ready: true });
    }
  });

  it("an Ingress needs its address and backends", async () => {
    const rules = [{ http: { paths: [{ backend: { service: { name: "a" } } }] } }];
    const ingress = (addresses: unknown[]) =>
      make("Ingress", { spec: { rules }, status: { loadBalancer: { ingress: addresses } } });
    const known = endpoints({ addresses: [] });
    expect(await look(checkIngress, ingress([{ ip: "1" }]), [known])).toMatchObject({ ready: true });
    expect(await look(checkIngress, ingress([{ ip: "1" }]), [], { timeScale: 1 })).toMatchObject({
      reasons: ["Ingress has at least one rule with an unavailable target endpoint."],
    });
    const { ready, reasons } = await look(checkIngress, ingress([]), [known]);
    expect([ready, reasons.length]).toEqual([false, 1]);
  });
});

describe("storage and the rest", () => {
  it("a claim is done when pending, where its class waits for a consumer", async () => {
    const claim = (phase: string) =>
      make("PersistentVolumeClaim", { spec: { storageClassName: "x" }, status: { phase } });
    const classOf = (volumeBindingMode: string) => make("StorageClass", { volumeBindingMode }, { name: "x" });
    expect(await look(checkClaim, claim("Pending"), [classOf("WaitForFirstConsumer")])).toMatchObject({ ready: true });
    expect(await look(checkClaim, claim("Pending"), [classOf("Immediate")])).toMatchObject({ ready: false });
    const previous = claim("Bound");
    expect(await look(checkClaim, claim("Bound"), [classOf("WaitForFirstConsumer")], { previous })).toMatchObject({
      ready: true,
    });
  });

  it("a quota is enforced, a token issued", async () => {
    const hard = { pods: "1" };
    expect(await look(checkQuota, make("ResourceQuota", { spec: { hard }, status: { hard } }))).toMatchObject({
      ready: true,
    });
    expect(await look(checkQuota, make("ResourceQuota", { spec: { hard } }))).toMatchObject({ ready: false });
    expect(await look(checkSecret, make("Secret", {}))).toMatchObject({ ready: true });
    expect(await look(checkSecret, make("Secret", { type: "kubernetes.io/service-account-token" }))).toMatchObject({
      ready: false,
    });
  });

  it("a pod tells what keeps it", () => {
    const pod = (conditions: unknown[], containerStatuses: unknown[] = []) =>
      make("Pod", { status: { conditions, containerStatuses } });
    const unschedulable = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "0/3 nodes are available",
    };
    expect(podMessages(pod([unschedulable]))).toEqual(["0/3 nodes are available"]);
    const scheduled = { type: "PodScheduled", status: "True" };
    const unready = { type: "Ready", status: "False", reason: "ContainersNotReady" };
    const waiting = { name: "a", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } };
    expect(podMessages(pod([scheduled, unready], [waiting]))).toEqual(["[Pod n/a]: [ImagePullBackOff] no such image"]);
    expect(podMessages(pod([scheduled, { type: "Ready", status: "True" }]))).toEqual([]);
  });
});
