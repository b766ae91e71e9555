/** Objects that values switch on and that no rendering of `../charts` has: budgets, Ingresses, volumes, Velero's own. */
import { isRecord, type KubernetesObject, text } from "../objects";
import { components } from "./components";
import { fullName, renamed } from "./names";
import { filled, mapOf, podTemplate, setting, type Json } from "./pods";
import { budget, commonLabels, type Rendering } from "./rendering";
import { valueAt } from "./values";

export function extraObjects(rendering: Rendering): KubernetesObject[] {
  return [
    ...budgets(rendering),
    ...ingresses(rendering),
    ...scraping(rendering),
    ...(rendering.chart.chart === "kube-prometheus-stack" ? monitoring(rendering) : []),
    ...(rendering.chart.chart === "velero" ? velero(rendering) : []),
  ];
}

function object(rendering: Rendering, apiVersion: string, kind: string, name: string, rest: Json): KubernetesObject {
  const { namespace } = rendering.release;
  return { apiVersion, kind, metadata: { name, namespace, labels: commonLabels(rendering) }, ...rest };
}

function budgets(rendering: Rendering): KubernetesObject[] {
  const { chart, values, release } = rendering;
  return (components[chart.chart] ?? []).flatMap((component) => {
    const wanted = component.budget ? setting(values, component, component.budget) : undefined;
    const isRendered = chart.objects.some(
      ({ kind, name }) => kind === "PodDisruptionBudget" && name === component.workload,
    );
    if (!isRecord(wanted) || isRendered || wanted.enabled === false || wanted.create === false) return [];
    if (wanted.enabled === undefined && wanted.minAvailable === undefined && wanted.maxUnavailable === undefined)
      return [];
    const selector = { matchLabels: filled(component.labels, release) };
    const name = renamed(rendering, component.workload, "PodDisruptionBudget");
    return [object(rendering, "policy/v1", "PodDisruptionBudget", name, { spec: { selector, ...budget(wanted) } })];
  });
}

/** Metrics that are off by default: the switch of the ServiceMonitor, and of a Service of their own where there is one. */
const scraped: Record<string, { monitor: string; service?: string; port: [name: string, port: number] }> = {
  "aws-load-balancer-controller": { monitor: "serviceMonitor.enabled", port: ["metrics-server", 8080] },
  "cert-manager": { monitor: "prometheus.servicemonitor.enabled", port: ["tcp-prometheus-servicemonitor", 9402] },
  "cluster-autoscaler": { monitor: "serviceMonitor.enabled", port: ["http", 8085] },
  "external-dns": { monitor: "serviceMonitor.enabled", port: ["http", 7979] },
  "metrics-server": { monitor: "serviceMonitor.enabled", port: ["https", 443] },
  "sealed-secrets": { monitor: "metrics.serviceMonitor.enabled", port: ["metrics", 8081] },
  traefik: {
    monitor: "metrics.prometheus.serviceMonitor.enabled",
    service: "metrics.prometheus.service.enabled",
    port: ["metrics", 9100],
  },
  velero: { monitor: "metrics.serviceMonitor.enabled", port: ["http-monitoring", 8085] },
};

function scraping(rendering: Rendering): KubernetesObject[] {
  const { chart, values, release } = rendering;
  const source = scraped[chart.chart];
  const component = components[chart.chart]?.find(({ values: path }) => path === "");
  if (!source || !component) return [];
  const { monitor, service, port } = source;
  const [name, number] = port;
  const labels = filled(component.labels, release);
  const full = fullName(rendering);
  const objects: KubernetesObject[] = [];
  if (service && valueAt(values, service) === true) {
    const spec = { selector: labels, ports: [{ name, port: number, targetPort: number, protocol: "TCP" }] };
    objects.push(object(rendering, "v1", "Service", `${full}-metrics`, { spec }));
  }
  const isRendered = chart.objects.some(({ kind }) => kind === "ServiceMonitor");
  if (valueAt(values, monitor) === true && !isRendered) {
    const spec = { selector: { matchLabels: labels }, endpoints: [{ port: name, path: "/metrics" }] };
    objects.push(object(rendering, "monitoring.coreos.com/v1", "ServiceMonitor", full, { spec }));
  }
  return [...objects, ...scaling(rendering)];
}

/** Traefik's own autoscaler takes its metrics from the values as they are. */
function scaling(rendering: Rendering): KubernetesObject[] {
  const { chart, values } = rendering;
  const given = mapOf(valueAt(values, "autoscaling"));
  if (chart.chart !== "traefik" || given.enabled !== true) return [];
  const name = fullName(rendering);
  const { minReplicas, maxReplicas, metrics, behavior } = given;
  const spec = {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    maxReplicas,
    ...(minReplicas === undefined ? {} : { minReplicas }),
    ...(Array.isArray(metrics) ? { metrics } : {}),
    ...(isRecord(behavior) ? { behavior } : {}),
  };
  return [object(rendering, "autoscaling/v2", "HorizontalPodAutoscaler", name, { spec })];
}

interface IngressSource {
  values: string;
  service: string;
  port: string;
}

const ingressSources: Record<string, IngressSource[]> = {
  "argo-cd": [{ values: "server.ingress", service: "argocd-server", port: "http" }],
  "kube-prometheus-stack": [
    { values: "grafana.ingress", service: "kube-prometheus-stack-grafana", port: "http-web" },
    { values: "prometheus.ingress", service: "kube-prometheus-stack-prometheus", port: "http-web" },
    { values: "alertmanager.ingress", service: "kube-prometheus-stack-alertmanager", port: "http-web" },
  ],
};

function ingresses(rendering: Rendering): KubernetesObject[] {
  const { chart, values } = rendering;
  return (ingressSources[chart.chart] ?? []).flatMap(({ values: path, service, port }) => {
    const ingress = mapOf(valueAt(values, path));
    if (ingress.enabled !== true) return [];
    const hosts = [...listOf(ingress.hosts), ...[ingress.hostname ?? valueAt(values, "global.domain")]].filter(
      (host, index, all) => typeof host === "string" && all.indexOf(host) === index,
    );
    const usesTls = ingress.tls === true || (Array.isArray(ingress.tls) && ingress.tls.length > 0);
    const tls = Array.isArray(ingress.tls) ? ingress.tls : [{ hosts, secretName: `${service}-tls` }];
    const name = renamed(rendering, service, "Ingress");
    const backend = { service: { name, port: { name: port } } };
    const spec = {
      ...(typeof ingress.ingressClassName === "string" ? { ingressClassName: ingress.ingressClassName } : {}),
      ...(usesTls ? { tls } : {}),
      rules: hosts.map((host) => ({ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } })),
    };
    const made = object(rendering, "networking.k8s.io/v1", "Ingress", name, { spec });
    return [
      { ...made, metadata: { ...made.metadata, annotations: mapOf(ingress.annotations) as Record<string, string> } },
    ];
  });
}

/** Flags that the operator gives (pkg/prometheus/promcfg.go of prometheus-operator 0.93), without those of web and rules. */
function prometheusArguments(spec: unknown): string[] {
  const { retention, retentionSize } = mapOf(spec);
  return [
    "--config.file=/etc/prometheus/config_out/prometheus.env.yaml",
    "--storage.tsdb.path=/prometheus",
    "--web.enable-lifecycle",
    ...(typeof retention === "string" ? [`--storage.tsdb.retention.time=${retention}`] : []),
    ...(typeof retentionSize === "string" ? [`--storage.tsdb.retention.size=${retentionSize}`] : []),
  ];
}

/** Grafana's volume; and what the operator, which does not run here, makes of its two resources. */
function monitoring(rendering: Rendering): KubernetesObject[] {
  const { values, release } = rendering;
  const claim = mapOf(valueAt(values, "grafana.persistence"));
  const objects: KubernetesObject[] = [];
  if (claim.enabled === true && !claim.existingClaim && valueAt(values, "grafana.enabled") !== false) {
    const spec = {
      accessModes: claim.accessModes ?? ["ReadWriteOnce"],
      resources: { requests: { storage: claim.size ?? "10Gi" } },
      ...(claim.storageClassName ? { storageClassName: claim.storageClassName } : {}),
    };
    const name = renamed(rendering, "kube-prometheus-stack-grafana", "PersistentVolumeClaim");
    objects.push(object(rendering, "v1", "PersistentVolumeClaim", name, { spec }));
  }
  const operated = [
    { part: "prometheus", image: "quay.io/prometheus/prometheus:v3.14.0-distroless", storage: "storageSpec" },
    { part: "alertmanager", image: "quay.io/prometheus/alertmanager:v0.34.0", storage: "storage" },
  ];
  for (const { part, image, storage } of operated) {
    if (valueAt(values, `${part}.enabled`) === false) continue;
    const path = `${part}.${part}Spec`;
    const name = renamed(rendering, `kube-prometheus-stack-${part}`, "StatefulSet");
    const component = components["kube-prometheus-stack"]?.find(({ values: own }) => own === path);
    const labels = Object.fromEntries(
      Object.entries(filled(component?.labels ?? {}, release)).map(([key, value]) => [
        key,
        renamed(rendering, value, "StatefulSet"),
      ]),
    );
    const volume = mapOf(valueAt(values, `${path}.${storage}.volumeClaimTemplate`));
    const volumeName = `${part}-${name}-db`;
    const container = {
      ...(part === "prometheus" ? { args: prometheusArguments(valueAt(values, path)) } : {}),
      ...(volume.spec ? { volumeMounts: [{ name: volumeName, mountPath: `/${part}`, subPath: `${part}-db` }] } : {}),
    };
    const rest = { container, volumes: [], initContainers: [] };
    const template = podTemplate({ values, release, component, labels, images: [image], serviceAccount: name, rest });
    const claims = volume.spec
      ? [{ metadata: { name: volumeName, ...mapOf(volume.metadata) }, spec: volume.spec }]
      : [];
    const replicas = valueAt(values, `${path}.replicas`) ?? 1;
    const spec = {
      replicas,
      serviceName: `${part}-operated`,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      template,
      ...(claims.length > 0 ? { volumeClaimTemplates: claims } : {}),
    };
    objects.push(object(rendering, "apps/v1", "StatefulSet", `${part}-${name}`, { spec }));
  }
  return objects;
}

/** Locations and schedules, as templates/{backupstoragelocation,volumesnapshotlocation,schedule}.yaml write them. */
function velero(rendering: Rendering): KubernetesObject[] {
  const { values } = rendering;
  const made = (kind: string, name: unknown, spec: Json) =>
    object(rendering, "velero.io/v1", kind, text(name, "default"), { spec });
  const locations = listOf(valueAt(values, "configuration.backupStorageLocation")).map(mapOf);
  const snapshots = listOf(valueAt(values, "configuration.volumeSnapshotLocation")).map(mapOf);
  const schedules = Object.entries(mapOf(valueAt(values, "schedules"))).map(([key, given]) => ({
    key,
    ...mapOf(given),
  }));
  return [
    ...(valueAt(values, "backupsEnabled") === false ? [] : locations).map((location) =>
      made("BackupStorageLocation", location.name, {
        provider: location.provider,
        objectStorage: {
          bucket: location.bucket,
          ...(location.prefix ? { prefix: location.prefix } : {}),
          ...(location.caCert ? { caCert: location.caCert } : {}),
        },
        ...(location.config ? { config: location.config } : {}),
        ...(location.default === true ? { default: true } : {}),
        ...(location.accessMode ? { accessMode: location.accessMode } : {}),
        ...(location.credential ? { credential: location.credential } : {}),
      }),
    ),
    ...(valueAt(values, "snapshotsEnabled") === false ? [] : snapshots).map((location) =>
      made("VolumeSnapshotLocation", location.name, {
        provider: location.provider,
        ...(location.config ? { config: location.config } : {}),
      }),
    ),
    ...schedules
      .filter((schedule) => !("disabled" in schedule && schedule.disabled === true))
      .map((schedule) => {
        const { schedule: cron, template, useOwnerReferencesInBackup, paused } = schedule as Json;
        const options = { useOwnerReferencesInBackup, paused };
        return made("Schedule", `${fullName(rendering)}-${schedule.key}`, {
          schedule: cron,
          template: mapOf(template),
          ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
        });
      }),
  ];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
