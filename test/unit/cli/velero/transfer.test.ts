import { ApiException } from "@kubernetes/client-node";
import { beforeEach, expect, it } from "vitest";
import type { Clients } from "../../../../cli/kubernetes";
import { transfer } from "../../../../cli/velero/transfer";

interface Stored {
  metadata: { name: string; labels?: Record<string, string>; ownerReferences?: { uid: string }[]; uid?: string };
  spec: Record<string, unknown> & { pod?: { namespace: string; name: string; uid?: string } };
  status?: Record<string, unknown>;
}

const answer = (code: number) => new ApiException(code, "refused", {}, {});

/** A cluster of the objects that are asked for; what becomes of a new one is the agents'. */
class Cluster {
  readonly objects = new Map<string, Stored>();
  readonly pods = new Map<string, object>();
  agent: (plural: string, object: Stored) => Record<string, unknown> = () => ({});

  readonly clients = {
    core: {
      readNamespacedPod: ({ namespace, name }: { namespace: string; name: string }) => {
        const pod = this.pods.get(`${namespace}/${name}`);
        return pod ? Promise.resolve(pod) : Promise.reject(answer(404));
      },
    },
    custom: {
      getNamespacedCustomObject: ({ plural, name }: { plural: string; name: string }) => {
        const found = this.objects.get(`${plural}/${name}`);
        return found ? Promise.resolve(found) : Promise.reject(answer(404));
      },
      listNamespacedCustomObject: ({ plural, labelSelector = "" }: { plural: string; labelSelector?: string }) => {
        const [key = "", value] = labelSelector.split("=");
        const all = [...this.objects.entries()].filter(([path]) => path.startsWith(`${plural}/`));
        return Promise.resolve({
          items: all.map(([, one]) => one).filter(({ metadata }) => metadata.labels?.[key] === value),
        });
      },
      createNamespacedCustomObject: ({ plural, body }: { plural: string; body: Stored }) => {
        const path = `${plural}/${body.metadata.name}`;
        if (this.objects.has(path)) return Promise.reject(answer(409));
        this.objects.set(path, { ...body, status: this.agent(plural, body) });
        return Promise.resolve(body);
      },
    },
  } as unknown as Clients;
}

let source: Cluster;
let target: Cluster;
const say = (): void => undefined;
const run = () =>
  transfer(
    { source: source.clients, target: target.clients },
    { backup: "b", location: "source", timeoutSeconds: 2 },
    say,
  );
const held = { status: { initContainerStatuses: [{ name: "restore-wait", state: { running: {} } }] } };
const completed = (more: object = {}) => ({ phase: "Completed", progress: { totalBytes: 7, bytesDone: 7 }, ...more });

/** A volume that the backup has. */
function add(pod: string, snapshotID: string | undefined): void {
  source.objects.set(`podvolumebackups/b-${pod}`, {
    metadata: { name: `b-${pod}`, labels: { "velero.io/backup-name": "b" } },
    spec: { pod: { namespace: "shop", name: pod, uid: "before" }, volume: "data", uploaderType: "kopia", node: "old" },
    status: completed({ snapshotID }),
  });
  source.pods.set(`shop/${pod}`, { metadata: { uid: "now" }, spec: { nodeName: "node-2" } });
  target.pods.set(`shop/${pod}`, { metadata: { uid: "there" }, ...held });
}

beforeEach(() => {
  source = new Cluster();
  target = new Cluster();
  source.agent = (_, { metadata }) => completed({ snapshotID: `last-of-${metadata.name}` });
  target.agent = () => completed();
  target.objects.set("backups/b", { metadata: { name: "b", uid: "entry" }, spec: {} });
});

it("brings each volume as it is now to the pod that waits for it", async () => {
  add("db-0", "then");
  const volume = { namespace: "shop", pod: "db-0", volume: "data", bytes: 7 };
  expect(await run()).toEqual({ backedUp: [volume], restored: [volume] });
  expect(source.objects.get("podvolumebackups/b-db-0-last")?.spec).toMatchObject({
    node: "node-2",
    pod: { name: "db-0", uid: "now" },
    uploaderType: "kopia",
  });
  const restore = target.objects.get("podvolumerestores/b-db-0-last");
  expect(restore?.spec).toMatchObject({
    pod: { name: "db-0", uid: "there" },
    snapshotID: "last-of-b-db-0-last",
    backupStorageLocation: "source",
    sourceNamespace: "shop",
  });
  // Velero's agent looks for it by the pod's uid, and names the file that the pod waits for by the owner's.
  expect(restore?.metadata.labels).toMatchObject({ "velero.io/pod-uid": "there" });
  expect(restore?.metadata.ownerReferences?.[0]?.uid).toBe("entry");
});

it("takes what an interrupted run has brought, and asks for nothing twice", async () => {
  add("db-0", "then");
  await run();
  source.agent = target.agent = () => ({ phase: "Failed", message: "asked for twice" });
  // It has what it waited for, and runs.
  target.pods.set("shop/db-0", { metadata: { uid: "there" }, status: {} });
  expect((await run()).restored).toHaveLength(1);
});

it("lets an empty volume be, and says where one is not empty any more", async () => {
  add("db-0", undefined);
  source.agent = () => completed();
  expect(await run()).toEqual({ backedUp: [], restored: [] });
  source.objects.delete("podvolumebackups/b-db-0-last");
  source.agent = () => completed({ snapshotID: "first" });
  await expect(run()).rejects.toThrow("has its first file");
});

it("says why a volume was not read", async () => {
  add("db-0", "then");
  source.agent = () => ({ phase: "Failed", message: "permission denied" });
  await expect(run()).rejects.toThrow("permission denied");
});

it("says so at once where the pod has been made anew, and waits for nothing", async () => {
  add("db-0", "then");
  target.agent = () => ({ phase: "New" });
  target.pods.set("shop/db-0", { metadata: { uid: "another" }, status: {} });
  await expect(run()).rejects.toThrow("does not wait for its volumes any more");
});

it("does not bring anything that takes longer than it may", async () => {
  add("db-0", "then");
  target.agent = () => ({ phase: "InProgress" });
  await expect(run()).rejects.toThrow("not within 2 s");
}, 10_000);

it("has the source tidy up before a crowded namespace is read", async () => {
  for (let index = 0; index < 7; index++) add(`db-${index}`, "then");
  source.agent = (_, { metadata }) =>
    completed({ snapshotID: `last-of-${metadata.name}`, completionTimestamp: "2026-11-22T04:00:00Z" });
  const asked: string[] = [];
  source.objects.set("backuprepositories/shop", {
    metadata: { name: "shop" },
    spec: { backupStorageLocation: "default", volumeNamespace: "shop", maintenanceFrequency: "1h0m0s" },
    status: { lastMaintenanceTime: "2026-11-22T03:00:00Z" },
  });
  (source.clients.custom as unknown as Record<string, unknown>)["patchNamespacedCustomObject"] = () => {
    asked.push([...target.objects.keys()].filter((path) => path.startsWith("podvolumerestores/")).join());
    const repository = source.objects.get("backuprepositories/shop");
    if (repository) repository.status = { lastMaintenanceTime: "2026-11-22T04:01:00Z" };
    return Promise.resolve({});
  };
  expect((await run()).restored).toHaveLength(7);
  // Before the first volume is read there.
  expect(asked[0]).toBe("");
});
