/** The charts that a rehearsal knows. They are not rendered: their repositories may be out of reach. */
import argoCd from "./argo-cd.json";
import awsLoadBalancerController from "./aws-load-balancer-controller.json";
import certManager from "./cert-manager.json";
import clusterAutoscaler from "./cluster-autoscaler.json";
import externalDns from "./external-dns.json";
import kubePrometheusStack from "./kube-prometheus-stack.json";
import metricsServer from "./metrics-server.json";
import prometheusOperatorCrds from "./prometheus-operator-crds.json";
import sealedSecrets from "./sealed-secrets.json";
import traefik from "./traefik.json";
import velero from "./velero.json";

export interface ChartObject {
  apiVersion: string;
  kind: string;
  /** `release` for the release's own; absent for kinds without namespaces. */
  namespace?: string;
  name: string;
  images?: string[];
  serviceAccount?: string;
  /** Helm's hook events; not an object of the release. */
  hook?: string;
  /** Renderings that had it. */
  cases: string[];
}

export interface ChartData {
  chart: string;
  version: string;
  appVersion: string;
  repository: string;
  /** The same chart in a registry. */
  oci?: string;
  /** Repository, tag and path that the objects were rendered from. */
  source: Record<string, string>;
  /** Whether Helm installs the CRDs once (`crds/`) or as templates, which it upgrades and removes. */
  crds: "none" | "folder" | "templates";
  /** Release name that the objects are named after. */
  release: string;
  cases: string[];
  /** Leaves its ServiceMonitors out, silently, where the API server does not know them. */
  monitoringOptional: boolean;
  /** Key paths of values.yaml: `server.replicas`, `configs.cm["exec.enabled"]`, `list[].field`. */
  keys: string[];
  objects: ChartObject[];
}

const all = [
  argoCd,
  awsLoadBalancerController,
  certManager,
  clusterAutoscaler,
  externalDns,
  kubePrometheusStack,
  metricsServer,
  prometheusOperatorCrds,
  sealedSecrets,
  traefik,
  velero,
] as ChartData[];

export const charts: ReadonlyMap<string, ChartData> = new Map(all.map((chart) => [chart.chart, chart]));
