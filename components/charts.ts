/**
 * Every Helm chart that the platform installs: where it comes from and which version. The only place that names a
 * version. Looked up in the charts' own repositories on 2026-11-21.
 */
export interface Chart {
  chart: string;
  /** URL of the chart's repository. */
  repository: string;
  version: string;
}

export const charts = {
  traefik: { chart: "traefik", repository: "https://traefik.github.io/charts", version: "41.3.0" },
  "prometheus-operator-crds": {
    chart: "prometheus-operator-crds",
    repository: "https://prometheus-community.github.io/helm-charts",
    version: "31.0.1",
  },
  "kube-prometheus-stack": {
    chart: "kube-prometheus-stack",
    repository: "https://prometheus-community.github.io/helm-charts",
    version: "88.5.3",
  },
  "argo-cd": { chart: "argo-cd", repository: "https://argoproj.github.io/argo-helm", version: "10.1.1" },
  velero: { chart: "velero", repository: "https://vmware-tanzu.github.io/helm-charts", version: "12.1.0" },
  "cert-manager": { chart: "cert-manager", repository: "https://charts.jetstack.io", version: "v1.21.1" },
  "external-dns": {
    chart: "external-dns",
    repository: "https://kubernetes-sigs.github.io/external-dns/",
    version: "1.21.1",
  },
  "aws-load-balancer-controller": {
    chart: "aws-load-balancer-controller",
    repository: "https://aws.github.io/eks-charts",
    version: "3.5.0",
  },
  "cluster-autoscaler": {
    chart: "cluster-autoscaler",
    repository: "https://kubernetes.github.io/autoscaler",
    version: "9.59.0",
  },
  "metrics-server": {
    chart: "metrics-server",
    repository: "https://kubernetes-sigs.github.io/metrics-server/",
    version: "3.13.1",
  },
} as const satisfies Record<string, Chart>;
