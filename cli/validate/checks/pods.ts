/** What each pod says of itself: image, resources, probes. */
import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { Path, Report, Scenario } from "../model";
import { quantityValue } from "../quantity";
import { containersOf, workloadsOf } from "./workloads";

/** Every image by a tag that stays what it is, or a digest. */
export function checkImages(scenario: Scenario, report: Report): void {
  for (const workload of workloadsOf(scenario)) {
    for (const { container, path } of containersOf(workload)) {
      const fault = imageFault(container.image ?? "");
      if (fault === undefined) continue;
      const advice = "write an exact tag (1.29.5-alpine) or a digest (name@sha256:…)";
      report(workload.placed, [...path, "image"], { rule: "image", problem: fault, advice });
    }
  }
}

function imageFault(image: string): string | undefined {
  if (image === "") return "there is no image";
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  if (tag === undefined) return `${image} has no tag: whatever is newest is run`;
  // A commit's hash or a date is exact; a word, or a major version alone, moves.
  if (
    !/\d/.test(tag) ||
    /^v?\d{1,3}(-[a-z]+\d*)*$/.test(tag) ||
    /^(latest|main|master|stable|edge|nightly)\b/.test(tag)
  ) {
    return `the tag ${tag} of ${image} moves: the same commit runs something else tomorrow`;
  }
  return undefined;
}

/** Requests that the scheduler and quotas count with, and limits. A CPU limit may be left out. */
export function checkResources(scenario: Scenario, report: Report): void {
  for (const workload of workloadsOf(scenario)) {
    for (const { container, path } of containersOf(workload)) {
      const { requests = {}, limits = {} } = container.resources ?? {};
      const missing = [
        ...["cpu", "memory"].filter((name) => !(name in requests)).map((name) => ["requests", name] as const),
        ...["memory"].filter((name) => !(name in limits)).map((name) => ["limits", name] as const),
      ];
      for (const [field, name] of missing) {
        report(workload.placed, [...path, "resources", field, name], {
          rule: "resources",
          problem: `container ${container.name} has no ${field.slice(0, -1)} of ${name}`,
          advice: `write resources.${field}.${name}, such as ${name === "cpu" ? "100m" : "128Mi"}`,
        });
      }
      for (const name of ["cpu", "memory"].filter((one) => one in requests && one in limits)) {
        if (quantityValue(requests[name]) <= quantityValue(limits[name])) continue;
        report(workload.placed, [...path, "resources", "requests", name], {
          rule: "resources",
          problem: `the request of ${requests[name]} is above the limit of ${limits[name]}`,
          advice: "write a request of at most the limit",
        });
      }
    }
  }
}

const probes: [field: "readinessProbe" | "livenessProbe" | "startupProbe", without: string][] = [
  ["readinessProbe", "requests reach it before it can answer"],
  ["livenessProbe", "it is not restarted when it hangs"],
  ["startupProbe", "a slow start counts as a hang"],
];

/** What serves is asked whether it starts, lives and is ready. */
export function checkProbes(scenario: Scenario, report: Report): void {
  for (const workload of workloadsOf(scenario).filter(({ serves }) => serves)) {
    for (const { container, path, init } of containersOf(workload)) {
      if (init) continue;
      for (const [field, without] of probes) {
        const probe = container[field];
        if (!probe) {
          report(workload.placed, [...path, field], {
            rule: "probe",
            problem: `container ${container.name} has none: ${without}`,
            advice: `write ${field} (httpGet, tcpSocket, grpc or exec)`,
          });
        } else
          checkHandler(probe, container, [...path, field], (at, problem, advice) => {
            report(workload.placed, at, { rule: "probe", problem, advice });
          });
      }
    }
  }
}

function checkHandler(
  probe: V1Probe,
  container: V1Container,
  path: Path,
  say: (path: Path, problem: string, advice: string) => void,
): void {
  const handlers = ["httpGet", "tcpSocket", "grpc", "exec"] as const;
  const used = handlers.filter((handler) => probe[handler] !== undefined);
  if (used.length !== 1) {
    say(
      path,
      `has ${used.length === 0 ? "no handler" : `several handlers: ${used.join(", ")}`}`,
      `write one of ${handlers.join(", ")}`,
    );
  }
  for (const handler of ["httpGet", "tcpSocket"] as const) {
    const port = probe[handler]?.port as unknown;
    const names = (container.ports ?? []).flatMap(({ name }) => name ?? []);
    if (typeof port === "string" && !/^\d+$/.test(port) && !names.includes(port)) {
      say([...path, handler, "port"], `container ${container.name} has no port ${port}`, choice(names));
    }
  }
}

/** `write one of: a, b` */
function choice(names: string[]): string {
  return names.length > 0
    ? `write ${names.length > 1 ? "one of: " : ""}${names.join(", ")}`
    : "name a port of the container";
}
