/** A source's cluster as a plan reads it: made of manifests, as Kubernetes' controllers would make pods and claims of them. */
import type { V1PersistentVolumeClaim, V1PodTemplateSpec, V1Volume } from "@kubernetes/client-node";
import type { Inventory } from "../../../../../cli/migrate/plan/inventory";
import { planOf } from "../../../../../cli/migrate/plan";
import type { Finding, MigrationPlan, PlanRequest } from "../../../../../cli/migrate/plan/plan";
import type { Manifest } from "../../../../../cli/validate/model";
import type { FindingCode } from "../../../../../cli/migrate/plan/codes";

export type ManagedCloud = "aws" | "azure" | "gcp";

export const regions: Record<ManagedCloud, string> = {
  aws: "eu-central-1",
  azure: "germanywestcentral",
  gcp: "europe-west3",
};

export const clusterIds: Record<ManagedCloud, string> = {
  aws: "arn:aws:eks:eu-central-1:111122223333:cluster/platform-prod",
  azure:
    "/subscriptions/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7/resourceGroups/prod/providers/Microsoft.ContainerService/managedClusters/platform-prod",
  gcp: "projects/example-prod/locations/europe-west3/clusters/platform-prod",
};

/** Provisioner and parameters of the classes that a cluster of the cloud has. */
const classes: Record<ManagedCloud, [name: string, provisioner: string, parameters: Record<string, string>][]> = {
  aws: [
    ["standard", "ebs.csi.aws.com", { type: "gp3" }],
    ["premium", "ebs.csi.aws.com", { type: "gp3", iopsPerGB: "50" }],
    ["gp3", "ebs.csi.aws.com", { type: "gp3" }],
    ["gp2", "kubernetes.io/aws-ebs", { type: "gp2" }],
    ["shared", "efs.csi.aws.com", {}],
  ],
  azure: [
    ["standard", "disk.csi.azure.com", { skuName: "StandardSSD_LRS" }],
    ["premium", "disk.csi.azure.com", { skuName: "Premium_LRS" }],
    ["managed-premium", "disk.csi.azure.com", { skuName: "Premium_LRS" }],
    ["default", "disk.csi.azure.com", { skuname: "StandardSSD_LRS" }],
    ["shared", "file.csi.azure.com", { skuName: "Standard_LRS" }],
  ],
  gcp: [
    ["standard-rwo", "pd.csi.storage.gke.io", { type: "pd-balanced" }],
    ["premium", "pd.csi.storage.gke.io", { type: "pd-ssd" }],
    ["premium-rwo", "pd.csi.storage.gke.io", { type: "pd-ssd" }],
    ["standard", "kubernetes.io/gce-pd", { type: "pd-standard" }],
    ["shared", "filestore.csi.storage.gke.io", { tier: "standard" }],
  ],
};

const places: Record<ManagedCloud, object> = {
  aws: {
    provider: "aws",
    objectStorage: { bucket: "platform-prod-backup-0a1b2c3" },
    config: { region: "eu-central-1" },
  },
  azure: {
    provider: "azure",
    objectStorage: { bucket: "velero" },
    config: {
      subscriptionId: "0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
      resourceGroup: "platform-prod-backup0a1b2c3d",
      storageAccount: "platformprod0a1b2c3d",
    },
  },
  gcp: {
    provider: "gcp",
    objectStorage: { bucket: "platform-prod-backup-0a1b2c3" },
    config: { serviceAccount: "velero@example-prod.iam.gserviceaccount.com" },
  },
};

/** An object as short as a test can write it. */
export function object(apiVersion: string, kind: string, name: string, more: Record<string, unknown> = {}): Manifest {
  const [namespace, own] = name.includes("/") ? name.split("/") : [undefined, name];
  const { metadata, ...rest } = more;
  return {
    apiVersion,
    kind,
    ...rest,
    metadata: { name: own ?? name, ...(namespace === undefined ? {} : { namespace }), ...(metadata as object) },
  };
}

/** A Deployment of one pod; what of the pod is said overrides the rest. */
export function deployment(
  name: string,
  pod: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Manifest {
  return workload("Deployment", name, pod, more);
}

export function workload(
  kind: "Deployment" | "StatefulSet" | "DaemonSet",
  name: string,
  pod: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Manifest {
  const labels = { app: name };
  const { spec, ...rest } = more;
  return object("apps/v1", kind, name, {
    ...rest,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "ghcr.io/example/web:1.2.3" }], ...pod },
      },
      ...(spec as object),
    },
  });
}

export function claim(name: string, spec: Record<string, unknown> = {}, size = "10Gi"): Manifest {
  return object("v1", "PersistentVolumeClaim", name, {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } }, ...spec },
    status: { phase: "Bound" },
  });
}

/** A pod that runs and has the claim mounted. */
export function mounting(claimName: string): Manifest {
  const [namespace = "", name = ""] = claimName.split("/");
  return object("v1", "Pod", `${namespace}/${name}-user`, {
    spec: {
      containers: [{ name: "main", image: "ghcr.io/example/web:1.2.3" }],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
    },
    status: { phase: "Running" },
  });
}

/** The inventory of a cluster of the cloud that holds the objects, with what Kubernetes makes of them. */
export function inventory(cloud: ManagedCloud, objects: Manifest[], usedBytes: Record<string, number> = {}): Inventory {
  const zones = ["a", "b", "c"];
  const system = [
    ...classes[cloud].map(([name, provisioner, parameters]) => ({
      ...object("storage.k8s.io/v1", "StorageClass", name, {
        metadata: {
          annotations: {
            "storageclass.kubernetes.io/is-default-class": String(
              name === (cloud === "gcp" ? "standard-rwo" : "standard"),
            ),
          },
        },
      }),
      provisioner,
      parameters,
    })),
    object("velero.io/v1", "BackupStorageLocation", "velero/default", { spec: { default: true, ...places[cloud] } }),
    ...zones.map((zone) =>
      object("v1", "Node", `node-${zone}`, { metadata: { labels: { "kubernetes.io/arch": "amd64" } } }),
    ),
  ];
  return {
    kubernetesVersion: "1.36",
    objects: [...system, ...objects, ...objects.flatMap((one) => made(one, cloud))],
    usedBytes,
    unread: [],
  };
}

interface Spec {
  replicas?: number;
  template?: V1PodTemplateSpec;
  volumeClaimTemplates?: V1PersistentVolumeClaim[];
}

/** Pods, and the claims of a StatefulSet. */
function made({ kind, metadata, ...rest }: Manifest, cloud: ManagedCloud): Manifest[] {
  const { replicas = 1, template, volumeClaimTemplates = [] } = (rest.spec ?? {}) as Spec;
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(kind) || !template) return [];
  const count = kind === "DaemonSet" ? 3 : replicas;
  const namespace = metadata.namespace ?? "";
  const owner = { kind: kind === "Deployment" ? "ReplicaSet" : kind, name: metadata.name, controller: true };
  return Array.from({ length: count }, (_, index) => {
    const suffix =
      kind === "StatefulSet"
        ? String(index)
        : kind === "Deployment"
          ? `5d4f8b-${index}abcd`.slice(0, 12)
          : `${index}abcd`;
    const name = `${metadata.name}-${suffix}`;
    const volumes: V1Volume[] = volumeClaimTemplates.map((one) => ({
      name: one.metadata?.name ?? "",
      persistentVolumeClaim: { claimName: `${one.metadata?.name}-${name}` },
    }));
    const pod = object("v1", "Pod", name, {
      metadata: { namespace, labels: template.metadata?.labels ?? {}, ownerReferences: [owner] },
      spec: { ...template.spec, volumes: [...(template.spec?.volumes ?? []), ...volumes] },
      status: { phase: "Running" },
    });
    const claims = volumeClaimTemplates.map((one) =>
      object("v1", "PersistentVolumeClaim", `${one.metadata?.name}-${name}`, {
        metadata: { namespace },
        spec: { storageClassName: cloud === "gcp" ? "standard-rwo" : "standard", ...one.spec },
        status: { phase: "Bound" },
      }),
    );
    return [pod, ...claims];
  }).flat();
}

export function values(cloud: ManagedCloud, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    cloud,
    environment: "prod",
    region: regions[cloud],
    network: { cidr: "10.20.0.0/16" },
    gitops: { repository: "https://github.com/example/kubernetes-platform", sealingKeys: [{ privateKey: "secret" }] },
    ...more,
  };
}

export const sealingKey = ["gitops", "sealingKeys", "0", "privateKey"];

/** The plan of a move from AWS to Google, unless said otherwise. */
export function plan(
  objects: Manifest[],
  {
    from = "aws",
    to = "gcp",
    more = {},
    request = {},
    secrets = [sealingKey],
    usedBytes = {},
    version,
  }: {
    from?: ManagedCloud;
    to?: ManagedCloud;
    more?: Record<string, unknown>;
    request?: Partial<PlanRequest>;
    secrets?: string[][];
    usedBytes?: Record<string, number>;
    version?: string;
  } = {},
): MigrationPlan {
  const read = inventory(from, objects, usedBytes);
  return planOf(
    { name: "prod", values: values(from, more), secrets },
    clusterIds[from],
    version === undefined ? read : { ...read, kubernetesVersion: version },
    { to: `prod-${to}`, cloud: to, set: [], ...request },
  );
}

/** Findings of a code, of one object where it is named. */
export function found({ findings }: MigrationPlan, code: FindingCode, title?: string): Finding[] {
  return findings.filter((one) => one.code === code && (title === undefined || one.object === title));
}
