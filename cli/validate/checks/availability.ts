/** Whether a service stays up while a node fails, is drained, or pods roll. */
import type { V1PodDisruptionBudgetSpec } from "@kubernetes/client-node";
import type { Report, Scenario } from "../model";
import { isRecord, records } from "../model";
import { hasProgramPods } from "../program";
import {
  autoscalers,
  autoscalerOf,
  containersOf,
  isEmpty,
  ofKind,
  portion,
  selects,
  showSelector,
  workloadsOf,
} from "./workloads";

const topologies: [key: string, name: string][] = [
  ["kubernetes.io/hostname", "node"],
  ["topology.kubernetes.io/zone", "zone"],
];

/** Several pods of one service are not on one node, nor in one zone. */
export function checkSpread(scenario: Scenario, report: Report): void {
  for (const { placed, kind, pod, path, pods = 0, labels, serves } of workloadsOf(scenario)) {
    if (!serves || kind === "DaemonSet" || pods < 2) continue;
    const constraints = pod.topologySpreadConstraints ?? [];
    for (const [key, name] of topologies) {
      if (constraints.some(({ topologyKey }) => topologyKey === key) || hasAntiAffinity(pod.affinity, key)) continue;
      report(placed, [...path, "topologySpreadConstraints"], {
        rule: "spread",
        problem: `nothing keeps its ${pods} pods from being on one ${name}`,
        advice: `write a constraint with topologyKey: ${key} and whenUnsatisfiable: ScheduleAnyway`,
      });
    }
    for (const [index, { labelSelector }] of constraints.entries()) {
      if (labelSelector && selects(labelSelector, labels)) continue;
      report(placed, [...path, "topologySpreadConstraints", index, "labelSelector"], {
        rule: "spread",
        problem: `it selects ${labelSelector ? showSelector(labelSelector) : "nothing"}, which these pods are not`,
        advice: "write labels that the pods have",
      });
    }
  }
}

function hasAntiAffinity(affinity: unknown, key: string): boolean {
  const anti = isRecord(affinity) && isRecord(affinity["podAntiAffinity"]) ? affinity["podAntiAffinity"] : {};
  const required = records(anti["requiredDuringSchedulingIgnoredDuringExecution"]);
  const preferred = records(anti["preferredDuringSchedulingIgnoredDuringExecution"]).map(
    (one) => one["podAffinityTerm"],
  );
  return [...required, ...preferred].some((term) => isRecord(term) && term["topologyKey"] === key);
}

/** Drains take one pod after the other, and always can take one. */
export function checkDisruption(scenario: Scenario, report: Report): void {
  const workloads = workloadsOf(scenario).filter(({ serves, kind }) => serves && kind !== "DaemonSet");
  const budgets = ofKind(scenario, "PodDisruptionBudget");
  const specOf = (budget: (typeof budgets)[number]): V1PodDisruptionBudgetSpec => budget.object.spec ?? {};
  for (const { placed, pods = 0, labels } of workloads) {
    const covered = budgets.some(
      (budget) => budget.namespace === placed.namespace && selects(specOf(budget).selector, labels),
    );
    if (covered || pods < 2) continue;
    report(placed, [], {
      rule: "disruption",
      problem: "no PodDisruptionBudget selects its pods: a drain may take all of them at once",
      advice: "write a PodDisruptionBudget with maxUnavailable: 1",
    });
  }
  for (const budget of budgets) {
    const { selector, minAvailable, maxUnavailable } = specOf(budget);
    const selected = workloads.filter(
      ({ placed, labels }) => placed.namespace === budget.namespace && selects(selector, labels),
    );
    if (selected.length === 0) {
      if (hasProgramPods(budget.namespace) || (!scenario.whole && workloads.length === 0)) continue;
      report(budget, ["spec", "selector"], {
        rule: "selector",
        problem: `no pod in ${budget.namespace || "its namespace"} fits ${selector && !isEmpty(selector) ? showSelector(selector) : "it"}`,
        advice: "write labels that the pods have",
      });
      continue;
    }
    // With the fewest pods that an autoscaler may leave.
    const fewest = selected
      .map((one) => autoscalerOf(one.placed, scenario)?.spec.minReplicas ?? one.pods ?? 0)
      .reduce((sum, pods) => sum + pods, 0);
    const blocked =
      (maxUnavailable !== undefined && portion(maxUnavailable, fewest) === 0) ||
      (minAvailable !== undefined && portion(minAvailable, fewest) >= fewest);
    if (!blocked || fewest === 0) continue;
    report(budget, ["spec", minAvailable === undefined ? "maxUnavailable" : "minAvailable"], {
      rule: "disruption",
      problem: `with ${fewest} ${fewest === 1 ? "pod" : "pods"} it lets none go: no node with one can ever be drained`,
      advice: "write maxUnavailable: 1",
    });
  }
}

/** An autoscaler has something to scale, and something to measure, and nobody else writes its number. */
export function checkAutoscaling(scenario: Scenario, report: Report): void {
  const workloads = workloadsOf(scenario);
  for (const { placed, spec } of autoscalers(scenario)) {
    const { kind, name } = spec.scaleTargetRef;
    const target = workloads.find(
      (one) =>
        one.placed.namespace === placed.namespace && one.kind === kind && one.placed.object.metadata.name === name,
    );
    if (!target) {
      if (scenario.placed.some(({ object }) => object.kind === kind && object.metadata.name === name)) continue;
      report(placed, ["spec", "scaleTargetRef", "name"], {
        rule: "reference",
        problem: `there is no ${kind} ${name} in ${placed.namespace || "its namespace"}`,
        advice: "write the name of what it scales",
      });
      continue;
    }
    if (
      isRecord(target.placed.object.spec) &&
      "replicas" in target.placed.object.spec &&
      !ignored(scenario, target.placed.application)
    ) {
      report(target.placed, ["spec", "replicas"], {
        rule: "autoscaling",
        problem: `HorizontalPodAutoscaler ${placed.object.metadata.name} owns this number: each sync puts it back`,
        advice: "take replicas away, or write ignoreDifferences for /spec/replicas in the Application",
      });
    }
    if ((spec.minReplicas ?? 1) > spec.maxReplicas) {
      report(placed, ["spec", "minReplicas"], {
        rule: "autoscaling",
        problem: `the fewest (${spec.minReplicas}) are more than the most (${spec.maxReplicas})`,
        advice: `write at most ${spec.maxReplicas}`,
      });
    }
    for (const [index, { resource }] of (spec.metrics ?? []).entries()) {
      if (resource?.target.type !== "Utilization") continue;
      const without = containersOf(target).find(
        ({ container, init }) => !init && container.resources?.requests?.[resource.name] === undefined,
      );
      if (!without) continue;
      report(placed, ["spec", "metrics", index, "resource"], {
        rule: "autoscaling",
        problem: `container ${without.container.name} of ${kind} ${name} requests no ${resource.name}: there is nothing to take a share of`,
        advice: `write resources.requests.${resource.name} there`,
      });
    }
  }
}

function ignored(scenario: Scenario, application: string | undefined): boolean {
  const found = scenario.placed.find(
    ({ object }) => object.kind === "Application" && object.metadata.name === application,
  );
  const spec = found?.object.spec;
  return isRecord(spec) && JSON.stringify(spec["ignoreDifferences"] ?? "").includes("replicas");
}
