/** What tests of Velero put on clusters and into clouds. */
import * as pulumi from "@pulumi/pulumi";
import { environmentOf, locationOf, sourceCredentials, tokenOf } from "../../components/backup/source";
import type { SourceTrait } from "../../components/cluster";
import type { CloudRecord, KubernetesManifest } from "../../simulator/cloud/behaviour";
import { deployment } from "./objects";
import type { BringUp } from "./velero-cluster";

export function record(type: string, id: string, outputs: Record<string, unknown>): CloudRecord {
  return { type, id, urn: `urn:${id}`, inputs: {}, outputs };
}

export const inShop = (object: KubernetesManifest): KubernetesManifest => ({
  ...object,
  metadata: { ...object.metadata, namespace: "shop" },
});

/** One pod of the shop, with the claim's volume and one that is its own. */
export function shop(pod: Record<string, unknown> = {}): KubernetesManifest {
  return inShop(
    deployment("web", 1, {
      ...pod,
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: "data" } },
        { name: "scratch", emptyDir: {} },
      ],
      containers: [
        {
          name: "main",
          image: "app:1",
          volumeMounts: [
            { name: "data", mountPath: "/data" },
            { name: "scratch", mountPath: "/tmp" },
          ],
        },
      ],
    }),
  );
}

/** What lets Velero read the bucket of another stack, as the stack that takes over from it installs it. */
export function reading(
  source: Omit<SourceTrait, "credentials">,
  credentials?: string,
): Pick<BringUp, "plugins" | "values" | "objects"> {
  const token = tokenOf(source);
  return {
    plugins: [source.plugin.image],
    values: {
      configuration: {
        backupStorageLocation: [
          locationOf(credentials === undefined ? source : { ...source, credentials: pulumi.output(credentials) }),
        ],
        volumeSnapshotLocation: [],
        logFormat: "json",
        backupSyncPeriod: "5s",
        storeValidationFrequency: "5s",
        ...environmentOf(source),
      },
      serviceAccount: { server: { name: "velero-server" } },
      ...token,
      nodeAgent: token,
    },
    objects:
      credentials === undefined
        ? []
        : [
            {
              apiVersion: "v1",
              kind: "Secret",
              metadata: { name: sourceCredentials.name, namespace: "velero" },
              stringData: { [sourceCredentials.key]: credentials },
            },
          ],
  };
}
