/** What a release puts on the cluster: the skeletons of its chart, and the chart's CRDs where their files are to be had. */
import { readFile } from "node:fs/promises";
import type { Properties } from "../../provider";
import { NoMatchError, type KubernetesApi } from "../api";
import type { ChartData } from "../charts";
import { isRecord, without, type KubernetesObject } from "../objects";
import { renderedObjects } from "./conditions";
import type { ChartContents } from "./helm";
import { skeletons } from "./objects";
import { valueAt } from "./values";

export interface ReleaseFacts {
  chart: string;
  version: string;
  /** The release's name. */
  release: string;
  namespace: string;
  values: Properties;
}

export interface ContentSources {
  /** Files with the CRDs of a chart, each a JSON array; none where they are not to be had. */
  crds(chart: string): Promise<string[]>;
  /** Objects that a chart renders and that are known in full: they take the place of skeletons of the same name. */
  render?(release: ReleaseFacts): KubernetesObject[];
}

const crdKind = "CustomResourceDefinition";

export async function chartContents(
  api: KubernetesApi,
  sources: ContentSources,
  chart: ChartData,
  facts: ReleaseFacts,
  skipCrds: boolean,
): Promise<ChartContents> {
  const { release: name, namespace, values } = facts;
  const full = sources.render?.(facts) ?? [];
  const isFull = ({ kind, metadata }: KubernetesObject) =>
    full.some((object) => object.kind === kind && object.metadata.name === metadata.name);
  const rendered = skeletons({ chart, release: { name, namespace }, values });
  const crds = await chartCrds(sources, chart, values);
  const objects = await installable(
    api,
    chart,
    values,
    [...rendered.filter((object) => !isFull(object)), ...full],
    crds,
  );
  return {
    chart,
    objects: chart.crds === "templates" ? [...objects, ...crds.map(withoutDescriptions)] : objects,
    crds: chart.crds === "folder" && !skipCrds ? crds : [],
  };
}

/** The definitions that these values render. */
export async function chartCrds(
  sources: ContentSources,
  chart: ChartData,
  values: unknown,
): Promise<KubernetesObject[]> {
  const wanted = renderedCrds(chart, values);
  if (wanted.size === 0) return [];
  const found = new Map<string, KubernetesObject>();
  for (const file of await sources.crds(chart.chart)) {
    for (const crd of await definitionsIn(file)) {
      const name = String(crd.metadata.name);
      if (wanted.has(name)) found.set(name, kept(chart, values, crd));
    }
  }
  return [...found.values()];
}

const definitions = new Map<string, Promise<KubernetesObject[]>>();

/** Read once: the definitions of all charts are megabytes, asked for at every check of a release. */
function definitionsIn(file: string): Promise<KubernetesObject[]> {
  const read = async () =>
    (JSON.parse(await readFile(file, "utf8")) as unknown[]).filter(
      (object): object is KubernetesObject => isRecord(object) && object.kind === crdKind,
    );
  const found = definitions.get(file) ?? read();
  definitions.set(file, found);
  return found;
}

function renderedCrds(chart: ChartData, values: unknown): Set<string> {
  return new Set(
    renderedObjects(chart, values)
      .filter(({ kind }) => kind === crdKind)
      .map(({ name }) => name),
  );
}

/** `crds.keep`, on in both charts that have it: an uninstall leaves the definitions, and so every custom resource. */
function kept(chart: ChartData, values: unknown, crd: KubernetesObject): KubernetesObject {
  const { metadata } = crd;
  const keeps = ["argo-cd", "cert-manager"].includes(chart.chart) && valueAt(values, "crds.keep") !== false;
  const annotations = keeps ? { ...metadata.annotations, "helm.sh/resource-policy": "keep" } : metadata.annotations;
  // What only the server sets comes with definitions that a generator wrote.
  const own = { ...without(metadata, "creationTimestamp"), annotations };
  return { ...(without(crd, "status") as KubernetesObject), metadata: own };
}

/**
 * A template is in Helm's history twice, in the chart and in the manifest, and the history of a release must fit into
 * a Secret (1 MiB). The charts' own authors pack theirs; here the texts, most of every definition, are left out.
 */
function withoutDescriptions<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutDescriptions) as Value;
  if (!isRecord(value)) return value;
  // A property of that name has a schema, not a text.
  const entries = Object.entries(value).filter(([key, item]) => key !== "description" || typeof item !== "string");
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutDescriptions(item)])) as Value;
}

/**
 * Without custom resources of the chart's own definitions that could not be had, and without ServiceMonitors where the
 * chart leaves them out itself. Anything else that the server does not know is for Helm to refuse.
 */
async function installable(
  api: KubernetesApi,
  chart: ChartData,
  values: unknown,
  objects: KubernetesObject[],
  crds: KubernetesObject[],
): Promise<KubernetesObject[]> {
  const defined = new Set(crds.map((crd) => crd.metadata.name));
  const missing = [...renderedCrds(chart, values)]
    .filter((name) => !defined.has(name))
    .map((name) => name.slice(name.indexOf(".") + 1));
  const isOptional = ({ apiVersion, kind }: KubernetesObject) =>
    (chart.monitoringOptional && ["ServiceMonitor", "PodMonitor", "PrometheusRule"].includes(kind)) ||
    missing.includes(apiVersion.split("/")[0] ?? "");
  const result: KubernetesObject[] = [];
  for (const object of objects) {
    if (!isOptional(object) || (await isKnown(api, object))) result.push(object);
  }
  return result;
}

async function isKnown(api: KubernetesApi, object: KubernetesObject): Promise<boolean> {
  try {
    await api.resource(object);
    return true;
  } catch (error) {
    if (error instanceof NoMatchError) return false;
    throw error;
  }
}
