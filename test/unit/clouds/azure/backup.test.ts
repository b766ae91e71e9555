/** Backups: how they are kept, locked, and copied to another region. */
import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../../components/cluster";
import { dev, prod } from "../azure";
import { type Recording, valueOf } from "../record";
import { azure, up, usual } from "./cluster";

const account = azure("storage:StorageAccount");
const service = azure("storage:BlobServiceProperties");
const container = azure("storage:BlobContainer");
const replication = azure("storage:ObjectReplicationPolicy");

const backup = (change: Partial<ReturnType<typeof dev>["backup"]>) => dev({ backup: { ...dev().backup, ...change } });

it("are neither locked nor copied unless asked for", async () => {
  const { recording: r } = await usual.dev();
  expect(r.names(account)).toEqual(["platform"]);
  expect(r.names(replication)).toEqual([]);
  const { containerName, immutableStorageWithVersioning } = r.one(container, "platform-backup").inputs;
  expect([containerName, immutableStorageWithVersioning]).toEqual(["velero", undefined]);
  expect(r.one(service, "platform-backup").inputs).not.toHaveProperty("changeFeed");
});

describe("locked", () => {
  it.each([
    [12, 30],
    [90, 90],
  ])(
    "for %i days: what is deleted can be brought back for %i, and nothing can be deleted as a whole",
    async (of, days) => {
      const { recording: r } = await up(backup({ lock: "governance", retentionDays: of }));
      expect(r.one(service, "platform-backup").inputs).toMatchObject({
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days },
        containerDeleteRetentionPolicy: { enabled: true, days },
      });
      expect(r.one(container, "platform-backup").inputs).toMatchObject({
        containerName: "velero-locked",
        immutableStorageWithVersioning: { enabled: true },
      });
    },
  );
});

describe("copied to another region", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    const config = prod({ backup: { ...prod().backup, lock: "governance", copyRegion: "westus" } });
    ({ recording: r, result: cluster } = await up(config));
  });

  it("are in an account there, as private and as locked, that outlives the stack too", () => {
    const [here, there] = ["platform", "platformcopy"].map((name) => r.one(account, name));
    expect(there).toMatchObject({ protect: true, retainOnDelete: true });
    const { location, sku, resourceGroupName, ...same } = there?.inputs ?? {};
    expect({ location, sku }).toEqual({ location: "westus", sku: { name: "Standard_LRS" } });
    expect(resourceGroupName).toBe("platform-backup-copy01234567");
    expect(here?.inputs).toMatchObject(same);
    expect(r.one(azure("resources:ResourceGroup"), "platform-backup-copy").inputs.location).toBe("westus");
    expect(r.one(container, "platform-backup-copy").inputs).toMatchObject({
      containerName: "velero-locked",
      immutableStorageWithVersioning: { enabled: true },
    });
  });

  it("by a policy that the copy's account names, and that ends with the stack", () => {
    const [incoming, outgoing] = ["in", "out"].map((way) => r.one(replication, `platform-backup-${way}`));
    const accounts = { sourceAccount: "platform-id", destinationAccount: "platformcopy-id" };
    const rule = {
      sourceContainer: "velero-locked",
      destinationContainer: "velero-locked",
      filters: { minCreationTime: "1601-01-01T00:00:00Z" },
    };
    expect(incoming).toMatchObject({
      retainOnDelete: false,
      inputs: { ...accounts, accountName: "platformcopy01234567", objectReplicationPolicyId: "default", rules: [rule] },
    });
    expect(outgoing).toMatchObject({
      retainOnDelete: false,
      inputs: {
        ...accounts,
        accountName: "platform01234567",
        objectReplicationPolicyId: "the-policy",
        rules: [{ ...rule, ruleId: "the-rule" }],
      },
    });
  });

  it("when both sides have versions, and the one has a feed of changes", () => {
    const incoming = r.one(replication, "platform-backup-in");
    for (const name of ["platform-backup", "platform-backup-copy"]) {
      expect(r.waitsFor(incoming, r.one(service, name))).toBe(true);
      expect(r.waitsFor(incoming, r.one(container, name))).toBe(true);
    }
    expect(r.one(service, "platform-backup").inputs.changeFeed).toMatchObject({ enabled: true });
    expect(r.one(service, "platform-backup-copy").inputs).not.toHaveProperty("changeFeed");
  });

  it("and the copy's place is told", async () => {
    expect(await valueOf(cluster.traits.backup as never)).toMatchObject({
      location: "https://platform01234567.blob.core.windows.net/velero-locked",
      copyLocation: "https://platformcopy01234567.blob.core.windows.net/velero-locked",
    });
  });
});
