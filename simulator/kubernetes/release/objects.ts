/**
 * The objects that a chart's templates would render, as skeletons: right kinds, names, labels, replicas, requests,
 * service accounts and ports, and nothing in them that only a running program would need.
 */
import type { ChartData, ChartObject } from "../charts";
import { isRecord, type KubernetesObject, text } from "../objects";
import { components, type Component } from "./components";
import { renderedObjects } from "./conditions";
import { fullName, renamed } from "./names";
import { extraObjects } from "./extras";
import {
  metricsServerApi,
  metricsServerArguments,
  metricsServerLabels,
  metricsServerRole,
  metricsServerRules,
} from "./metricsServer";
import { filled, mapOf, podTemplate, setting, type Json } from "./pods";
import { budget, commonLabels, type Rendering } from "./rendering";
import { traefikArguments } from "./traefik";
import { valueAt } from "./values";
import { veleroArguments, veleroPod } from "./veleroServer";

/** One object, with what it belongs to. */
export interface Skeleton extends Rendering {
  object: ChartObject;
  component?: Component;
  /** Selector labels of the component, or of the release. */
  labels: Record<string, string>;
}

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

/** The release's, unless the values put the component (a subchart, mostly) or all of the chart elsewhere. */
function namespaceOf({ values, release }: Rendering, component?: Component): string {
  const given = setting(values, component, "namespaceOverride") || valueAt(values, "namespaceOverride");
  return typeof given === "string" && given ? given : release.namespace;
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

/** The component with the longest name that the object's begins with. */
function componentOf(chart: ChartData, { kind, name, serviceAccount }: ChartObject): Component | undefined {
  const all = components[chart.chart] ?? [];
  const matching = all.filter(
    ({ workload, services }) =>
      name === workload ||
      name.startsWith(`${workload}-`) ||
      (services?.includes(name) ?? false) ||
      serviceAccount === workload,
  );
  const exact = all.find(({ services }) => kind === "Service" && services?.includes(name));
  return exact ?? matching.sort((left, right) => right.workload.length - left.workload.length)[0];
}

function isMetricsServer(chart: ChartData): boolean {
  return chart.chart === "metrics-server";
}

function isVeleroServer({ chart, object }: Skeleton): boolean {
  return chart.chart === "velero" && object.kind === "Deployment";
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

function replicasOf({ values, component }: Pick<Skeleton, "values" | "component">): number {
  const given = setting(values, component, component?.replicas ?? "replicas");
  return typeof given === "number" ? given : (component?.defaultReplicas ?? 1);
}

function workload(source: Skeleton): Json {
  const { object, component, labels, values, release, chart } = source;
  const hasReplicas = object.kind !== "DaemonSet" && setting(values, component, "autoscaling.enabled") !== true;
  const serviceAccount = object.serviceAccount && accountName(source, object.serviceAccount);
  const strategy = setting(values, component, "deploymentStrategy");
  const annotationsOf = { checksum: `${chart.chart}-${chart.version}` };
  const claimName = grafanaClaim(source);
  const images = object.images ?? [];
  const args =
    chart.chart === "traefik"
      ? traefikArguments(values, release, fullName(source))
      : isMetricsServer(chart)
        ? metricsServerArguments(values)
        : isVeleroServer(source)
          ? veleroArguments(values)
          : undefined;
  const rest = isVeleroServer(source) ? veleroPod(values) : undefined;
  const template = podTemplate({ values, release, component, labels, images, serviceAccount, claimName, args, rest });
  const metadata = template.metadata as { annotations: Json };
  return {
    spec: {
      selector: { matchLabels: labels },
      ...(hasReplicas ? { replicas: replicasOf(source) } : {}),
      ...(object.kind === "StatefulSet" ? { serviceName: renamed(source, object.name, "Service") } : {}),
      ...(object.kind === "Deployment" && isRecord(strategy) ? { strategy: recreate(strategy) } : {}),
      template: { ...template, metadata: { ...metadata, annotations: { ...annotationsOf, ...metadata.annotations } } },
    },
  };
}

function grafanaClaim(source: Skeleton): string | undefined {
  const { component, values } = source;
  const claim = mapOf(component?.values === "grafana" ? valueAt(values, "grafana.persistence") : undefined);
  if (claim.enabled !== true) return undefined;
  return typeof claim.existingClaim === "string" && claim.existingClaim
    ? claim.existingClaim
    : renamed(source, component?.workload ?? "", "PersistentVolumeClaim");
}

/** A service account's name: the values may give another than the chart's, but for what a hook runs as. */
function accountName(rendering: Rendering, rendered: string): string {
  const { chart, values } = rendering;
  if (chart.objects.some(({ kind, name, hook }) => kind === "ServiceAccount" && name === rendered && hook)) {
    return renamed(rendering, rendered, "ServiceAccount");
  }
  const component = componentOf(chart, { apiVersion: "v1", kind: "ServiceAccount", name: rendered, cases: [] });
  const paths = ["serviceAccount.name", "serviceAccount.server.name", "rbac.serviceAccount.name"];
  const given = paths.map((path) => setting(values, component, path)).find((name) => typeof name === "string" && name);
  return typeof given === "string" ? given : renamed(rendering, rendered, "ServiceAccount");
}

function recreate(strategy: Json): Json {
  return strategy.type === "Recreate" ? { type: "Recreate" } : strategy;
}

function job(source: Skeleton): Json {
  const { object, labels, values, release } = source;
  const serviceAccount = object.serviceAccount && accountName(source, object.serviceAccount);
  const template = podTemplate({ values, release, labels, images: object.images ?? [], serviceAccount });
  return {
    spec: { backoffLimit: 3, template: { ...template, spec: { ...(template.spec as Json), restartPolicy: "Never" } } },
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

/** The operator's own resources, as far as what runs depends on them. */
function monitored(source: Skeleton, path: string): Json {
  const value = (name: string) => valueAt(source.values, `${path}.${name}`);
  return {
    spec: {
      replicas: value("replicas") ?? 1,
      ...(value("retention") ? { retention: value("retention") } : {}),
      serviceAccountName: renamed(source, source.object.serviceAccount ?? source.object.name, "ServiceAccount"),
    },
  };
}
