/** Selectors that fit, and ports that are there. */
import type {
  V1IngressSpec,
  V1IngressServiceBackend,
  V1LabelSelector,
  V1NetworkPolicySpec,
  V1Service,
  V1ServiceSpec,
} from "@kubernetes/client-node";
import type { Path, Placed, Report, Scenario } from "../model";
import { hasProgramPods } from "../program";
import {
  containersOf,
  isEmpty,
  ofKind,
  selects,
  selectsPods,
  showSelector,
  workloadsOf,
  type Workload,
} from "./workloads";

const noPods = "write labels that the pods have";

export function checkSelectors(scenario: Scenario, report: Report): void {
  for (const { placed, selector, labels } of workloadsOf(scenario)) {
    if (!selector || selects(selector, labels)) continue;
    report(placed, ["spec", "selector"], {
      rule: "selector",
      problem: `it selects ${showSelector(selector)}, which its own pods are not: Kubernetes refuses it`,
      advice: "write the same labels in spec.template.metadata.labels",
    });
  }
  for (const service of ofKind(scenario, "Service")) checkService(service, scenario, report);
  for (const policy of ofKind(scenario, "NetworkPolicy")) checkPolicy(policy, scenario, report);
  for (const monitor of ofKind(scenario, "ServiceMonitor")) checkMonitor(monitor, scenario, report);
  for (const ingress of ofKind(scenario, "Ingress")) checkIngress(ingress, scenario, report);
}

/** Whether pods may be there that the folder does not show: a chart's, or what a part of a whole is laid over. */
function isUnknown(scenario: Scenario, { namespace }: Placed): boolean {
  return hasProgramPods(namespace) || (!scenario.whole && workloadsOf(scenario).length === 0);
}

function inNamespace(scenario: Scenario, namespace: string): Workload[] {
  return workloadsOf(scenario).filter(({ placed }) => placed.namespace === namespace);
}

function checkService(service: Placed, scenario: Scenario, report: Report): void {
  const { selector, type, ports = [] } = (service.object as unknown as V1Service).spec ?? {};
  if (!selector || Object.keys(selector).length === 0 || type === "ExternalName") return;
  const pods = inNamespace(scenario, service.namespace).filter((one) => selectsPods({ matchLabels: selector }, one));
  if (pods.length === 0) {
    if (isUnknown(scenario, service)) return;
    const problem = `no pod${inside(service)} has the labels ${showSelector({ matchLabels: selector })}`;
    report(service, ["spec", "selector"], { rule: "selector", problem, advice: noPods });
    return;
  }
  for (const [index, { port, targetPort = port }] of ports.entries()) {
    for (const workload of pods) {
      if (hasPort(workload, targetPort)) continue;
      const names = portsOf(workload).map((one) => one.name ?? one.containerPort);
      report(service, ["spec", "ports", index, "targetPort"], {
        rule: "port",
        problem: `${workload.kind} ${workload.placed.object.metadata.name} has no port ${String(targetPort)}`,
        advice: names.length > 0 ? `write one of its ports: ${names.join(", ")}` : "name it in the container's ports",
      });
    }
  }
}

function inside({ namespace }: Placed): string {
  return namespace === "" ? "" : ` in ${namespace}`;
}

function portsOf(workload: Workload): { name?: string; containerPort: number }[] {
  return containersOf(workload).flatMap(({ container }) => container.ports ?? []);
}

function hasPort(workload: Workload, port: string | number): boolean {
  return portsOf(workload).some(({ name, containerPort }) =>
    typeof port === "number" ? containerPort === port : name === port,
  );
}

function checkPolicy(policy: Placed, scenario: Scenario, report: Report): void {
  const { podSelector, ingress = [] } = (policy.object.spec ?? {}) as V1NetworkPolicySpec;
  const here = inNamespace(scenario, policy.namespace);
  const selector: V1LabelSelector = podSelector ?? {};
  const pods = here.filter((one) => selectsPods(selector, one));
  if (pods.length === 0 && !isEmpty(selector) && !isUnknown(scenario, policy)) {
    const problem = `no pod${inside(policy)} is ${showSelector(selector)}: the policy does nothing`;
    report(policy, ["spec", "podSelector"], { rule: "selector", problem, advice: noPods });
    return;
  }
  for (const [index, { ports = [] }] of ingress.entries()) {
    for (const [at, { port }] of ports.entries()) {
      const name = port as unknown;
      if (typeof name !== "string" || pods.length === 0 || pods.some((workload) => hasPort(workload, name))) continue;
      report(policy, ["spec", "ingress", index, "ports", at, "port"], {
        rule: "port",
        problem: `no pod that it selects has a port ${name}`,
        advice: `write one of: ${[...new Set(pods.flatMap(portsOf).map((one) => one.name ?? one.containerPort))].join(", ")}`,
      });
    }
  }
}

interface MonitorSpec {
  selector: V1LabelSelector;
  namespaceSelector?: { any?: boolean; matchNames?: string[] };
  endpoints?: { port?: string }[];
}

function checkMonitor(monitor: Placed, scenario: Scenario, report: Report): void {
  const { selector, namespaceSelector = {}, endpoints = [] } = monitor.object.spec as MonitorSpec;
  const namespaces = namespaceSelector.matchNames ?? [monitor.namespace];
  if (namespaceSelector.any !== true && namespaces.some(hasProgramPods)) return;
  const services = ofKind(scenario, "Service").filter(
    ({ namespace, object }) =>
      (namespaceSelector.any === true || namespaces.includes(namespace)) &&
      selects(selector, object.metadata.labels ?? {}),
  );
  if (services.length === 0) {
    report(monitor, ["spec", "selector"], {
      rule: "selector",
      problem: `no Service${inside(monitor)} has the labels ${showSelector(selector)}: nothing is scraped`,
      advice: "write labels that the Service itself has",
    });
    return;
  }
  for (const [index, { port }] of endpoints.entries()) {
    const named = services.some(({ object }) =>
      (object.spec as V1ServiceSpec).ports?.some(({ name }) => name === port),
    );
    if (port === undefined || named) continue;
    report(monitor, ["spec", "endpoints", index, "port"], {
      rule: "port",
      problem: `no Service that it selects has a port ${port}`,
      advice: "write the name of a port of the Service",
    });
  }
}

function checkIngress(ingress: Placed, scenario: Scenario, report: Report): void {
  const { rules = [], defaultBackend } = (ingress.object.spec ?? {}) as V1IngressSpec;
  const check = (backend: V1IngressServiceBackend | undefined, path: Path): void => {
    if (!backend) return;
    const service = ofKind(scenario, "Service").find(
      ({ namespace, object }) => namespace === ingress.namespace && object.metadata.name === backend.name,
    );
    if (!service) {
      report(ingress, [...path, "name"], {
        rule: "reference",
        problem: `there is no Service ${backend.name}${inside(ingress)}`,
        advice: "write the name of a Service in the Ingress' own namespace",
      });
      return;
    }
    const ports = (service.object.spec as V1ServiceSpec).ports ?? [];
    const { name, number } = backend.port ?? {};
    if (ports.some((one) => (name !== undefined ? one.name === name : one.port === number))) return;
    report(ingress, [...path, "port"], {
      rule: "port",
      problem: `Service ${backend.name} has no port ${name ?? number}`,
      advice: `write one of: ${ports.map((one) => (one.name === undefined ? one.port : `${one.name} (${one.port})`)).join(", ")}`,
    });
  };
  check(defaultBackend?.service, ["spec", "defaultBackend", "service"]);
  for (const [index, { http }] of rules.entries()) {
    for (const [at, { backend }] of (http?.paths ?? []).entries()) {
      check(backend.service, ["spec", "rules", index, "http", "paths", at, "backend", "service"]);
    }
  }
}
