import { expect, it } from "vitest";
import type { Clients } from "../../../../cli/kubernetes";
import { enterObjects, entryOf, volumeEntryOf } from "../../../../cli/velero/catalogue";
import type { Backup, PodVolumeBackup } from "../../../../cli/velero/objects";

it("enters a backup as one that has run elsewhere, in the location under which the other cluster reads it", () => {
  const backup = {
    metadata: {
      name: "last",
      namespace: "velero",
      uid: "of the source",
      resourceVersion: "7",
      labels: { "velero.io/storage-location": "default", team: "shop" },
      annotations: { "velero.io/source-cluster-k8s-minor-version": "36" },
      ownerReferences: [{ kind: "Schedule" }],
    },
    spec: { storageLocation: "default", ttl: "1h0m0s", hooks: { resources: [{ name: "freeze" }] } },
    status: { phase: "Completed" },
  } as unknown as Backup;
  expect(entryOf(backup, "source")).toEqual({
    apiVersion: "velero.io/v1",
    kind: "Backup",
    metadata: {
      name: "last",
      namespace: "velero",
      labels: { "velero.io/storage-location": "source", team: "shop" },
      annotations: { "velero.io/source-cluster-k8s-minor-version": "36" },
    },
    spec: { storageLocation: "source", ttl: "1h0m0s" },
    status: { phase: "Completed" },
  });
});

it("enters a volume's files as those of the entered backup", () => {
  const volume = {
    metadata: {
      name: "last-1",
      uid: "x",
      labels: { "velero.io/backup-uid": "of the source", "velero.io/backup-name": "last" },
    },
    spec: { pod: { namespace: "shop", name: "web-0" }, volume: "data", backupStorageLocation: "default" },
    status: { phase: "Completed", snapshotID: "abc" },
  } as unknown as PodVolumeBackup;
  expect(volumeEntryOf(volume, { name: "last", uid: "of the target" }, "source")).toEqual({
    apiVersion: "velero.io/v1",
    kind: "PodVolumeBackup",
    metadata: {
      name: "last-1",
      namespace: "velero",
      labels: { "velero.io/backup-uid": "of the target", "velero.io/backup-name": "last" },
      ownerReferences: [{ apiVersion: "velero.io/v1", kind: "Backup", name: "last", uid: "of the target" }],
    },
    spec: { pod: { namespace: "shop", name: "web-0" }, volume: "data", backupStorageLocation: "source" },
    status: { phase: "Completed", snapshotID: "abc" },
  });
});

it("enters a backup alone, also where Velero has found its volumes in the bucket meanwhile", async () => {
  const deleted: string[] = [];
  const side = (uid: string, volumes: string[] = []) =>
    ({
      custom: {
        getNamespacedCustomObject: () =>
          Promise.resolve({ metadata: { name: "last", uid }, spec: {}, status: { phase: "Completed" } }),
        createNamespacedCustomObject: ({ plural }: { plural: string }) => Promise.resolve({ plural }),
        listNamespacedCustomObject: () => Promise.resolve({ items: volumes.map((name) => ({ metadata: { name } })) }),
        deleteNamespacedCustomObject: ({ plural, name }: { plural: string; name: string }) =>
          Promise.resolve(deleted.push(`${plural}/${name}`)),
      },
    }) as unknown as Clients;
  const uid = await enterObjects(
    side("of the source", ["last-1"]),
    side("of the target", ["last-1"]),
    "last",
    "source",
  );
  expect(uid).toBe("of the target");
  expect(deleted).toEqual(["podvolumebackups/last-1"]);
});
