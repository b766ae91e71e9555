/** Object names under another release name, or another `fullnameOverride` (the charts' `fullname` templates). */
import type { Rendering } from "./rendering";
import { valueAt } from "./values";

/** What `{{ .Chart.Name }}` or the chart's own `nameOverride` is in its full name. */
const chartNames: Record<string, string> = { "argo-cd": "argocd", "cluster-autoscaler": "aws-cluster-autoscaler" };

/** Names that no release name changes: the notes of `../charts` data, chart by chart. */
const fixed: Record<string, RegExp> = {
  "argo-cd":
    /^argocd-(application-controller|applicationset-controller|notifications-controller|server|dex-server)$|^argocd-(.*-)?(cm|secret)$/,
  "aws-load-balancer-controller": /^(alb|aws-load-balancer-(tls|webhook.*))$/,
  "metrics-server": /^(v1beta1\.metrics\.k8s\.io|system:metrics-server-aggregated-reader)$/,
  "sealed-secrets": /^secrets-unsealer$/,
  velero: /^(velero|node-agent|velero-repo-maintenance|default)$/,
};

/** Where other kinds of the same name do follow the release. */
const fixedKinds: Record<string, string[]> = {
  "argo-cd": ["ConfigMap", "Secret", "ServiceAccount"],
  velero: ["ConfigMap", "DaemonSet", "Deployment"],
};

/** Subcharts name their objects after the release, not after the chart. */
const subcharts = /^kube-prometheus-stack-(grafana|kube-state-metrics|prometheus-node-exporter)/;

export function fullName({ chart, release, values }: Rendering): string {
  const override = valueAt(values, "fullnameOverride");
  if (typeof override === "string" && override) return override;
  const nameOverride = valueAt(values, "nameOverride");
  const own =
    typeof nameOverride === "string" && nameOverride ? nameOverride : (chartNames[chart.chart] ?? chart.chart);
  const full = release.name.includes(own) ? release.name : `${release.name}-${own}`;
  return chart.chart === "kube-prometheus-stack" && full !== release.name ? full.slice(0, 26) : full;
}

/** `name` of the data in `../charts`, under this release's name. */
export function renamed(rendering: Rendering, name: string, kind: string): string {
  const { chart, release, values } = rendering;
  if (isFixed(chart.chart, name, kind)) return name;
  const isSubchart = subcharts.test(name);
  const base = isSubchart
    ? chart.release
    : fullName({ chart, release: { ...release, name: chart.release }, values: undefined });
  const wanted = isSubchart ? release.name : fullName({ chart, release, values });
  return base === wanted ? name : name.replace(base, wanted);
}

function isFixed(chart: string, name: string, kind: string): boolean {
  const kinds = fixedKinds[chart];
  return (fixed[chart]?.test(name) ?? false) && (kinds === undefined || kinds.includes(kind));
}
