/** The gitops folder as Argo CD sees it: built by kustomize, Applications followed to what they deploy. */
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { minimatch } from "minimatch";
import { parse, parseAllDocuments } from "yaml";
import { ensureTools } from "../../../cli/tools";
import type { Manifest } from "../../../cli/validate/model";
import { quantityValue } from "../../../simulator/kubernetes/quantity";

export const repository = resolve(__dirname, "../../..");
export const clusterFolder = "gitops/clusters/single-cluster";

export type Selection = "small" | "full";

export type { Manifest };

export interface Application extends Manifest {
  spec: {
    project: string;
    source: { repoURL: string; path: string };
    destination: { namespace: string };
    syncPolicy: { automated?: { prune: boolean; selfHeal?: boolean }; syncOptions: string[]; retry: unknown };
  };
}

export interface Container {
  name: string;
  image: string;
  resources: { requests: Resources; limits: Partial<Resources> };
  [field: string]: unknown;
}

interface Resources {
  cpu: string;
  memory: string;
}

export interface Workload extends Manifest {
  spec: {
    replicas?: number;
    strategy?: { type: string; rollingUpdate?: { maxSurge: number | string; maxUnavailable: number | string } };
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: Container[]; initContainers?: Container[]; [field: string]: unknown };
    };
    volumeClaimTemplates?: unknown[];
  };
}

export function documents(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(repository, file), "utf8")).map((document) => document.toJS() as Manifest);
}

/** @param folder path from the repository's root. */
export async function build(folder: string): Promise<Manifest[]> {
  const { kustomize } = await ensureTools(() => undefined, ["kustomize"]);
  const { stdout } = await execa(kustomize, ["build", join(repository, folder)]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

export function ofKind<Type extends Manifest>(objects: Manifest[], ...kinds: string[]): Type[] {
  return objects.filter(({ kind }) => kinds.includes(kind)) as Type[];
}

export function named<Type extends Manifest>(objects: Manifest[], kind: string, name: string): Type {
  const found = ofKind<Type>(objects, kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}

export interface Generator {
  /** On what the generator found: keys by their path. */
  selector?: LabelSelector;
  clusters?: { selector: LabelSelector; values?: Record<string, string> };
  git?: { files: { path: string }[] };
  matrix?: { generators: Generator[] };
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: "In" | "NotIn"; values: string[] }[];
}

export interface ApplicationSet extends Manifest {
  spec: { goTemplate: boolean; goTemplateOptions: string[]; generators: Generator[]; template: Application };
}

export interface Environment {
  name: string;
  project: string;
  selection: Selection;
}

/** What the ApplicationSet `environments` of a selection generates: environment → the folder of its Application. */
export function environments(objects: Manifest[]): (Environment & { path: string })[] {
  const { spec } = named<ApplicationSet>(objects, "ApplicationSet", "environments");
  const [generator] = spec.generators;
  const path = generator?.matrix?.generators[1]?.git?.files[0]?.path ?? "";
  // Behind the folder, which the cluster tells.
  const pattern = /^{{ printf "%s\/(\S+)"/.exec(path)?.[1];
  if (pattern === undefined) throw new Error(`ApplicationSet environments: no pattern of files in ${path}`);
  return readdirSync(join(repository, "gitops"), { recursive: true, encoding: "utf8" })
    .filter((file) => minimatch(file, pattern))
    .sort()
    .map((file) => `gitops/${file}`)
    .map((file) => {
      const { environment } = parse(readFileSync(join(repository, file), "utf8")) as { environment: Environment };
      return { ...environment, path: file.replace(/\/argocd\.yaml$/, "") };
    })
    .filter(({ selection }) => matches(generator?.selector ?? {}, { "environment.selection": selection }));
}

/** As Kubernetes selects: `NotIn` holds for what has no such label too. */
export function matches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Record<string, string>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => values.includes(labels[key] ?? "") === (operator === "In"))
  );
}

/** All that a cluster of this selection gets, Applications included. Every folder names its namespaces itself. */
export async function everything(selection: Selection): Promise<Manifest[]> {
  const root = await build(clusterFolder);
  const selected = await build(`${clusterFolder}/selections/${selection}`);
  const folders = [
    ...ofKind<Application>([...root, ...selected], "Application").map(({ spec }) => spec.source.path),
    ...environments(selected).map(({ path }) => path),
  ];
  const deployed = await Promise.all(folders.map(build));
  return [...root, ...selected, ...deployed.flat()];
}

/** Requests of all pods at once. */
export interface Sum {
  cpu: number;
  /** GiB. */
  memory: number;
}

export interface RequestsOptions {
  /** How many a DaemonSet runs on. 3 unless set. */
  nodes?: number;
  /** Counts the pods that a rolling update of everything at once adds. */
  surge?: boolean;
  /** Of workloads that an autoscaler owns, by name. */
  replicas?: Record<string, number>;
}

export function requests(
  workloads: Workload[],
  { nodes = 3, surge = false, replicas = {} }: RequestsOptions = {},
): Sum {
  return workloads
    .map(({ kind, metadata, spec }) => {
      const wanted = kind === "DaemonSet" ? nodes : (replicas[metadata.name] ?? spec.replicas ?? 1);
      const count =
        wanted + (surge && kind === "Deployment" ? surgeOf(spec.strategy?.rollingUpdate?.maxSurge, wanted) : 0);
      const { containers, initContainers = [] } = spec.template.spec;
      const of = (resource: keyof Resources): number =>
        Math.max(
          containers.reduce((sum, { resources }) => sum + quantityValue(String(resources.requests[resource])), 0),
          ...initContainers.map(({ resources }) => quantityValue(String(resources.requests[resource]))),
        );
      return { cpu: count * of("cpu"), memory: (count * of("memory")) / 2 ** 30 };
    })
    .reduce((sum, one) => ({ cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }), { cpu: 0, memory: 0 });
}

function surgeOf(maxSurge: number | string | undefined, replicas: number): number {
  if (maxSurge === undefined) return 0;
  return typeof maxSurge === "number" ? maxSurge : Math.ceil((Number.parseInt(maxSurge, 10) / 100) * replicas);
}
