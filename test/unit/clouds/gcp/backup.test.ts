import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../../components/cluster";
import type { PlatformConfig } from "../../../../components/config/types";
import { type Recording, valueOf } from "../record";
import { dev, project, up, usual } from "./google";

describe("backups", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.dev());
  });

  it("are in a private, versioned bucket of the region", () => {
    expect(r.one("gcp:storage/bucket:Bucket", "platform-test-backup").inputs).toMatchObject({
      location: "EUROPE-WEST1",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 604800 },
      lifecycleRules: [
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } },
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ],
    });
    // Encrypted by Google's own key: the cluster's is gone when they are needed most.
    expect(r.one("gcp:storage/bucket:Bucket", "platform-test-backup").inputs).not.toHaveProperty("encryption");
  });

  it("outlive the stack, and nothing else of it: all of the bucket's component stays", () => {
    expect(
      r
        .all()
        .filter(({ parent }) => parent === "platform:gcp:BackupBucket::platform-test")
        .map(({ type }) => type),
    ).toEqual(["gcp:storage/bucket:Bucket"]);
    expect(
      r
        .all()
        .filter(({ retainOnDelete }) => retainOnDelete)
        .map(({ type }) => type),
    ).toEqual(["gcp:storage/bucket:Bucket"]);
  });

  it("are told to Velero in its own words", async () => {
    const { backup } = cluster.traits;
    expect(backup).toMatchObject({
      provider: "gcp",
      snapshotConfig: { project, snapshotLocation: "europe-west1" },
      plugin: { image: "velero/velero-plugin-for-gcp:v1.14.2" },
    });
    expect(await valueOf(backup?.location)).toBe("gs://platform-test-backup");
    expect(await valueOf(backup?.config.serviceAccount)).toBe(
      `platform-test-velero@${project}.iam.gserviceaccount.com`,
    );
  });

  it("are Velero's to write, in this bucket only; volumes are its to snapshot, and no others' names to sign in", () => {
    const member = `serviceAccount:platform-test-velero@${project}.iam.gserviceaccount.com`;
    expect(r.ofType("gcp:storage/bucketIAMMember:BucketIAMMember").map(({ inputs }) => inputs)).toEqual([
      { bucket: "platform-test-backup", role: "roles/storage.objectAdmin", member },
    ]);
    expect(r.one("gcp:serviceaccount/iAMMember:IAMMember", "platform-test-velero-signs").inputs).toEqual({
      serviceAccountId: `projects/${project}/serviceAccounts/platform-test-velero@${project}.iam.gserviceaccount.com`,
      role: "roles/iam.serviceAccountTokenCreator",
      member,
    });
    expect(r.one("gcp:projects/iAMMember:IAMMember", "platform-test-velero").inputs).toEqual({
      project,
      role: `projects/${project}/roles/platform_test_velero_117`,
      member,
    });
    const [role] = r.ofType("gcp:projects/iAMCustomRole:IAMCustomRole");
    expect(role?.inputs.permissions).not.toContainEqual(expect.stringMatching(/^(storage|iam)\./));
  });
});

describe("backups that are asked more of", () => {
  const bucketOf = async (backup: Partial<PlatformConfig["backup"]>) => {
    const { recording, result } = await up(dev({ backup: { ...dev().backup, ...backup } }));
    const { inputs } = recording.one("gcp:storage/bucket:Bucket", "platform-test-backup");
    return { inputs, trait: result.traits.backup };
  };

  it.each([
    ["europe-west3", { location: "EU", customPlacementConfig: { dataLocations: ["EUROPE-WEST1", "EUROPE-WEST3"] } }],
    ["europe-west2", { location: "EUR5" }],
  ])("are in %s too, in the very same bucket", async (copyRegion, wanted) => {
    const { inputs, trait } = await bucketOf({ copyRegion });
    const { location, customPlacementConfig } = inputs;
    expect({ location, customPlacementConfig }).toEqual({ customPlacementConfig: undefined, ...wanted });
    expect(trait).not.toHaveProperty("copyLocation");
  });

  it.each([
    [3, 7],
    [45, 45],
  ])(
    "of %d days are locked by keeping for %d days what is deleted, and nothing is refused to Velero",
    async (...days) => {
      const [retentionDays, kept] = days;
      const { inputs } = await bucketOf({ lock: "governance", retentionDays });
      expect(inputs.softDeletePolicy).toEqual({ retentionDurationSeconds: kept * 86_400 });
      expect(inputs).not.toHaveProperty("retentionPolicy");
      expect(inputs).not.toHaveProperty("enableObjectRetention");
    },
  );
});
