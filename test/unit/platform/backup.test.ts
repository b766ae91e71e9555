import { describe, expect, it } from "vitest";
import { fullTraits, install, plainTraits, prodConfig } from "./fixture";

const release = "kubernetes:helm.sh/v3:Release";

describe("Velero", () => {
  it("writes into the cloud's bucket with the cloud's identity and no key", async () => {
    const { recording } = await install(prodConfig(), fullTraits);
    const { inputs } = recording.one(release, "platform-test-velero");
    expect(inputs).toMatchObject({
      namespace: "velero",
      values: {
        configuration: {
          backupStorageLocation: [
            { provider: "aws", bucket: "backups-1", default: true, config: { region: "eu-west-1" } },
          ],
          volumeSnapshotLocation: [{ provider: "aws", config: { region: "eu-west-1" } }],
        },
        credentials: { useSecret: false },
        serviceAccount: {
          server: { name: "velero-account", annotations: { "example.com/identity": "velero@example.com" } },
        },
        podLabels: { "example.com/use-identity": "true" },
        initContainers: [{ image: "velero/velero-plugin-for-aws:v1.14.3", volumeMounts: [{ mountPath: "/target" }] }],
        schedules: { daily: { schedule: "0 2 * * *", template: { ttl: "720h0m0s" } } },
      },
    });
  });

  it("is not there without a bucket", async () => {
    const { recording } = await install(prodConfig(), plainTraits);
    expect(recording.names(release)).not.toContain("platform-test-velero");
    expect(recording.names("kubernetes:core/v1:Namespace")).not.toContain("platform-test-velero");
  });
});

describe("external-dns", () => {
  it("touches the records of this cluster in this zone only", async () => {
    const { recording } = await install(prodConfig(), fullTraits);
    expect(recording.one(release, "platform-test-external-dns").inputs.values).toMatchObject({
      provider: { name: "aws" },
      domainFilters: ["example.com"],
      extraArgs: { "zone-id-filter": "Z1" },
      policy: "sync",
      txtOwnerId: "platform-test",
      serviceAccount: { name: "external-dns-account" },
    });
  });
});
