/** Values of the chart kube-prometheus-stack. */
import { urlOf } from "../addresses";
import type { Traits } from "../cluster";
import type { PlatformConfig } from "../config/types";
import { volumeClass } from "../storage";

/** The node exporter needs the node itself, and so a namespace where Pod Security lets it. */
export const namespaces = { main: "monitoring", nodes: "node-exporter" } as const;

export const releaseName = "kube-prometheus-stack";

export const grafanaAdmin = { secret: "grafana-admin", userKey: "admin-user", passwordKey: "admin-password" } as const;

/** Where the operator looks for the configuration of the chart's Alertmanager. */
export const alertmanagerSecret = `alertmanager-${releaseName}-alertmanager`;

export function monitoringValues(config: PlatformConfig, traits: Traits): Record<string, unknown> {
  return {
    // They are a release of their own: Helm never upgrades what a chart has in its folder crds/.
    crds: { enabled: false },
    // What the cloud runs and does not show would be reported as down for ever.
    kubeEtcd: { enabled: traits.monitoring.etcd },
    kubeScheduler: { enabled: traits.monitoring.scheduler },
    kubeControllerManager: { enabled: traits.monitoring.controllerManager },
    kubeProxy: { enabled: traits.monitoring.kubeProxy },
    coreDns: { enabled: traits.monitoring.coreDns },
    kubeDns: { enabled: traits.monitoring.kubeDns },
    defaultRules: {
      rules: {
        etcd: traits.monitoring.etcd,
        kubeSchedulerAlerting: traits.monitoring.scheduler,
        kubeSchedulerRecording: traits.monitoring.scheduler,
        kubeControllerManager: traits.monitoring.controllerManager,
        kubeProxy: traits.monitoring.kubeProxy,
      },
    },
    prometheus: unlessPaused(config, prometheus(config, traits)),
    alertmanager: unlessPaused(config, alertmanager(config, traits)),
    grafana: unlessPaused(config, grafana(config, traits)),
    // The operator makes this Service itself, and nothing ever deletes it: here it goes with the namespace.
    kubelet: { namespace: namespaces.main },
    prometheusOperator: {
      kubeletService: { namespace: namespaces.main },
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
      prometheusConfigReloader: {
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
      },
    },
    "kube-state-metrics": { resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "512Mi" } } },
    "prometheus-node-exporter": {
      namespaceOverride: namespaces.nodes,
      resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    },
  };
}

/**
 * What has a volume is not there at all before a restore has filled it. With no replica it would still be: a StatefulSet
 * or ReplicaSet takes a restored pod for one of its own that is too many, and deletes it while its files are written;
 * and a claim that no pod uses stays unbound, for which Helm waits in vain.
 */
function unlessPaused({ bootstrap }: PlatformConfig, values: Record<string, unknown>): Record<string, unknown> {
  return bootstrap === "paused" ? { enabled: false } : values;
}

function prometheus(
  { monitoring, nodes, environment, cloud, region }: PlatformConfig,
  traits: Traits,
): Record<string, unknown> {
  // A quarter of a node, and never more than 8 GiB: what a full cluster of large nodes needs.
  const memory = `${Math.min(8, Math.max(1, Math.floor(nodes.memoryGiB / 4)))}Gi`;
  const cpu = nodes.vcpu >= 8 ? "500m" : "200m";
  return {
    prometheusSpec: {
      retention: `${monitoring.retentionDays}d`,
      // Beside the blocks, the volume holds the write-ahead log and what a compaction writes before it deletes.
      retentionSize: `${Math.floor(monitoring.storageGiB * 0.8)}GB`,
      storageSpec: { volumeClaimTemplate: { spec: claim(traits, monitoring.storageGiB) } },
      resources: { requests: { cpu, memory }, limits: { memory } },
      externalLabels: { cloud, region, environment },
      // Objects of every namespace, not only those that carry this release's label.
      ruleSelectorNilUsesHelmValues: false,
      serviceMonitorSelectorNilUsesHelmValues: false,
      podMonitorSelectorNilUsesHelmValues: false,
      probeSelectorNilUsesHelmValues: false,
      scrapeConfigSelectorNilUsesHelmValues: false,
      additionalScrapeConfigs: [annotatedPods],
    },
  };
}

/**
 * Pods of every namespace that ask for it by the customary annotations `prometheus.io/scrape`, `/path`, `/port`. Label
 * names: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#pod
 */
const annotatedPods = {
  job_name: "annotated-pods",
  kubernetes_sd_configs: [{ role: "pod" }],
  relabel_configs: [
    {
      source_labels: ["__meta_kubernetes_pod_annotation_prometheus_io_scrape"],
      regex: "true",
      action: "keep",
    },
    { source_labels: ["__meta_kubernetes_pod_phase"], regex: "Pending|Succeeded|Failed", action: "drop" },
    // Finished when the pod starts to serve; its ports would be asked in vain.
    { source_labels: ["__meta_kubernetes_pod_container_init"], regex: "true", action: "drop" },
    {
      source_labels: ["__meta_kubernetes_pod_annotation_prometheus_io_path"],
      regex: "(.+)",
      target_label: "__metrics_path__",
    },
    {
      source_labels: ["__meta_kubernetes_pod_ip", "__meta_kubernetes_pod_annotation_prometheus_io_port"],
      regex: "(.+);(\\d+)",
      replacement: "$1:$2",
      target_label: "__address__",
    },
    { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
    { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
    { source_labels: ["__meta_kubernetes_pod_label_app"], target_label: "app" },
  ],
};

function alertmanager({ monitoring }: PlatformConfig, traits: Traits): Record<string, unknown> {
  return {
    alertmanagerSpec: {
      // The program's own Secret: it holds the receivers' addresses and passwords.
      useExistingSecret: true,
      retention: `${monitoring.retentionDays * 24}h`,
      storage: { volumeClaimTemplate: { spec: claim(traits, 2) } },
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    },
  };
}

function grafana(config: PlatformConfig, traits: Traits): Record<string, unknown> {
  const url = urlOf(config, "grafana");
  return {
    admin: {
      existingSecret: grafanaAdmin.secret,
      userKey: grafanaAdmin.userKey,
      passwordKey: grafanaAdmin.passwordKey,
    },
    persistence: { enabled: true, storageClassName: volumeClass(traits), accessModes: ["ReadWriteOnce"], size: "10Gi" },
    // The volume is on one node at a time: a new pod beside the old one would wait for it for ever.
    deploymentStrategy: { type: "Recreate" },
    // It runs as root; the pod's fsGroup does the same on every CSI volume.
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "1Gi" } },
    defaultDashboardsTimezone: "browser",
    sidecar: {
      dashboards: { searchNamespace: "ALL" },
      resources: { requests: { cpu: "10m", memory: "96Mi" }, limits: { memory: "256Mi" } },
    },
    "grafana.ini": {
      analytics: { check_for_updates: false, reporting_enabled: false },
      ...(url === undefined ? {} : { server: { root_url: url } }),
    },
  };
}

function claim(traits: Traits, gibibytes: number): Record<string, unknown> {
  return {
    storageClassName: volumeClass(traits),
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: `${gibibytes}Gi` } },
  };
}
