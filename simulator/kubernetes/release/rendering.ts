/** One release of one chart, and what all of its objects share. */
import type { ChartData, ChartObject } from "../charts";
import type { Component } from "./components";
import { mapOf, type Json, type ReleaseIdentity } from "./pods";

export interface Rendering {
  chart: ChartData;
  release: ReleaseIdentity;
  values: unknown;
}

/** One object, with what it belongs to. */
export interface Skeleton extends Rendering {
  object: ChartObject;
  component?: Component;
  /** Selector labels of the component, or of the release. */
  labels: Record<string, string>;
}

export function commonLabels({ chart, release }: Rendering): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/instance": release.name,
    "helm.sh/chart": `${chart.chart}-${chart.version}`.slice(0, 63),
  };
}

/** A disruption budget's limit as the values give it; one pod at a time where they give none. */
export function budget(values: unknown): Json {
  const { minAvailable, maxUnavailable } = mapOf(values);
  if (maxUnavailable !== undefined && maxUnavailable !== "") return { maxUnavailable };
  return minAvailable !== undefined && minAvailable !== "" ? { minAvailable } : { maxUnavailable: 1 };
}
