import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { SourceTrait } from "../../../components/cluster";
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

  it("leaves out of every backup what is a pod's own and goes with it", async () => {
    const { recording } = await install(prodConfig(), fullTraits);
    const { inputs } = recording.one("kubernetes:core/v1:ConfigMap", "platform-test-volume-policy");
    expect(inputs.metadata).toMatchObject({ name: "volume-policy", namespace: "velero" });
    const { "policy.yaml": policy = "" } = inputs.data as Record<string, string>;
    expect(parse(policy)).toEqual({
      version: "v1",
      volumePolicies: [{ conditions: { volumeTypes: ["emptyDir"] }, action: { type: "skip" } }],
    });
    const { inputs: chart, dependsOn } = recording.one(release, "platform-test-velero");
    expect(chart).toMatchObject({
      values: { schedules: { daily: { template: { resourcePolicy: { kind: "configmap", name: "volume-policy" } } } } },
    });
    expect(dependsOn).toContain("kubernetes:core/v1:ConfigMap::platform-test-volume-policy");
  });

  it("is not there without a bucket", async () => {
    const { recording } = await install(prodConfig(), plainTraits);
    expect(recording.names(release)).not.toContain("platform-test-velero");
    expect(recording.names("kubernetes:core/v1:Namespace")).not.toContain("platform-test-velero");
  });
});

describe("Velero of a stack that takes over from another", () => {
  const source: SourceTrait = {
    provider: "gcp",
    bucket: "backups-of-the-other",
    config: {},
    plugin: { name: "velero-plugin-for-gcp", image: "velero/velero-plugin-for-gcp:v1.14.2" },
    audience: pulumi.output("https://iam.googleapis.com/pool/provider"),
    credentials: pulumi.output('{"type":"external_account"}'),
    environment: { AZURE_CLIENT_ID: pulumi.output("client") },
    ready: [],
  };
  const velero = async (traits: typeof fullTraits) => {
    const { recording } = await install(prodConfig(), traits);
    const { inputs, dependsOn } = recording.one(release, "platform-test-velero");
    return { recording, dependsOn, values: inputs.values as Record<string, Record<string, unknown>> };
  };

  it("has the other cloud's plugin beside its own, and a location that it never writes to", async () => {
    const { values } = await velero({ ...fullTraits, source });
    expect(values.initContainers).toMatchObject([
      { image: "velero/velero-plugin-for-aws:v1.14.3" },
      { image: "velero/velero-plugin-for-gcp:v1.14.2", volumeMounts: [{ mountPath: "/target" }] },
    ]);
    expect(values.configuration?.backupStorageLocation).toEqual([
      { name: "default", provider: "aws", bucket: "backups-1", default: true, config: { region: "eu-west-1" } },
      {
        name: "source",
        provider: "gcp",
        bucket: "backups-of-the-other",
        accessMode: "ReadOnly",
        config: {},
        credential: { name: "velero-source", key: "credentials" },
      },
    ]);
    expect(values.configuration?.extraEnvVars).toEqual([{ name: "AZURE_CLIENT_ID", value: "client" }]);
  });

  it("shows the other cloud a token of its own, in the server and in the node agent", async () => {
    const { values } = await velero({ ...fullTraits, source });
    const token = { audience: "https://iam.googleapis.com/pool/provider", expirationSeconds: 3600, path: "token" };
    for (const pod of [values, values.nodeAgent]) {
      expect(pod?.extraVolumes).toEqual([
        { name: "source-token", projected: { sources: [{ serviceAccountToken: token }] } },
      ]);
      expect(pod?.extraVolumeMounts).toEqual([
        { name: "source-token", mountPath: "/var/run/secrets/platform/source", readOnly: true },
      ]);
    }
  });

  it("waits for the file that it finds the token by", async () => {
    const { recording, dependsOn } = await velero({ ...fullTraits, source });
    const secret = recording.one("kubernetes:core/v1:Secret", "platform-test-velero-source").inputs;
    expect(secret.metadata).toEqual({ name: "velero-source", namespace: "velero" });
    expect(JSON.stringify(secret.stringData)).toContain('"credentials":"{\\"type\\":\\"external_account\\"}"');
    expect(dependsOn).toContain("kubernetes:core/v1:Secret::platform-test-velero-source");
  });

  it("needs no file where the environment says it all", async () => {
    const { credentials: _, ...rest } = source;
    const { recording, values } = await velero({ ...fullTraits, source: rest });
    expect(recording.names("kubernetes:core/v1:Secret")).not.toContain("platform-test-velero-source");
    const locations = values.configuration?.backupStorageLocation as object[];
    expect(locations[1]).not.toHaveProperty("credential");
  });

  it("is as it always was where there is none", async () => {
    const { values, recording } = await velero(fullTraits);
    expect(values).not.toHaveProperty("extraVolumes");
    expect(values.nodeAgent).not.toHaveProperty("extraVolumes");
    expect(values.configuration).not.toHaveProperty("extraEnvVars");
    expect(values.configuration?.backupStorageLocation).toHaveLength(1);
    expect(recording.names("kubernetes:core/v1:Secret")).not.toContain("platform-test-velero-source");
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
