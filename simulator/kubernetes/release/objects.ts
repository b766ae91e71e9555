/**
 * The objects that a chart's templates would render, as skeletons: right kinds, names, labels, replicas, requests,
 * service accounts and ports, and nothing in them that only a running program would need.
 */
import type { ChartData, ChartObject } from "../charts";
import { isRecord, type KubernetesObject, text } from "../objects";
import { accountName, componentOf, namespaceOf } from "./belonging";
import type { Component } from "./components";
import { renderedObjects } from "./conditions";
import { fullName, renamed } from "./names";
import { extraObjects } from "./extras";
import {
  isMetricsServer,
  metricsServerApi,
  metricsServerLabels,
  metricsServerRole,
  metricsServerRules,
} from "./metricsServer";
import { filled, mapOf, setting, type Json } from "./pods";
import { budget, commonLabels, type Rendering, type Skeleton } from "./rendering";
import { valueAt } from "./values";
import { job, monitored, workload } from "./workloads";

/** Everything but the chart's CRDs. */
export function skeletons(rendering: Rendering): KubernetesObject[] {
  const { chart, values } = rendering;
  const objects = renderedObjects(chart, values)
    .filter(({ kind }) => kind !== "CustomResourceDefinition")
    .map((object) => skeleton(rendering, object));
  return [...objects, ...extraObjects(rendering)];
}

function skeleton(rendering: Rendering, object: ChartObject): KubernetesObject {
  const { chart, release } = rendering;
  const component = componentOf(chart, object);
  const labels = filled(component?.labels ?? releaseLabels(chart), release);
  const annotations = object.hook ? { ...hookAnnotations(object.hook, object.kind) } : {};
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name:
        object.kind === "ServiceAccount"
          ? accountName(rendering, object.name)
          : renamed(rendering, object.name, object.kind),
      ...(object.namespace && {
        namespace: object.namespace === "release" ? namespaceOf(rendering, component) : object.namespace,
      }),
      labels: {
        ...commonLabels(rendering),
        ...labels,
        ...(isMetricsServer(chart) && object.kind === "ClusterRole" ? metricsServerLabels(object.name) : {}),
      },
      annotations: { ...annotations, ...ownAnnotations(rendering, object, component) },
    },
    ...body({ ...rendering, object, component, labels }),
  };
}

function releaseLabels(chart: ChartData): Record<string, string> {
  return { "app.kubernetes.io/name": chart.chart };
}

function hookAnnotations(hook: string, kind: string): Record<string, string> {
  return {
    "helm.sh/hook": hook,
    "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
    // Accounts and roles before the Jobs that use them.
    "helm.sh/hook-weight": kind === "Job" ? "0" : "-5",
  };
}

function ownAnnotations(rendering: Rendering, object: ChartObject, component?: Component): Record<string, string> {
  const given = givenAnnotations(rendering, object, component);
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
}

function givenAnnotations({ values }: Rendering, { kind, name }: ChartObject, component?: Component): Json {
  if (kind === "ServiceAccount") {
    const paths = ["serviceAccount.annotations", "serviceAccount.server.annotations"];
    const given = paths.map((path) => setting(values, component, path)).find(isRecord);
    return mapOf(given ?? valueAt(values, "rbac.serviceAccount.annotations"));
  }
  if (kind === "Service") return mapOf(setting(values, component, "service.annotations"));
  if (kind === "IngressClass" && name === "traefik") {
    const isDefault = valueAt(values, "ingressClass.isDefaultClass") ?? true;
    return { "ingressclass.kubernetes.io/is-default-class": text(isDefault) };
  }
  return {};
}

type Body = (skeleton: Skeleton) => Json;

const empty: Body = () => ({});

const bodies: Record<string, Body> = {
  ClusterRole: ({ chart, object }) => ({ rules: isMetricsServer(chart) ? metricsServerRules(object.name) : [] }),
  Role: () => ({ rules: [] }),
  ClusterRoleBinding: (source) => binding(source, "ClusterRole"),
  RoleBinding: (source) => binding(source, "Role"),
  // metrics-server's is the only one of all charts.
  APIService: (source) => ({ spec: metricsServerApi(fullName(source), source.release.namespace) }),
  ConfigMap: empty,
  Secret: () => ({ type: "Opaque" }),
  ServiceAccount: empty,
  Deployment: (source) => workload(source),
  StatefulSet: (source) => workload(source),
  DaemonSet: (source) => workload(source),
  Job: job,
  Service: service,
  NetworkPolicy: ({ labels }) => ({
    spec: { podSelector: { matchLabels: labels }, policyTypes: ["Ingress"], ingress: [{}] },
  }),
  HorizontalPodAutoscaler: autoscaler,
  PodDisruptionBudget: ({ labels, values, component }) => ({
    spec: { selector: { matchLabels: labels }, ...budget(setting(values, component, component?.budget ?? "")) },
  }),
  IngressClass: ({ chart }) => ({
    spec: { controller: chart.chart === "traefik" ? "traefik.io/ingress-controller" : "ingress.k8s.aws/alb" },
  }),
  IngressClassParams: () => ({ spec: {} }),
  // A webhook that nobody serves would refuse what the real one lets through.
  MutatingWebhookConfiguration: () => ({ webhooks: [] }),
  ValidatingWebhookConfiguration: () => ({ webhooks: [] }),
  PrometheusRule: () => ({ spec: { groups: [] } }),
  ServiceMonitor: ({ labels, component }) => ({
    spec: { selector: { matchLabels: labels }, endpoints: [{ port: component?.ports?.[0]?.[0] ?? "http-metrics" }] },
  }),
  Prometheus: (source) => monitored(source, "prometheus.prometheusSpec"),
  Alertmanager: (source) => monitored(source, "alertmanager.alertmanagerSpec"),
};

function body(source: Skeleton): Json {
  const make = bodies[source.object.kind];
  if (!make)
    throw new Error(`no skeleton for ${source.object.kind} ${source.object.name} of chart ${source.chart.chart}`);
  return make(source);
}

function binding(source: Skeleton, kind: string): Json {
  const { object, chart, component } = source;
  const account =
    component && chart.objects.find(({ kind: other, name }) => other === "ServiceAccount" && name === object.name);
  const first = chart.objects.find(({ kind: other, hook }) => other === "ServiceAccount" && !hook);
  const name = accountName(source, account?.name ?? first?.name ?? object.name);
  const given = isMetricsServer(chart)
    ? metricsServerRole(object.name)
    : // Velero's server, and its node agents with it, may do everything.
      object.name === "velero-server" && kind === "ClusterRole"
      ? "cluster-admin"
      : undefined;
  const role = given ?? renamed(source, object.name, kind);
  return {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: role },
    subjects: [{ kind: "ServiceAccount", name, namespace: namespaceOf(source, component) }],
  };
}

function service({ values, component, labels, object, chart }: Skeleton): Json {
  const isMetrics = object.name.endsWith("-metrics");
  const ports = isMetrics || !component?.ports?.length ? [["http-metrics", 8080, 8080] as const] : component.ports;
  const path = chart.chart === "traefik" ? "service.spec.type" : "service.type";
  const given = isMetrics ? undefined : setting(values, component, path);
  const type = typeof given === "string" ? given : chart.chart === "traefik" ? "LoadBalancer" : "ClusterIP";
  const spec = chart.chart === "traefik" ? mapOf(valueAt(values, "service.spec")) : {};
  return {
    spec: {
      ...spec,
      type,
      selector: labels,
      ports: ports.map(([name, port, targetPort]) => ({ name, port, targetPort, protocol: "TCP" })),
    },
  };
}

function autoscaler(source: Skeleton): Json {
  const { values, component, object } = source;
  const value = (name: string, otherwise: number) => {
    const given = setting(values, component, `autoscaling.${name}`);
    return typeof given === "number" ? given : otherwise;
  };
  const resource = (name: string, averageUtilization: number) => ({
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
  });
  return {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: renamed(source, object.name, "Deployment") },
      minReplicas: value("minReplicas", 1),
      maxReplicas: value("maxReplicas", 5),
      metrics: [
        resource("memory", value("targetMemoryUtilizationPercentage", 50)),
        resource("cpu", value("targetCPUUtilizationPercentage", 50)),
      ],
    },
  };
}
