import type { V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import type { Clients } from "../../../../../cli/kubernetes";
import { awaitReady, failing } from "../../../../../cli/migrate/steps/ready";

const workload = (name: string, ready: boolean, volumes: object[] = []) =>
  ({
    metadata: { namespace: "shop", name, generation: 1 },
    spec: { replicas: 1, template: { spec: { containers: [], volumes } } },
    status: { readyReplicas: ready ? 1 : 0, observedGeneration: 1 },
  }) as unknown as V1Deployment & V1StatefulSet;
const pod = (name: string, reason: string, controller = true): V1Pod => ({
  metadata: {
    namespace: "shop",
    name,
    uid: name,
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "1", controller }],
  },
  status: {
    containerStatuses: [
      { name: "web", image: "", imageID: "", ready: false, restartCount: 4, state: { waiting: { reason } } },
    ],
  },
});
const data = { name: "data", persistentVolumeClaim: { claimName: "data" } };

/** Looks at the cluster, one after the other; the last is that of everything after. */
function cluster(looks: { database: boolean; web: boolean }[]) {
  const deleted: string[] = [];
  let at = -1;
  const look = () => looks[Math.min(at, looks.length - 1)] ?? { database: true, web: true };
  const clients = {
    apps: {
      listDeploymentForAllNamespaces: () => {
        at += 1;
        return Promise.resolve({ items: [workload("web", look().web)] });
      },
      listStatefulSetForAllNamespaces: () =>
        Promise.resolve({ items: [workload("database", look().database, [data])] }),
    },
    core: {
      listPodForAllNamespaces: () => Promise.resolve({ items: [pod("web-1", "CrashLoopBackOff")] }),
      deleteNamespacedPod: ({ name }: { name: string }) => Promise.resolve(deleted.push(`${name} at look ${at}`)),
    },
  } as unknown as Clients;
  return { clients, deleted };
}

it("makes pods anew that have failed for want of a database, once it is ready, and each once", async () => {
  const { clients, deleted } = cluster([
    { database: false, web: false },
    { database: true, web: false },
    { database: true, web: false },
    { database: true, web: true },
  ]);
  await awaitReady(clients, ["shop"], 5, () => undefined);
  expect(deleted).toEqual(["web-1 at look 1"]);
});

it("says what does not get ready", async () => {
  const { clients, deleted } = cluster([{ database: false, web: false }]);
  await expect(awaitReady(clients, ["shop"], 0.1, () => undefined)).rejects.toThrow(
    "not ready on the target after 0.1 s: shop/web, shop/database",
  );
  expect(deleted).toEqual([]);
});

it("lets be who only begins, whom nobody would make anew, and who is somebody else's", () => {
  const other = pod("other", "CrashLoopBackOff");
  const pods = [
    pod("one", "CrashLoopBackOff"),
    pod("two", "ContainerCreating"),
    pod("three", "CrashLoopBackOff", false),
    { ...other, metadata: { ...other.metadata, namespace: "platform" } },
  ];
  expect(failing(pods, ["shop"]).map(({ metadata }) => metadata?.name)).toEqual(["one"]);
});
