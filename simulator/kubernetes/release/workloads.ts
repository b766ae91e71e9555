/** What a chart runs: Deployments and the like, Jobs, and what an operator makes such of. */
import { isRecord } from "../objects";
import { accountName } from "./belonging";
import { externalDnsArguments } from "./externalDns";
import { isMetricsServer, metricsServerArguments } from "./metricsServer";
import { fullName, renamed } from "./names";
import { mapOf, podTemplate, setting, type Json } from "./pods";
import type { Skeleton } from "./rendering";
import { traefikArguments } from "./traefik";
import { valueAt } from "./values";
import { nodeAgentPod, veleroArguments, veleroPod } from "./velero";

export function workload(source: Skeleton): Json {
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
        : isVelero(source, "Deployment")
          ? veleroArguments(values)
          : isVelero(source, "DaemonSet")
            ? ["node-agent", "server"]
            : chart.chart === "external-dns"
              ? externalDnsArguments(values)
              : undefined;
  const rest = isVelero(source, "Deployment")
    ? veleroPod(values)
    : isVelero(source, "DaemonSet")
      ? nodeAgentPod(values)
      : undefined;
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

function isVelero({ chart, object }: Skeleton, kind: "Deployment" | "DaemonSet"): boolean {
  return chart.chart === "velero" && object.kind === kind;
}

function replicasOf({ values, component }: Pick<Skeleton, "values" | "component">): number {
  const given = setting(values, component, component?.replicas ?? "replicas");
  return typeof given === "number" ? given : (component?.defaultReplicas ?? 1);
}

function grafanaClaim(source: Skeleton): string | undefined {
  const { component, values } = source;
  const claim = mapOf(component?.values === "grafana" ? valueAt(values, "grafana.persistence") : undefined);
  if (claim.enabled !== true) return undefined;
  return typeof claim.existingClaim === "string" && claim.existingClaim
    ? claim.existingClaim
    : renamed(source, component?.workload ?? "", "PersistentVolumeClaim");
}

function recreate(strategy: Json): Json {
  return strategy.type === "Recreate" ? { type: "Recreate" } : strategy;
}

export function job(source: Skeleton): Json {
  const { object, labels, values, release } = source;
  const serviceAccount = object.serviceAccount && accountName(source, object.serviceAccount);
  const template = podTemplate({ values, release, labels, images: object.images ?? [], serviceAccount });
  return {
    spec: { backoffLimit: 3, template: { ...template, spec: { ...(template.spec as Json), restartPolicy: "Never" } } },
  };
}

/** The operator's own resources, as far as what runs depends on them. */
export function monitored(source: Skeleton, path: string): Json {
  const value = (name: string) => valueAt(source.values, `${path}.${name}`);
  return {
    spec: {
      replicas: value("replicas") ?? 1,
      ...(value("retention") ? { retention: value("retention") } : {}),
      serviceAccountName: renamed(source, source.object.serviceAccount ?? source.object.name, "ServiceAccount"),
    },
  };
}
