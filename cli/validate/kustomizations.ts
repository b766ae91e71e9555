/** The kustomizations of a folder: what each consists of, and what in them is not to be used any more. */
import { posix } from "node:path";
import { isRecord, records, texts, type Finding } from "./model";
import { kustomizationFile, manifestsOf, type SourceDocument, type SourceFile } from "./sources";

export interface Kustomization {
  /** Relative to the root; `.` for itself. */
  folder: string;
  document: SourceDocument;
  value: Record<string, unknown>;
  /** A part for others, which cannot be built alone. */
  component: boolean;
  /** Files and folders that it is made of, relative to the root. */
  parts: string[];
  /** Addresses that it takes something from. */
  remote: string[];
}

/** Fields that kustomize deprecates, and what to write: https://github.com/kubernetes-sigs/kustomize, `FixKustomization…`. */
const deprecated: Record<string, string> = {
  bases: "list the folders under `resources`",
  commonLabels: "write `labels: [{pairs: {…}, includeSelectors: true}]`",
  imageTags: "write `images`",
  patchesJson6902: "write `patches: [{target: {…}, path: FILE}]`",
  patchesStrategicMerge: "write `patches: [{path: FILE}]`",
  vars: "write `replacements`",
};

export function findKustomizations(sources: SourceFile[]): Kustomization[] {
  return sources.flatMap(({ file, documents }) => {
    const [document] = documents;
    if (!kustomizationFile.test(file) || !document || !isRecord(document.value)) return [];
    return [kustomizationOf(posix.dirname(file), document, document.value)];
  });
}

function kustomizationOf(folder: string, document: SourceDocument, value: Record<string, unknown>): Kustomization {
  const generators = [...records(value["configMapGenerator"]), ...records(value["secretGenerator"])];
  const named = [
    ...[
      "resources",
      "bases",
      "components",
      "crds",
      "patchesStrategicMerge",
      "generators",
      "transformers",
      "configurations",
    ].flatMap((field) => texts(value[field])),
    ...["patches", "patchesJson6902", "replacements"].flatMap((field) => records(value[field]).flatMap(pathOf)),
    ...generators.flatMap((generator) => [...texts(generator["files"]), ...texts(generator["envs"])].map(afterEquals)),
  ].filter((entry) => !entry.includes("\n"));
  const remote = named.filter(isRemote);
  const parts = named.filter((entry) => !isRemote(entry)).map((entry) => posix.join(folder, entry));
  return { folder, document, value, component: value["kind"] === "Component", parts, remote };
}

function pathOf({ path }: Record<string, unknown>): string[] {
  return typeof path === "string" ? [path] : [];
}

function afterEquals(entry: string): string {
  return entry.slice(entry.indexOf("=") + 1);
}

/** A URL, or `github.com/owner/repo//path?ref=…`, as kustomize takes for one. */
function isRemote(entry: string): boolean {
  return /^([\w+.-]+:\/\/|git@|github\.com[/:])|\?(ref|version)=/.test(entry);
}

/** Everything that a kustomization consists of, itself first: those that it names come after it. */
export function closure(start: Kustomization, all: Map<string, Kustomization>): Kustomization[] {
  const found = new Set<Kustomization>();
  const visit = (one: Kustomization): void => {
    if (found.has(one)) return;
    found.add(one);
    for (const part of one.parts) {
      const next = all.get(part.replace(/\/$/, ""));
      if (next) visit(next);
    }
  };
  visit(start);
  return [...found];
}

type Local = Omit<Finding, "object">;

export function deprecatedFields(kustomizations: Kustomization[]): Local[] {
  return kustomizations.flatMap(({ document, value }) =>
    Object.entries(deprecated)
      .filter(([field]) => field in value)
      .map(([field, advice]) => ({
        rule: "kustomize" as const,
        file: document.file,
        line: document.line([field]),
        field,
        problem: `kustomize has deprecated the field ${field}`,
        advice,
      })),
  );
}

/** Manifests beside a kustomization that no kustomization names: they look deployed, and are not. */
export function unlistedFiles(kustomizations: Kustomization[], sources: SourceFile[]): Local[] {
  const named = new Set(kustomizations.flatMap(({ parts }) => parts));
  const folders = new Map(kustomizations.map((one) => [one.folder, one]));
  return sources
    .filter(
      ({ file, documents }) => !kustomizationFile.test(file) && documents.some((one) => manifestsOf(one).length > 0),
    )
    .filter(({ file }) => folders.has(posix.dirname(file)) && !named.has(file))
    .map(({ file }) => ({
      rule: "unlisted" as const,
      file,
      line: 1,
      field: "",
      problem: "no kustomization names this file: nothing in it is deployed",
      advice: `list it under \`resources\` of ${folders.get(posix.dirname(file))?.document.file}, or delete it`,
    }));
}
