/** A Release's outputs (checkpointRelease and setReleaseAttributes of provider/pkg/provider/helm_release.go). */
import { unknown, type Properties } from "../../provider";
import type { ChartData } from "../charts";
import { secret } from "../checkpoint";
import type { KubernetesObject } from "../objects";
import type { HelmRelease } from "./helm";

export function stateOf(inputs: Properties, chart: ChartData, release: HelmRelease | undefined): Properties {
  return {
    ...inputs,
    version: chart.version,
    ...(release && { resourceNames: resourceNames(release.objects), status: statusOf(chart, release) }),
    __inputs: secret(inputs),
  };
}

export function previewed(inputs: Properties): Properties {
  return { ...inputs, resourceNames: unknown, status: unknown, __inputs: secret(inputs) };
}

function statusOf(chart: ChartData, { name, namespace, revision, status }: HelmRelease): Properties {
  return {
    appVersion: chart.appVersion,
    chart: chart.chart,
    name,
    namespace,
    revision,
    status,
    version: chart.version,
  };
}

/** `{"Deployment.apps/apps/v1": ["argocd/argocd-server"]}` (provider/pkg/provider/manifest_json.go). */
function resourceNames(objects: KubernetesObject[]): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const { apiVersion, kind, metadata } of objects) {
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
    const name = metadata.namespace ? `${metadata.namespace}/${metadata.name}` : String(metadata.name);
    (names[`${kind}${group}/${apiVersion}`] ??= []).push(name);
  }
  for (const list of Object.values(names)) list.sort();
  return names;
}
