/**
 * metrics-server's objects in full where the program, which really runs, depends on them: its flags, its rights, the API
 * that it serves. As the chart's templates (3.13.1) write them.
 */
import { metricsApi, metricsServerPort, readerRule, serverRules } from "../../controlplane/born/metricsServer";
import type { ChartData } from "../charts";
import { text } from "../objects";
import type { Json } from "./pods";
import { valueAt } from "./values";

/** `defaultArgs` of the chart's own values. */
const defaultArguments = [
  "--cert-dir=/tmp",
  "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
  "--kubelet-use-node-status-port",
  "--metric-resolution=15s",
];

export function isMetricsServer({ chart }: ChartData): boolean {
  return chart === "metrics-server";
}

export function metricsServerArguments(values: unknown): string[] {
  const list = (path: string): string[] | undefined => {
    const given = valueAt(values, path);
    return Array.isArray(given) ? given.map((item) => text(item)) : undefined;
  };
  const port = valueAt(values, "containerPort") ?? metricsServerPort;
  return [`--secure-port=${text(port)}`, ...(list("defaultArgs") ?? defaultArguments), ...(list("args") ?? [])];
}

/** Rules of the chart's ClusterRole with this name. */
export function metricsServerRules(name: string): Json[] {
  return name === aggregatedReader ? [readerRule] : serverRules;
}

const aggregatedReader = "system:metrics-server-aggregated-reader";

/** Labels by which Kubernetes' own roles take up the rules of the one that has them. */
export function metricsServerLabels(name: string): Record<string, string> {
  if (name !== aggregatedReader) return {};
  return Object.fromEntries(
    ["admin", "edit", "view"].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, "true"]),
  );
}

/** Roles of Kubernetes' own that the chart binds; undefined where the binding is for a role of the chart. */
export function metricsServerRole(binding: string): string | undefined {
  if (binding.endsWith(":system:auth-delegator")) return "system:auth-delegator";
  if (binding.endsWith("-auth-reader")) return "extension-apiserver-authentication-reader";
  return undefined;
}

export function metricsServerApi(service: string, namespace: string): Json {
  return metricsApi({ name: service, namespace });
}
