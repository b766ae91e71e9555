/**
 * Whether everything fits its namespace's quota: all replicas, an autoscaler's maximum, and the pods that a roll of every
 * Deployment at the same time adds. A DaemonSet counts as three pods: the node example has three nodes.
 */
import type { V1LimitRangeSpec, V1ResourceQuotaSpec, V1Service } from "@kubernetes/client-node";
import type { Path, Placed, Report, Scenario } from "../model";
import { quantityValue, showQuantity } from "../quantity";
import { containersOf, ofKind, workloadsOf, type Workload } from "./workloads";

const nodes = 3;

type Amounts = Record<string, number>;

export function checkQuota(scenario: Scenario, report: Report): void {
  for (const quota of ofKind(scenario, "ResourceQuota")) {
    const { hard = {}, scopeSelector, scopes } = quota.object.spec as V1ResourceQuotaSpec;
    // Which pods a scope means is a matter of their classes and priorities.
    if (scopeSelector || scopes) continue;
    const workloads = workloadsOf(scenario).filter(({ placed }) => placed.namespace === quota.namespace);
    const defaults = defaultsOf(scenario, quota.namespace);
    const used = sum([...workloads.map((one) => podAmounts(one, defaults)), objectAmounts(scenario, quota.namespace)]);
    for (const [resource, limit] of Object.entries(hard)) {
      const amount = used[normal(resource)] ?? 0;
      const most = quantityValue(limit);
      if (amount > most * 1.000001) {
        report(quota, ["spec", "hard", resource], {
          rule: "quota",
          problem: `${quota.namespace} needs ${showQuantity(resource, amount)} with all replicas and a roll, and may have ${limit}`,
          advice: `write at least ${showQuantity(resource, amount)}, or lower what its pods request: ${largest(workloads, defaults, resource)}`,
        });
      }
      requireRequests(workloads, defaults, normal(resource), report);
    }
  }
  for (const range of ofKind(scenario, "LimitRange")) checkRange(range, scenario, report);
}

/** `requests.cpu` is also called `cpu`. */
function normal(resource: string): string {
  return resource === "cpu" || resource === "memory" ? `requests.${resource}` : resource;
}

function sum(all: Amounts[]): Amounts {
  const total: Amounts = {};
  for (const amounts of all) {
    for (const [key, value] of Object.entries(amounts)) total[key] = (total[key] ?? 0) + value;
  }
  return total;
}

interface Defaults {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

/** What a LimitRange gives to containers that name nothing. */
function defaultsOf(scenario: Scenario, namespace: string): Defaults {
  const limits = ofKind(scenario, "LimitRange")
    .filter((range) => range.namespace === namespace)
    .flatMap(({ object }) => (object.spec as V1LimitRangeSpec).limits)
    .filter(({ type }) => type === "Container");
  const given = Object.assign(
    {},
    ...limits.map((one) => one._default ?? (one as { default?: object }).default),
  ) as Record<string, string>;
  const requested = Object.assign({ ...given }, ...limits.map(({ defaultRequest }) => defaultRequest)) as Record<
    string,
    string
  >;
  return { requests: requested, limits: given };
}

/** Of all pods of a workload. */
function podAmounts(workload: Workload, defaults: Defaults): Amounts {
  const pods = workload.pods === undefined ? nodes : workload.pods + workload.surge;
  const amounts: Amounts = { pods, "count/pods": pods };
  for (const kind of ["requests", "limits"] as const) {
    const names = new Set(["cpu", "memory", "ephemeral-storage", ...Object.keys(workload.pod.overhead ?? {})]);
    for (const name of names) amounts[`${kind}.${name}`] = pods * podAmount(workload, defaults, kind, name);
  }
  const claims = (workload.placed.object.spec as { volumeClaimTemplates?: Claim[] }).volumeClaimTemplates ?? [];
  if (claims.length > 0) {
    const replicas = workload.pods ?? 0;
    amounts["persistentvolumeclaims"] = replicas * claims.length;
    amounts["requests.storage"] = replicas * claims.reduce((total, claim) => total + claimSize(claim), 0);
  }
  return amounts;
}

/** The larger of what its containers want together and what each init container wants; side cars count with both. */
function podAmount(workload: Workload, defaults: Defaults, kind: "requests" | "limits", name: string): number {
  let running = 0;
  let starting = 0;
  let sideCars = 0;
  const containers = containersOf(workload);
  for (const { container } of containers.filter(({ init }) => init)) {
    const amount = containerAmount(container.resources, defaults, kind, name);
    if (container.restartPolicy === "Always") sideCars += amount;
    else starting = Math.max(starting, sideCars + amount);
  }
  for (const { container } of containers.filter(({ init }) => !init)) {
    running += containerAmount(container.resources, defaults, kind, name);
  }
  return Math.max(running + sideCars, starting) + quantityValue(workload.pod.overhead?.[name]);
}

type Resources = { requests?: Record<string, string>; limits?: Record<string, string> } | undefined;

function containerAmount(resources: Resources, defaults: Defaults, kind: "requests" | "limits", name: string): number {
  // A limit alone is the request too.
  const own = resources?.[kind]?.[name] ?? (kind === "requests" ? resources?.limits?.[name] : undefined);
  return quantityValue(own ?? defaults[kind][name]);
}

interface Claim {
  spec?: { resources?: { requests?: Record<string, string> } };
}

function claimSize({ spec }: Claim): number {
  return quantityValue(spec?.resources?.requests?.["storage"]);
}

/** What objects count for: services by type, claims, and `count/…`. */
function objectAmounts(scenario: Scenario, namespace: string): Amounts {
  const amounts: Amounts = {};
  const add = (key: string, value = 1): void => void (amounts[key] = (amounts[key] ?? 0) + value);
  for (const { object } of scenario.placed.filter((placed) => placed.namespace === namespace && placed.sound)) {
    const group = object.apiVersion.includes("/") ? `.${object.apiVersion.split("/")[0]}` : "";
    const plural = `${object.kind.toLowerCase().replace(/y$/, "ie")}s`;
    add(`count/${plural}${group}`);
    if (group !== "") continue;
    if (["configmaps", "secrets", "services", "persistentvolumeclaims"].includes(plural)) add(plural);
    if (object.kind === "PersistentVolumeClaim") add("requests.storage", claimSize(object as Claim));
    if (object.kind !== "Service") continue;
    const { type, ports = [] } = (object as unknown as V1Service).spec ?? {};
    if (type === "LoadBalancer") add("services.loadbalancers");
    if (type === "LoadBalancer" || type === "NodePort") add("services.nodeports", ports.length);
  }
  return amounts;
}

/** `Deployment backend 5Gi, StatefulSet database 12Gi`: the two that need most. */
function largest(workloads: Workload[], defaults: Defaults, resource: string): string {
  return workloads
    .map((one) => ({ one, amount: podAmounts(one, defaults)[normal(resource)] ?? 0 }))
    .sort((a, b) => b.amount - a.amount)
    .slice(0, 2)
    .map(({ one, amount }) => `${one.kind} ${one.placed.object.metadata.name} ${showQuantity(resource, amount)}`)
    .join(", ");
}

/** A quota on requests or limits refuses pods that name none. */
function requireRequests(workloads: Workload[], defaults: Defaults, resource: string, report: Report): void {
  const [kind, name = ""] = resource.split(".");
  if ((kind !== "requests" && kind !== "limits") || !["cpu", "memory"].includes(name)) return;
  for (const workload of workloads) {
    for (const { container, path } of containersOf(workload)) {
      const { requests, limits } = (container.resources ?? {}) as { requests?: Amounts; limits?: Amounts };
      const own = { requests: { ...limits, ...requests }, limits: limits ?? {} }[kind];
      if (name in own || name in defaults[kind]) continue;
      report(workload.placed, [...path, "resources", kind, name], {
        rule: "quota",
        problem: `the quota of ${workload.placed.namespace} refuses pods without it`,
        advice: `write resources.${kind}.${name}, or a LimitRange with a default`,
      });
    }
  }
}

/** Bounds of a LimitRange for each container. */
function checkRange(range: Placed, scenario: Scenario, report: Report): void {
  const { limits } = range.object.spec as V1LimitRangeSpec;
  for (const { type, min = {}, max = {} } of limits) {
    if (type !== "Container") continue;
    for (const workload of workloadsOf(scenario).filter(({ placed }) => placed.namespace === range.namespace)) {
      for (const { container, path } of containersOf(workload)) {
        const say = (where: Path, problem: string, advice: string): void =>
          report(workload.placed, [...path, "resources", ...where], { rule: "quota", problem, advice });
        const { requests = {}, limits: own = {} } = container.resources ?? {};
        for (const [name, least] of Object.entries(min)) {
          if (name in requests && quantityValue(requests[name]) < quantityValue(least)) {
            say(
              ["requests", name],
              `the LimitRange ${range.object.metadata.name} asks for at least ${least}`,
              `write ${least} or more`,
            );
          }
        }
        for (const [name, most] of Object.entries(max)) {
          if (name in own && quantityValue(own[name]) > quantityValue(most)) {
            say(
              ["limits", name],
              `the LimitRange ${range.object.metadata.name} allows at most ${most}`,
              `write ${most} or less`,
            );
          }
        }
      }
    }
  }
}
