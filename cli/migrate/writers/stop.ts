/**
 * Who writes, and how each is stopped while volumes stay mounted: a file-system backup reads what a running pod has
 * mounted. Pods without a claim are scaled to none; those with one go on running, and nobody reaches them any more.
 */
import type {
  V1CronJob,
  V1Deployment,
  V1Job,
  V1ObjectMeta,
  V1Pod,
  V1PodSpec,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { argocdNamespace } from "../../../components/argocd";
import { selects } from "../../validate/checks/workloads";
import { isOver } from "../pods";
import type { Change, Phase, Stopped } from "./change";

/** Objects of all namespaces. */
export interface Running {
  deployments: V1Deployment[];
  statefulSets: V1StatefulSet[];
  replicaSets: V1ReplicaSet[];
  cronJobs: V1CronJob[];
  jobs: V1Job[];
  services: V1Service[];
  pods: V1Pod[];
}

/** In the selector of a Service that nobody is to reach: no pod has it. */
export const label = { key: "platform/migration", value: "stopped" };

/** What brings back whatever is stopped: components/argocd.ts names the release. */
const gitControllers = new Set([
  "StatefulSet argocd-application-controller",
  "Deployment argocd-applicationset-controller",
]);

/** components/dns.ts names the namespace and the release. */
const externalDns = { namespace: "external-dns", name: "external-dns" };

/** @param namespaces whose applications are stopped. */
export function stopOf(running: Running, namespaces: string[]): Stopped {
  const own = new Set(namespaces);
  const isOwn = ({ metadata }: { metadata?: V1ObjectMeta }) => own.has(metadata?.namespace ?? "");
  const here: Running = {
    deployments: running.deployments.filter(isOwn),
    statefulSets: running.statefulSets.filter(isOwn),
    replicaSets: running.replicaSets.filter(isOwn),
    cronJobs: running.cronJobs.filter(isOwn),
    jobs: running.jobs.filter(isOwn),
    services: running.services.filter(isOwn),
    pods: running.pods.filter(isOwn),
  };
  const controllers = [
    ...running.deployments.map((one) => scaled("controllers", "Deployment", one)),
    ...running.statefulSets.map((one) => scaled("controllers", "StatefulSet", one)),
  ].flat();
  const workloads = [
    ...here.deployments.filter((one) => !claimsOf(one)).map(deployment),
    ...here.statefulSets.filter((one) => !claimsOf(one)).map((one) => scaled("workloads", "StatefulSet", one)),
    ...here.replicaSets
      .filter(({ metadata, spec }) => !isControlled(metadata) && !claims(spec?.template?.spec))
      .map((one) => scaled("workloads", "ReplicaSet", one)),
    ...here.jobs.filter(({ spec, ...job }) => !isOver(job) && !claims(spec?.template.spec)).map(job),
  ].flat();
  const changes = [
    ...controllers.filter(
      ({ kind, namespace, name }) => namespace === argocdNamespace && gitControllers.has(`${kind} ${name}`),
    ),
    ...here.cronJobs.flatMap(schedule),
    ...workloads,
    ...unreachable(here),
  ];
  return { namespaces, changes, left: leftRunning(here) };
}

/** Stops external-dns, which would write the old address back over a record that is switched. */
export function dnsStopOf({ deployments }: Pick<Running, "deployments">): Stopped {
  const { namespace, name } = externalDns;
  const changes = deployments
    .filter(({ metadata }) => metadata?.namespace === namespace && metadata.name === name)
    .flatMap((one) => scaled("controllers", "Deployment", one));
  return { namespaces: [], changes, left: [] };
}

function deployment(object: V1Deployment): Change[] {
  return scaled("workloads", "Deployment", object);
}

/** An autoscaler does nothing while there are 0 replicas: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation */
function scaled(
  phase: Phase,
  kind: "Deployment" | "StatefulSet" | "ReplicaSet",
  { metadata, spec }: V1Deployment | V1StatefulSet | V1ReplicaSet,
): Change[] {
  const replicas = spec?.replicas ?? 1;
  if (replicas === 0) return [];
  return [{ phase, apiVersion: "apps/v1", kind, ...nameOf(metadata), path: replicasPath, from: replicas, to: 0 }];
}

const replicasPath = ["spec", "replicas"];

function schedule({ metadata, spec }: V1CronJob): Change[] {
  return spec?.suspend === true ? [] : [suspended("schedules", "CronJob", metadata)];
}

/** Its pods end, and begin anew when it goes on. One that has a claim is waited for, as its volume is only read while it runs. */
function job({ metadata, spec }: V1Job): Change[] {
  return spec?.suspend === true ? [] : [suspended("workloads", "Job", metadata)];
}

function suspended(phase: Phase, kind: "CronJob" | "Job", metadata: V1ObjectMeta | undefined): Change {
  return { phase, apiVersion: "batch/v1", kind, ...nameOf(metadata), path: ["spec", "suspend"], from: false, to: true };
}

/** Services in front of pods that have a claim. */
function unreachable({ services, pods, deployments, statefulSets }: Running): Change[] {
  // Pods that are not there at this moment, of a workload that makes them again, count too.
  const templates = [...deployments.filter(claimsOf), ...statefulSets.filter(claimsOf)];
  const behind = [
    ...pods.filter(({ spec }) => claims(spec)).map(({ metadata }) => metadata),
    ...templates.map(({ metadata, spec }) => ({ ...spec?.template.metadata, namespace: metadata?.namespace })),
  ];
  return services
    .filter(({ metadata, spec }) => {
      const matchLabels = spec?.selector ?? {};
      // Without a selector somebody else says who is behind it.
      if (Object.keys(matchLabels).length === 0 || matchLabels[label.key] !== undefined) return false;
      return behind.some(
        ({ namespace, labels = {} } = {}) => namespace === metadata?.namespace && selects({ matchLabels }, labels),
      );
    })
    .map(({ metadata }) => {
      const { namespace, name } = nameOf(metadata);
      return closed(namespace, name);
    });
}

/** Takes a Service off its pods. */
export function closed(namespace: string, name: string): Change {
  const path = ["spec", "selector", label.key];
  return { phase: "services", apiVersion: "v1", kind: "Service", namespace, name, path, from: null, to: label.value };
}

/** Kinds whose pods end with what is changed here. */
const scalable = new Set(["ReplicaSet", "StatefulSet", "Job"]);

function leftRunning({ pods }: Running): string[] {
  return pods
    .filter(
      ({ metadata, spec, status }) =>
        !claims(spec) &&
        !["Succeeded", "Failed"].includes(status?.phase ?? "") &&
        !metadata?.ownerReferences?.some(({ kind, controller }) => controller === true && scalable.has(kind)),
    )
    .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)
    .sort();
}

/** Whether pods of it have a volume that is backed up. */
export function claims(spec: V1PodSpec | undefined): boolean {
  return (spec?.volumes ?? []).some(
    ({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim !== undefined || ephemeral !== undefined,
  );
}

/** Whether a workload's pods have one. */
export function claimsOf({ spec }: V1Deployment | V1StatefulSet): boolean {
  const templates = spec && "volumeClaimTemplates" in spec ? (spec.volumeClaimTemplates ?? []) : [];
  return templates.length > 0 || claims(spec?.template.spec);
}

function isControlled(metadata: V1ObjectMeta | undefined): boolean {
  return metadata?.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}

function nameOf(metadata: V1ObjectMeta | undefined): { namespace: string; name: string } {
  return { namespace: metadata?.namespace ?? "", name: metadata?.name ?? "" };
}
