/** Which of a chart's objects are rendered under given values (the `if`s of the charts' templates). */
import type { ChartData, ChartObject } from "../charts";
import { isRecord } from "../objects";
import { valueAt } from "./values";

interface Question {
  /** A switch of the chart. */
  on: (path: string, otherwise?: boolean) => boolean;
  get: (path: string) => unknown;
}

type Rule = [objects: RegExp, isRendered: (values: Question) => boolean];

/** `Kind/name` against the first rule that matches; what no rule names is always there. */
const rules: Record<string, Rule[]> = {
  "argo-cd": [
    [
      /^ServiceMonitor\/argocd-redis-ha$/,
      ({ on }) => on("redis-ha.enabled") && on("redis-ha.exporter.serviceMonitor.enabled"),
    ],
    [
      /^ServiceMonitor\/argocd-redis-ha-haproxy$/,
      ({ on }) => on("redis-ha.enabled") && on("redis-ha.haproxy.metrics.serviceMonitor.enabled"),
    ],
    [/\/argocd-redis-ha/, ({ on }) => on("redis-ha.enabled")],
    [/redis-secret-init$/, ({ on }) => on("redisSecretInit.enabled", true)],
    [/\/argocd-redis(-health-configmap)?$/, ({ on }) => !on("redis-ha.enabled") && on("redis.enabled", true)],
    [/^HorizontalPodAutoscaler\/argocd-server$/, ({ on }) => on("server.autoscaling.enabled")],
    [/^HorizontalPodAutoscaler\/argocd-repo-server$/, ({ on }) => on("repoServer.autoscaling.enabled")],
    ...metrics({
      "argocd-application-controller": "controller",
      "argocd-applicationset-controller": "applicationSet",
      "argocd-notifications-controller": "notifications",
      "argocd-repo-server": "repoServer",
      "argocd-server": "server",
      "argocd-dex-server": "dex",
    }),
    [
      /^NetworkPolicy\/argocd-dex-server$/,
      ({ on }) => on("global.networkPolicy.create", true) && on("dex.enabled", true),
    ],
    [
      /^NetworkPolicy\/argocd-notifications/,
      ({ on }) => on("global.networkPolicy.create", true) && on("notifications.enabled", true),
    ],
    [
      /^NetworkPolicy\/argocd-applicationset-controller$/,
      ({ on }) =>
        on("global.networkPolicy.create", true) &&
        (on("applicationSet.metrics.enabled") || on("applicationSet.ingress.enabled")),
    ],
    [/^NetworkPolicy\//, ({ on }) => on("global.networkPolicy.create", true)],
    [/dex-server$/, ({ on }) => on("dex.enabled", true)],
    [
      /^ConfigMap\/argocd-notifications-cm$/,
      ({ on }) => on("notifications.enabled", true) && on("notifications.cm.create", true),
    ],
    [
      /^Secret\/argocd-notifications-secret$/,
      ({ on }) => on("notifications.enabled", true) && on("notifications.secret.create", true),
    ],
    [/notifications/, ({ on }) => on("notifications.enabled", true)],
    [/^ConfigMap\/argocd-cm$/, ({ on }) => on("configs.cm.create", true)],
    [/^ConfigMap\/argocd-cmd-params-cm$/, ({ on }) => on("configs.params.create", true)],
    [/^ConfigMap\/argocd-rbac-cm$/, ({ on }) => on("configs.rbac.create", true)],
    [/^ConfigMap\/argocd-ssh-known-hosts-cm$/, ({ on }) => on("configs.ssh.create", true)],
    [/^ConfigMap\/argocd-tls-certs-cm$/, ({ on }) => on("configs.tls.create", true)],
    [/^Secret\/argocd-secret$/, ({ on }) => on("configs.secret.createSecret", true)],
    [/^CustomResourceDefinition\//, ({ on }) => on("crds.install", true)],
  ],
  "aws-load-balancer-controller": [
    [/^IngressClass/, ({ on }) => on("createIngressClassResource", true)],
    [/^ServiceAccount\//, ({ on }) => on("serviceAccount.create", true)],
  ],
  "cert-manager": [
    [/^CustomResourceDefinition\//, ({ on }) => on("crds.enabled") || on("installCRDs")],
    [/startupapicheck/, ({ on }) => on("startupapicheck.enabled", true)],
    [/cainjector/, ({ on }) => on("cainjector.enabled", true)],
    [/^Service\/cert-manager(-cainjector)?$/, ({ on }) => on("prometheus.enabled", true)],
  ],
  "cluster-autoscaler": [
    // Without a cluster name the chart leaves the workload out, and says nothing.
    [/^Deployment\//, ({ get }) => Boolean(get("autoDiscovery.clusterName")) || notEmpty(get("autoscalingGroups"))],
    [
      /^PodDisruptionBudget\//,
      ({ get }) => get("podDisruptionBudget") === undefined || notEmpty(get("podDisruptionBudget")),
    ],
    [/^ServiceAccount\//, ({ on }) => on("rbac.serviceAccount.create", true)],
  ],
  "external-dns": [[/^ServiceAccount\//, ({ on }) => on("serviceAccount.create", true)]],
  "kube-prometheus-stack": [
    [/^CustomResourceDefinition\//, ({ on }) => on("crds.enabled", true)],
    [
      /^ServiceMonitor\/.*-grafana$/,
      ({ on }) => on("grafana.enabled", true) && on("grafana.serviceMonitor.enabled", true),
    ],
    [/-grafana-test$/, () => false],
    [/^Secret\/.*-grafana$/, ({ on, get }) => on("grafana.enabled", true) && !get("grafana.admin.existingSecret")],
    [/-grafana($|-)/, ({ on }) => on("grafana.enabled", true)],
    [/kube-state-metrics/, ({ on }) => on("kubeStateMetrics.enabled", true)],
    [
      /node-exporter|node-rsrc-use|-nodes(-|$)|node-network|node\.rules|cluster-rsrc-use/,
      ({ on }) => on("nodeExporter.enabled", true),
    ],
    [
      /admission/,
      ({ on }) => on("prometheusOperator.enabled", true) && on("prometheusOperator.admissionWebhooks.enabled", true),
    ],
    [
      /-(kube-controller-manager|controller-manager|kubernetes-system-controller-manager)$/,
      ({ on }) => on("kubeControllerManager.enabled", true),
    ],
    [
      /-(kube-scheduler|scheduler|kube-scheduler\.rules|kubernetes-system-scheduler)$/,
      ({ on }) => on("kubeScheduler.enabled", true),
    ],
    [/-(kube-etcd|etcd)$/, ({ on }) => on("kubeEtcd.enabled", true)],
    [/-(kube-proxy|proxy|kubernetes-system-kube-proxy)$/, ({ on }) => on("kubeProxy.enabled", true)],
    [/coredns$/, ({ on }) => on("coreDns.enabled", true)],
    [/^ServiceMonitor\/.*-kubelet$/, ({ on }) => on("kubelet.enabled", true)],
    [
      /^Secret\/alertmanager-/,
      ({ on }) => on("alertmanager.enabled", true) && !on("alertmanager.alertmanagerSpec.useExistingSecret"),
    ],
    [/alertmanager/, ({ on }) => on("alertmanager.enabled", true)],
    [/^PrometheusRule\//, ({ on }) => on("defaultRules.create", true)],
    [
      /^(Prometheus|Service|ServiceMonitor|ServiceAccount|ClusterRole|ClusterRoleBinding)\/.*-prometheus$/,
      ({ on }) => on("prometheus.enabled", true),
    ],
    [/-operator$/, ({ on }) => on("prometheusOperator.enabled", true)],
  ],
  "metrics-server": [[/^ServiceAccount\//, ({ on }) => on("serviceAccount.create", true)]],
  traefik: [
    [/^IngressClass\//, ({ on }) => on("ingressClass.enabled", true)],
    [/^Service\//, ({ on }) => on("service.enabled", true)],
    [
      /^Deployment\//,
      ({ on, get }) => on("deployment.enabled", true) && (get("deployment.kind") ?? "Deployment") === "Deployment",
    ],
  ],
  velero: [
    [/upgrade-crds$/, ({ on }) => on("upgradeCRDs", true)],
    [/^Secret\//, ({ on, get }) => on("credentials.useSecret", true) && !get("credentials.existingSecret")],
    [/^DaemonSet\/node-agent$/, ({ on }) => on("deployNodeAgent")],
    // Written from the values themselves.
    [/^(BackupStorageLocation|VolumeSnapshotLocation|Schedule)\//, () => false],
  ],
};

/** A component's metrics Service and ServiceMonitor. */
function metrics(paths: Record<string, string>): Rule[] {
  return Object.entries(paths).flatMap(([name, path]): Rule[] => [
    [new RegExp(`^Service/${name}-metrics$`), ({ on }) => on(`${path}.metrics.enabled`)],
    [
      new RegExp(`^ServiceMonitor/${name}$`),
      ({ on }) => on(`${path}.metrics.enabled`) && on(`${path}.metrics.serviceMonitor.enabled`),
    ],
  ]);
}

/** The objects of the chart that these values render. Test hooks are left out: no install runs them. */
export function renderedObjects(chart: ChartData, values: unknown): ChartObject[] {
  const question: Question = {
    get: (path) => valueAt(values, path),
    on: (path, otherwise = false) => {
      const value = valueAt(values, path);
      return value === undefined || value === null ? otherwise : Boolean(value);
    },
  };
  return chart.objects.filter((object) => {
    if (object.hook && /test/.test(object.hook)) return false;
    const key = `${object.kind}/${object.name}`;
    const rule = rules[chart.chart]?.find(([objects]) => objects.test(key));
    return rule ? rule[1](question) : true;
  });
}

function notEmpty(value: unknown): boolean {
  return (Array.isArray(value) && value.length > 0) || (isRecord(value) && Object.keys(value).length > 0);
}
