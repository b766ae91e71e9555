import type { V1Pod } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { lossesOf, tolerated } from "../../../cli/scenarios/lostNode";

const unreachable = { key: "node.kubernetes.io/unreachable", effect: "NoExecute", operator: "Exists" };

function pod(name: string, kind: string | undefined, spec: Partial<V1Pod["spec"]> = {}): V1Pod {
  const owner = kind === "ReplicaSet" ? "web-5d4f" : name;
  return {
    metadata: {
      name,
      namespace: "app",
      labels: kind === "ReplicaSet" ? { "pod-template-hash": "5d4f" } : {},
      ownerReferences: kind ? [{ apiVersion: "apps/v1", kind, name: owner, uid: "1", controller: true }] : [],
    },
    spec: { containers: [], ...spec },
  };
}

it("moves what gives a node up after five seconds, and says of the rest why it waits", () => {
  const soon = { tolerations: [{ ...unreachable, tolerationSeconds: 5 }] };
  const late = { tolerations: [{ ...unreachable, tolerationSeconds: 300 }] };
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  const { move, wait } = lossesOf([
    pod("web-5d4f-1", "ReplicaSet", soon),
    pod("web-5d4f-2", "ReplicaSet", soon),
    pod("slow", "ReplicaSet", late),
    pod("database-0", "StatefulSet", { ...soon, volumes }),
    pod("cache-0", "StatefulSet", soon),
    pod("agent", "DaemonSet", { tolerations: [unreachable] }),
    pod("alone", undefined, soon),
  ]);
  expect(move.map(({ key }) => key)).toEqual(["Deployment app/web"]);
  const reasons = [...wait].map(([reason, names]) => `${names.join()}: ${reason}`);
  expect(reasons).toEqual([
    "app/slow: tolerates an unreachable node for 300 s, and moves after that",
    "app/database-0: of a StatefulSet, with a volume that one node has at a time: until the node is back, or is deleted",
    "app/cache-0: of a StatefulSet, which never has two pods of one name: until the node is back, or is deleted",
    "app/agent: one on each node: there is nowhere else for it",
    "app/alone: made by hand: nobody makes another",
  ]);
});

it("reads tolerations as the controller that evicts does", () => {
  expect(tolerated([])).toBe(0);
  expect(tolerated([unreachable])).toBeUndefined();
  expect(tolerated([{ operator: "Exists" }, { ...unreachable, tolerationSeconds: 30 }])).toBe(30);
  expect(tolerated([{ ...unreachable, key: "node.kubernetes.io/not-ready", tolerationSeconds: 30 }])).toBe(0);
  expect(tolerated([{ ...unreachable, effect: "NoSchedule" }])).toBe(0);
});
