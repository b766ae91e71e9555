/** What the platform's own monitoring keeps in volumes: the metrics' history, silences, and what people made in Grafana. */
import { namespaces, releaseName } from "../../../components/monitoring/values";
import type { Change } from "../writers";

export const namespace = namespaces.main;

export interface Part {
  name: "prometheus" | "alertmanager" | "grafana";
  /** The same on every cloud. */
  claim: string;
  /** Where its files are in the volume. */
  folder: string;
  /** Who writes them. */
  user: { runAsUser: number; runAsGroup: number; fsGroup: number };
  /**
   * What makes its files ready to be copied: the API for snapshots, which is off otherwise, or no pod at all. `from` is what
   * the object has at the time.
   */
  change: Omit<Change, "phase" | "namespace" | "from">;
}

/** Of the chart (prometheus.prometheusSpec.securityContext, alertmanager.alertmanagerSpec.securityContext). */
const operated = { runAsUser: 1000, runAsGroup: 2000, fsGroup: 2000 };

/**
 * Names of claims and folders are the operator's (`volumeName`, `subPathForStorage` in pkg/prometheus and pkg/alertmanager of
 * prometheus-operator 0.93); Grafana's user is its chart's.
 */
export const parts: Part[] = [
  {
    name: "grafana",
    claim: `${releaseName}-grafana`,
    folder: "",
    user: { runAsUser: 472, runAsGroup: 472, fsGroup: 472 },
    change: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: `${releaseName}-grafana`,
      path: ["spec", "replicas"],
      to: 0,
    },
  },
  {
    name: "alertmanager",
    claim: claimOf("alertmanager"),
    folder: "alertmanager-db",
    user: operated,
    change: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "Alertmanager",
      name: `${releaseName}-alertmanager`,
      path: ["spec", "replicas"],
      to: 0,
    },
  },
  {
    name: "prometheus",
    claim: claimOf("prometheus"),
    folder: "prometheus-db",
    user: operated,
    change: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "Prometheus",
      name: `${releaseName}-prometheus`,
      path: ["spec", "enableAdminAPI"],
      to: true,
    },
  },
];

/** Of the only pod of the operator's StatefulSet. */
function claimOf(part: "alertmanager" | "prometheus"): string {
  const set = `${part}-${releaseName}-${part}`;
  return `${set}-db-${set}-0`;
}

/** Where Prometheus listens in its pod. */
export const prometheusPort = 9090;

/** The operator's, of Prometheus. */
export const prometheusSet = `prometheus-${releaseName}-prometheus`;
