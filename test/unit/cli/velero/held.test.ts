import type { V1Pod } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { heldBy, holdRule, isHeld } from "../../../../cli/velero/held";
import type { PodVolumeBackup } from "../../../../cli/velero/objects";

const backup = (name: string, volume: string, snapshotID?: string): PodVolumeBackup => ({
  metadata: { name: `b-${name}-${volume}` },
  spec: { pod: { namespace: "shop", name }, volume },
  status: { phase: "Completed", ...(snapshotID === undefined ? {} : { snapshotID }) },
});
const at = { namespace: "shop", name: "db-0", volumes: ["data", "log"] };
const given = { key: "uid-of-the-backup", image: "velero/velero:v1.18.3" };

const containerOf = (pod: V1Pod): Record<string, unknown> => {
  const [patch] = holdRule(pod, at, given).patches ?? [];
  const value = JSON.parse(patch?.value ?? "null") as unknown;
  return (Array.isArray(value) ? value[0] : value) as Record<string, unknown>;
};

it("holds pods by their volumes that have files, each pod once", () => {
  const volumes = [
    backup("db-0", "data", "one"),
    backup("db-0", "log", "two"),
    backup("db-0", "empty"),
    backup("web-0", "tmp"),
  ];
  expect(heldBy(volumes)).toEqual([at]);
});

it("waits for the file of that key in each volume, as Velero's own init container does", () => {
  const rule = holdRule({ spec: { containers: [{ name: "db" }] } }, at, given);
  expect(rule.conditions).toEqual({ groupResource: "pods", namespaces: ["shop"], resourceNameRegex: "^db-0$" });
  expect(containerOf({ spec: { containers: [{ name: "db" }] } })).toMatchObject({
    name: "restore-wait",
    image: "velero/velero:v1.18.3",
    command: ["/velero-restore-helper"],
    args: ["uid-of-the-backup"],
    volumeMounts: [
      { name: "data", mountPath: "/restores/data" },
      { name: "log", mountPath: "/restores/log" },
    ],
  });
});

it("comes first where a pod has other init containers, and is the only one where it has none but an earlier restore's", () => {
  const pathOf = (names: string[]) => {
    const initContainers = names.map((name) => ({ name }));
    return holdRule({ spec: { containers: [], initContainers } }, at, given).patches?.[0]?.path;
  };
  expect(pathOf(["migrate"])).toBe("/spec/initContainers/0");
  expect(pathOf([])).toBe("/spec/initContainers");
  expect(pathOf(["restore-wait"])).toBe("/spec/initContainers");
  expect(pathOf(["restore-wait", "migrate"])).toBe("/spec/initContainers/0");
});

it("is the user that has written the files", () => {
  const own = { runAsUser: 999 };
  expect(containerOf({ spec: { containers: [{ name: "db", securityContext: own }] } })["securityContext"]).toEqual(own);
  const ofPod = { containers: [{ name: "db" }], securityContext: { runAsUser: 26, runAsGroup: 26 } };
  expect(containerOf({ spec: ofPod })["securityContext"]).toMatchObject({
    runAsUser: 26,
    runAsGroup: 26,
    runAsNonRoot: true,
  });
  const root = { containers: [{ name: "db" }], securityContext: { runAsUser: 0 } };
  expect(containerOf({ spec: root })["securityContext"]).not.toHaveProperty("runAsNonRoot");
  expect(containerOf({ spec: { containers: [{ name: "db" }] } })["securityContext"]).toMatchObject({ runAsUser: 1000 });
});

it("holds when the init container runs, and not before or after", () => {
  const pod = (state: object): V1Pod => ({
    status: {
      initContainerStatuses: [{ name: "restore-wait", image: "", imageID: "", ready: false, restartCount: 0, state }],
    },
  });
  expect(isHeld(pod({ running: {} }))).toBe(true);
  expect(isHeld(pod({ waiting: { reason: "PodInitializing" } }))).toBe(false);
  expect(isHeld(pod({ terminated: { exitCode: 0 } }))).toBe(false);
  expect(isHeld({})).toBe(false);
  expect(isHeld(undefined)).toBe(false);
});
