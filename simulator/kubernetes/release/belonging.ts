/** What a chart's object belongs to: its component, that one's namespace and service account. */
import type { ChartData, ChartObject } from "../charts";
import { components, type Component } from "./components";
import { renamed } from "./names";
import { setting } from "./pods";
import type { Rendering } from "./rendering";
import { valueAt } from "./values";

/** The component with the longest name that the object's begins with. */
export function componentOf(chart: ChartData, { kind, name, serviceAccount }: ChartObject): Component | undefined {
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

/** The release's, unless the values put the component (a subchart, mostly) or all of the chart elsewhere. */
export function namespaceOf({ values, release }: Rendering, component?: Component): string {
  const given = setting(values, component, "namespaceOverride") || valueAt(values, "namespaceOverride");
  return typeof given === "string" && given ? given : release.namespace;
}

/** A service account's name: the values may give another than the chart's, but for what a hook runs as. */
export function accountName(rendering: Rendering, rendered: string): string {
  const { chart, values } = rendering;
  if (chart.objects.some(({ kind, name, hook }) => kind === "ServiceAccount" && name === rendered && hook)) {
    return renamed(rendering, rendered, "ServiceAccount");
  }
  const component = componentOf(chart, { apiVersion: "v1", kind: "ServiceAccount", name: rendered, cases: [] });
  const paths = ["serviceAccount.name", "serviceAccount.server.name", "rbac.serviceAccount.name"];
  const given = paths.map((path) => setting(values, component, path)).find((name) => typeof name === "string" && name);
  return typeof given === "string" ? given : renamed(rendering, rendered, "ServiceAccount");
}
