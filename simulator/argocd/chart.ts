/** What is known of the chart argo-cd, read from its source by `chart/derive.ts`. */
import data from "./chart/argo-cd.json";

export interface ChartFacts {
  version: string;
  /** Of the Argo CD that the chart deploys: `v3.4.4`. */
  appVersion: string;
  source: { chart: string; commit: string; rehearsed: string };
  defaults: {
    cm: Record<string, string | boolean>;
    rbac: Record<string, string>;
    knownHosts: string;
  };
  /** Program → environment variable → the ConfigMap and key that its pods are given it from. */
  environment: Record<string, Record<string, { configMap: string; key: string }>>;
  /** Keys of argocd-cmd-params-cm that the rehearsed Argo CD reads. */
  rehearsedSettings: string[];
}

export const chart: ChartFacts = data;
