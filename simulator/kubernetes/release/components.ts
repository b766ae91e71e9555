/**
 * The workloads that the charts in use install: which values steer them, their labels and ports. Names are those of the
 * rendering in `../charts/<chart>.json`; labels and ports are from the charts' own templates at the versions there.
 */
export interface Component {
  /** Name of the Deployment, StatefulSet or DaemonSet. */
  workload: string;
  /** Path of its values; empty for a chart with one workload at the top. */
  values: string;
  /** Selector labels; `{release}` and `{namespace}` stand for the release's own. */
  labels: Record<string, string>;
  /** Name, Service port, container port. */
  ports?: [string, number, number][];
  /** Path of the replica count below `values`. Default `replicas`. */
  replicas?: string;
  /** Where the chart's own default is not one. */
  defaultReplicas?: number;
  /** Path of the disruption budget below `values`. */
  budget?: string;
  /** Path of the resources below `values`. Default `resources`. */
  resources?: string;
  /** Uses the node itself: host network, processes and paths (Pod Security `privileged`). */
  hostAccess?: string[];
  /** Path, from the top, of the switch that keeps two of its pods off one node; on unless turned off. */
  hardAntiAffinity?: string;
  /** Paths, from the top, of values that name a Secret which the pods mount. */
  secrets?: string[];
  /** Services that send traffic to it, other than those whose names begin with its own. */
  services?: string[];
}

const argocd = (component: string, name = component): Record<string, string> => ({
  "app.kubernetes.io/name": `argocd-${name}`,
  "app.kubernetes.io/instance": "{release}",
});
const standard = (name: string): Record<string, string> => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": "{release}",
});

export const components: Record<string, Component[]> = {
  "argo-cd": [
    {
      workload: "argocd-application-controller",
      values: "controller",
      labels: argocd("application-controller"),
      ports: [["http-metrics", 8082, 8082]],
      budget: "pdb",
    },
    {
      workload: "argocd-server",
      values: "server",
      labels: argocd("server"),
      ports: [
        ["http", 80, 8080],
        ["https", 443, 8080],
      ],
      budget: "pdb",
    },
    {
      workload: "argocd-repo-server",
      values: "repoServer",
      labels: argocd("repo-server"),
      ports: [["tcp-repo-server", 8081, 8081]],
      budget: "pdb",
    },
    {
      workload: "argocd-applicationset-controller",
      values: "applicationSet",
      labels: argocd("applicationset-controller"),
      ports: [["http-webhook", 7000, 7000]],
      budget: "pdb",
    },
    {
      workload: "argocd-notifications-controller",
      values: "notifications",
      labels: argocd("notifications-controller"),
      ports: [["http-metrics", 9001, 9001]],
      budget: "pdb",
    },
    {
      workload: "argocd-dex-server",
      values: "dex",
      labels: argocd("dex-server"),
      ports: [
        ["http", 5556, 5556],
        ["grpc", 5557, 5557],
      ],
      budget: "pdb",
    },
    {
      workload: "argocd-redis-ha-haproxy",
      values: "redis-ha.haproxy",
      labels: { app: "redis-ha-haproxy", release: "{release}" },
      ports: [["tcp-haproxy", 6379, 6379]],
      defaultReplicas: 3,
      hardAntiAffinity: "redis-ha.haproxy.hardAntiAffinity",
    },
    {
      workload: "argocd-redis-ha-server",
      values: "redis-ha",
      labels: { app: "redis-ha", release: "{release}" },
      ports: [
        ["tcp-server", 6379, 6379],
        ["tcp-sentinel", 26379, 26379],
      ],
      defaultReplicas: 3,
      resources: "redis.resources",
      hardAntiAffinity: "redis-ha.hardAntiAffinity",
      services: [
        "argocd-redis-ha",
        "argocd-redis-ha-announce-0",
        "argocd-redis-ha-announce-1",
        "argocd-redis-ha-announce-2",
      ],
    },
    {
      workload: "argocd-redis",
      values: "redis",
      labels: argocd("redis"),
      ports: [["tcp-redis", 6379, 6379]],
      budget: "pdb",
    },
  ],
  "aws-load-balancer-controller": [
    {
      workload: "aws-load-balancer-controller",
      values: "",
      labels: standard("aws-load-balancer-controller"),
      ports: [["webhook-server", 443, 9443]],
      replicas: "replicaCount",
      defaultReplicas: 2,
      budget: "podDisruptionBudget",
      services: ["aws-load-balancer-webhook-service"],
    },
  ],
  "cert-manager": [
    {
      workload: "cert-manager-webhook",
      values: "webhook",
      labels: { ...standard("webhook"), "app.kubernetes.io/component": "webhook" },
      ports: [["https", 443, 10250]],
      replicas: "replicaCount",
      budget: "podDisruptionBudget",
    },
    {
      workload: "cert-manager-cainjector",
      values: "cainjector",
      labels: { ...standard("cainjector"), "app.kubernetes.io/component": "cainjector" },
      ports: [["http-metrics", 9402, 9402]],
      replicas: "replicaCount",
      budget: "podDisruptionBudget",
    },
    {
      workload: "cert-manager",
      values: "",
      labels: { ...standard("cert-manager"), "app.kubernetes.io/component": "controller" },
      ports: [["tcp-prometheus-servicemonitor", 9402, 9402]],
      replicas: "replicaCount",
      budget: "podDisruptionBudget",
    },
  ],
  "cluster-autoscaler": [
    {
      workload: "cluster-autoscaler-aws-cluster-autoscaler",
      values: "",
      labels: standard("aws-cluster-autoscaler"),
      ports: [["http", 8085, 8085]],
      replicas: "replicaCount",
      budget: "podDisruptionBudget",
    },
  ],
  "external-dns": [
    { workload: "external-dns", values: "", labels: standard("external-dns"), ports: [["http", 7979, 7979]] },
  ],
  "kube-prometheus-stack": [
    {
      workload: "kube-prometheus-stack-prometheus-node-exporter",
      values: "prometheus-node-exporter",
      labels: standard("prometheus-node-exporter"),
      ports: [["http-metrics", 9100, 9100]],
      hostAccess: ["/", "/proc", "/sys"],
    },
    {
      workload: "kube-prometheus-stack-grafana",
      values: "grafana",
      labels: standard("grafana"),
      ports: [["http-web", 80, 3000]],
      secrets: ["grafana.admin.existingSecret", "grafana.smtp.existingSecret"],
      budget: "podDisruptionBudget",
    },
    {
      workload: "kube-prometheus-stack-kube-state-metrics",
      values: "kube-state-metrics",
      labels: standard("kube-state-metrics"),
      ports: [["http", 8080, 8080]],
      budget: "podDisruptionBudget",
    },
    {
      workload: "kube-prometheus-stack-operator",
      values: "prometheusOperator",
      labels: { app: "kube-prometheus-stack-operator", release: "{release}" },
      ports: [["https", 443, 10250]],
    },
    {
      workload: "kube-prometheus-stack-prometheus",
      values: "prometheus.prometheusSpec",
      labels: {
        "app.kubernetes.io/name": "prometheus",
        "operator.prometheus.io/name": "kube-prometheus-stack-prometheus",
      },
      ports: [
        ["http-web", 9090, 9090],
        ["reloader-web", 8080, 8080],
      ],
    },
    {
      workload: "kube-prometheus-stack-alertmanager",
      values: "alertmanager.alertmanagerSpec",
      labels: {
        "app.kubernetes.io/name": "alertmanager",
        alertmanager: "kube-prometheus-stack-alertmanager",
      },
      ports: [
        ["http-web", 9093, 9093],
        ["reloader-web", 8080, 8080],
      ],
      secrets: ["alertmanager.alertmanagerSpec.configSecret"],
    },
  ],
  "metrics-server": [
    {
      workload: "metrics-server",
      values: "",
      labels: standard("metrics-server"),
      ports: [["https", 443, 10250]],
      budget: "podDisruptionBudget",
    },
  ],
  "prometheus-operator-crds": [],
  "sealed-secrets": [
    {
      workload: "sealed-secrets",
      values: "",
      labels: standard("sealed-secrets"),
      ports: [["http", 8080, 8080]],
      budget: "pdb",
    },
  ],
  traefik: [
    {
      workload: "traefik",
      values: "",
      labels: { "app.kubernetes.io/name": "traefik", "app.kubernetes.io/instance": "{release}-{namespace}" },
      ports: [
        ["web", 80, 8000],
        ["websecure", 443, 8443],
      ],
      replicas: "deployment.replicas",
      budget: "podDisruptionBudget",
    },
  ],
  velero: [
    {
      workload: "node-agent",
      values: "nodeAgent",
      labels: { name: "node-agent", role: "node-agent" },
      hostAccess: ["/var/lib/kubelet/pods", "/var/lib/kubelet/plugins"],
    },
    {
      workload: "velero",
      values: "",
      labels: standard("velero"),
      ports: [["http-monitoring", 8085, 8085]],
      budget: "podDisruptionBudget",
    },
  ],
};
