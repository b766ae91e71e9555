/** The provider's own configuration: what it accepts, and what a change of it does to every object. */
import { readFileSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import { parse as parseYaml } from "yaml";
import { unknown, type CheckResult, type DiffResult, type Properties } from "../provider";
import { isRecord, type KubernetesObject, text } from "./objects";

/** ProviderArgs of @pulumi/kubernetes 4.34.2 that act here as they do in the real provider. */
const accepted = new Set([
  "cluster",
  "clusterIdentifier",
  "context",
  "deleteUnreachable",
  "enableConfigMapMutable",
  "enablePatchForce",
  "enableSecretMutable",
  "enableServerSideApply",
  "kubeClientSettings",
  "kubeconfig",
  "namespace",
  "skipUpdateUnreachable",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "upsertExistingObjects",
]);
const refused = new Set(["alwaysRender", "helmReleaseSettings", "renderYamlToDirectory", "strictMode"]);

export function checkConfig(news: Properties): CheckResult {
  const failures = Object.entries(news).flatMap(([property, value]) => {
    if (accepted.has(property) || property === "version" || value === null || value === undefined) return [];
    const reason = refused.has(property)
      ? `"${property}" is not rehearsed`
      : `the provider has no argument "${property}"; it has ${[...accepted].join(", ")}`;
    return [{ property, reason }];
  });
  if (flag(news.enableServerSideApply) === false) {
    failures.push({ property: "enableServerSideApply", reason: "client-side apply is not rehearsed" });
  }
  return { inputs: news, failures };
}

/**
 * A changed `clusterIdentifier` replaces every object; an unchanged one protects them from everything else. Without
 * it, a changed cluster in the kubeconfig replaces (DiffConfig of provider/pkg/provider/provider.go).
 */
export function diffConfig(oldInputs: Properties, news: Properties): DiffResult {
  const changed = [...new Set([...Object.keys(oldInputs), ...Object.keys(news)])].filter(
    (key) => JSON.stringify(oldInputs[key]) !== JSON.stringify(news[key]),
  );
  const oldId = oldInputs.clusterIdentifier;
  const newId = news.clusterIdentifier;
  const isKept = newId !== undefined && newId !== null && oldId === newId;
  const replaces = new Set<string>();
  // Adding or removing the identifier replaces nothing.
  if (oldId && newId && oldId !== newId) replaces.add("clusterIdentifier");
  const where = ["kubeconfig", "context", "cluster"];
  const unsure = where.find((key) => news[key] === unknown);
  if (unsure) replaces.add(unsure);
  else if (isOtherCluster(oldInputs, news)) {
    where.filter((key) => changed.includes(key)).forEach((key) => replaces.add(key));
  }
  const effective = isKept ? [] : [...replaces];
  return {
    updates: changed.filter((key) => !effective.includes(key)),
    replaces: effective,
    deleteBeforeReplace: false,
  };
}

function isOtherCluster(olds: Properties, news: Properties): boolean {
  const before = activeCluster(olds);
  const after = activeCluster(news);
  return before !== undefined && after !== undefined && JSON.stringify(before) !== JSON.stringify(after);
}

function activeCluster(config: Properties): unknown {
  if (!config.kubeconfig || config.kubeconfig === unknown) return undefined;
  const { contexts, clusters, "current-context": current } = parseKubeconfig(config.kubeconfig);
  const context = named(contexts, config.context ?? current);
  const name = config.cluster ?? (isRecord(context?.context) ? context.context.cluster : undefined);
  return named(clusters, name)?.cluster;
}

function named(list: unknown, name: unknown): Properties | undefined {
  return Array.isArray(list) ? (list as Properties[]).find((entry) => entry.name === name) : undefined;
}

function parseKubeconfig(kubeconfig: unknown): Properties {
  if (isRecord(kubeconfig)) return kubeconfig;
  const parsed: unknown = parseYaml(contents(String(kubeconfig)));
  return isRecord(parsed) ? parsed : {};
}

/** A kubeconfig is given as its contents, or as a file's path. */
function contents(pathOrContents: string): string {
  if (pathOrContents.includes("\n") || pathOrContents.trimStart().startsWith("{")) return pathOrContents;
  return readFileSync(pathOrContents, "utf8");
}

export interface Settings {
  namespace: string;
  configMapsMutable: boolean;
  secretsMutable: boolean;
  upsert: boolean;
  forceAll: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
}

export function settings(config: Properties, kubeConfig?: KubeConfig): Settings {
  const inContext = kubeConfig?.getContextObject(kubeConfig.getCurrentContext())?.namespace;
  const given = typeof config.namespace === "string" && config.namespace ? config.namespace : undefined;
  const on = (key: string, variable: string) => flag(config[key]) ?? flag(process.env[variable]) ?? false;
  return {
    namespace: given ?? inContext ?? "default",
    configMapsMutable: on("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    secretsMutable: on("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    upsert: on("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    forceAll: on("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    deleteUnreachable: on("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: on("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
  };
}

/** The SDK sends booleans as text. */
function flag(value: unknown): boolean | undefined {
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : undefined;
}

/**
 * The kubeconfig of a configuration; every server in it is reached through `proxyUrl`, an HTTP proxy.
 * @throws where it can't be read. Without one, the ambient kubeconfig is *not* taken: it is never meant in a rehearsal.
 */
export function kubeConfigOf(config: Properties, proxyUrl?: string): KubeConfig {
  if (!config.kubeconfig) throw new Error("the provider has no kubeconfig");
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(
    isRecord(config.kubeconfig) ? JSON.stringify(config.kubeconfig) : contents(text(config.kubeconfig)),
  );
  if (typeof config.context === "string" && config.context) kubeConfig.setCurrentContext(config.context);
  if (!kubeConfig.getCurrentCluster()) throw new Error("the kubeconfig names no cluster for its current context");
  if (proxyUrl) {
    kubeConfig.clusters = kubeConfig.clusters.map((cluster) =>
      isLoopback(cluster.server) ? cluster : { ...cluster, proxyUrl },
    );
  }
  return kubeConfig;
}

function isLoopback(server: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(server).hostname);
}

/** Kinds that a program is about to define, so that a preview knows whether they have namespaces. */
export class PlannedKinds {
  private readonly scopes = new Map<string, boolean>();

  add(crd: KubernetesObject | Properties): void {
    const spec = isRecord(crd.spec) ? crd.spec : {};
    const names = isRecord(spec.names) ? spec.names : {};
    this.scopes.set(`${String(spec.group)}/${String(names.kind)}`, spec.scope !== "Cluster");
  }

  /** Undefined where nothing is known of the kind. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined {
    return this.scopes.get(`${apiVersion.split("/")[0]}/${kind}`);
  }
}
