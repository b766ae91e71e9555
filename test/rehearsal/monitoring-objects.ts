/** Prometheus, Alertmanager and Grafana as the chart and its operator make them, for tests of how what they keep is moved. */
import { namespaces, releaseName } from "../../components/monitoring/values";
import { parts } from "../../cli/migrate/monitoring/parts";
import type { KubernetesManifest } from "../../simulator/cloud/behaviour";

const namespace = namespaces.main;
const restricted = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const plain = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const images = {
  prometheus: "quay.io/prometheus/prometheus:v3.14.0-distroless",
  alertmanager: "quay.io/prometheus/alertmanager:v0.34.0",
};

/** The operator's kinds, as far as they are needed. */
export const operatorKinds: KubernetesManifest[] = (
  [
    ["Prometheus", "prometheuses"],
    ["Alertmanager", "alertmanagers"],
  ] as const
).map(([kind, plural]) => {
  const group = "monitoring.coreos.com";
  const properties = { replicas: { type: "integer" }, enableAdminAPI: { type: "boolean" } };
  const schema = { type: "object", properties: { spec: { type: "object", properties } } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
});

/** The namespace, as `components/monitoring.ts` makes it. */
export function monitoringNamespace(): KubernetesManifest[] {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "platform", namespace },
      spec: { hard: { "requests.cpu": "4", "requests.memory": "16Gi" } },
    },
    {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "platform", namespace },
      spec: { limits: [{ type: "Container", defaultRequest: { cpu: "10m", memory: "32Mi" } }] },
    },
  ];
}

export function monitoringPrograms(storageClassName: string): KubernetesManifest[] {
  const grafana = `${releaseName}-grafana`;
  const spec = { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "10Gi" } } };
  return [
    ...(["prometheus", "alertmanager"] as const).flatMap((part) => operated(part, spec)),
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        ...{ name: grafana, namespace, labels: { "app.kubernetes.io/managed-by": "Helm" } },
        annotations: { "meta.helm.sh/release-name": releaseName, "meta.helm.sh/release-namespace": namespace },
      },
      spec,
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: grafana, namespace },
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: { app: grafana } },
        template: {
          metadata: { labels: { app: grafana } },
          spec: {
            securityContext: restricted,
            containers: [{ name: "grafana", image: "grafana:1", securityContext: plain }],
            volumes: [{ name: "storage", persistentVolumeClaim: { claimName: grafana } }],
          },
        },
      },
    },
  ];
}

/** What the chart makes, and what the operator makes of it. */
function operated(part: "prometheus" | "alertmanager", spec: Record<string, unknown>): KubernetesManifest[] {
  const name = `${releaseName}-${part}`;
  const volume = `${part}-${name}-db`;
  const labels = { "app.kubernetes.io/name": part };
  const args = ["--storage.tsdb.path=/prometheus", "--storage.tsdb.retention.time=30d"];
  const container = {
    ...{ name: part, image: images[part], securityContext: plain },
    ...(part === "prometheus" ? { args, ports: [{ name: "http-web", containerPort: 9090 }] } : {}),
    volumeMounts: [{ name: volume, mountPath: `/${part}`, subPath: `${part}-db` }],
  };
  return [
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: part === "prometheus" ? "Prometheus" : "Alertmanager",
      metadata: { name, namespace },
      spec: { replicas: 1, ...(part === "prometheus" ? { enableAdminAPI: false } : {}) },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: `${part}-${name}`, namespace },
      spec: {
        ...{ replicas: 1, serviceName: `${part}-operated`, podManagementPolicy: "Parallel" },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { securityContext: restricted, containers: [container] } },
        volumeClaimTemplates: [{ metadata: { name: volume, labels }, spec }],
      },
    },
  ];
}

export const claims = Object.fromEntries(parts.map(({ name, claim }) => [name, claim])) as Record<
  "prometheus" | "alertmanager" | "grafana",
  string
>;
