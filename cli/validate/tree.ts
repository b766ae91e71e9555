/** Reads a folder: its files, its kustomizations built, and its plain manifests. */
import { existsSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import type { Repository } from "./applications/generators";
import { buildAll } from "./build";
import { secretsInText } from "./checks/secrets";
import { closure, deprecatedFields, findKustomizations, unlistedFiles, type Kustomization } from "./kustomizations";
import { isRecord, type Finding, type Manifest, type Place, type Unit } from "./model";
import { locator } from "./origin";
import {
  chartFolders,
  isInside,
  isYaml,
  listFiles,
  manifestsOf,
  parseSource,
  readText,
  type SourceFile,
} from "./sources";

export interface Folder {
  root: string;
  files: string[];
  sources: Map<string, SourceFile>;
  kustomizations: Map<string, Kustomization>;
  units: Map<string, Unit>;
  /** Units that no kustomization consists of, in the order of their folders. */
  roots: Unit[];
  findings: Finding[];
  /** What was not looked at, and why. */
  notes: string[];
  repository: Repository;
}

/** @param kustomize path of the program. */
export async function readFolder(root: string, kustomize: string): Promise<Folder> {
  const files = listFiles(root);
  const charts = chartFolders(files);
  const texts = new Map(files.filter(isText).map((file) => [file, readText(root, file)]));
  const sources = new Map<string, SourceFile>();
  for (const [file, text] of texts) {
    if (isYaml(file) && !charts.some((chart) => isInside(file, chart))) sources.set(file, parseSource(file, text));
  }
  const all = [...sources.values()];
  const kustomizations = new Map(findKustomizations(all).map((one) => [one.folder, one]));
  const units = new Map<string, Unit>();
  const found: Omit<Finding, "object">[] = [
    ...all.flatMap(yamlErrors),
    ...deprecatedFields([...kustomizations.values()]),
    ...unlistedFiles([...kustomizations.values()], all),
    ...[...texts].flatMap(([file, text]) => secretsInText(file, text)),
  ];
  const notes = charts.map((chart) => `${chart} is a Helm chart: it is not rendered`);
  const documents = new Map(all.map(({ file, documents: parsed }) => [file, parsed]));
  for (const [folder, built] of await buildAll(root, kustomizations, kustomize)) {
    const kustomization = kustomizations.get(folder);
    if (!kustomization) continue;
    if ("error" in built) found.push(buildError(kustomization, built.error));
    else if ("skipped" in built) notes.push(`${folder} is not built: it ${built.skipped}`);
    else {
      const locate = locator(closure(kustomization, kustomizations), documents);
      units.set(folder, { folder, objects: built.objects, locate });
    }
  }
  const broken = new Set(all.flatMap((one) => (one.errors.length > 0 ? [one.file] : [])));
  const findings = found
    // Kustomize tells in other words what the parser has told already.
    .filter(
      ({ rule, problem }) => rule !== "build" || ![...broken].some((file) => problem.includes(posix.basename(file))),
    )
    .map((one) => ({ object: "", ...one }));
  for (const unit of plainUnits(all, kustomizations)) units.set(unit.folder, unit);
  const used = new Set(
    [...kustomizations.values()].flatMap(({ parts }) => parts.map((part) => part.replace(/\/$/, ""))),
  );
  const roots = [...units.values()]
    .filter(({ folder }) => !used.has(folder))
    .sort((a, b) => a.folder.localeCompare(b.folder));
  const repository = repositoryOf(root, files, sources);
  return { root, files, sources, kustomizations, units, roots, findings, notes, repository };
}

function isText(file: string): boolean {
  return isYaml(file) || /\.(json|md|txt|env|sh|conf|properties|toml|ini|template|key|pem|crt|ts|js|py)$/.test(file);
}

function yamlErrors({ file, errors }: SourceFile): Omit<Finding, "object">[] {
  return errors.slice(0, 1).map(({ line, message }) => ({
    rule: "yaml" as const,
    file,
    line,
    field: "",
    problem: message.replace(/:$/, ""),
    advice: "write valid YAML",
  }));
}

function buildError({ document }: Kustomization, error: string): Omit<Finding, "object"> {
  return {
    rule: "build",
    file: document.file,
    line: 1,
    field: "",
    problem: `kustomize cannot build it: ${error}`,
    advice: "correct what kustomize names",
  };
}

/** Folders of plain manifests, as Argo CD and kubectl apply them: each folder by itself. */
function plainUnits(sources: SourceFile[], kustomizations: Map<string, Kustomization>): Unit[] {
  const named = new Set([...kustomizations.values()].flatMap(({ parts }) => parts));
  const folders = new Map<string, { object: Manifest; locate(path: Parameters<Unit["locate"]>[1]): Place }[]>();
  for (const { file, documents } of sources) {
    const folder = posix.dirname(file);
    if (named.has(file) || kustomizations.has(folder)) continue;
    for (const document of documents) {
      const listed = isRecord(document.value) && document.value["kind"] === "List";
      for (const object of manifestsOf(document)) {
        const locate = (path: Parameters<Unit["locate"]>[1]): Place => ({
          file,
          line: document.line(listed ? [] : path, object),
        });
        folders.set(folder, [...(folders.get(folder) ?? []), { object, locate }]);
      }
    }
  }
  return [...folders].map(([folder, entries]) => ({
    folder,
    objects: entries.map(({ object }) => object),
    locate: (object, path) => entries.find((entry) => entry.object === object)?.locate(path) ?? { file: folder },
  }));
}

/** The repository's root as Argo CD's generators see it: where `.git` is, else the folder itself. */
function repositoryOf(root: string, files: string[], sources: Map<string, SourceFile>): Repository {
  const prefix = prefixOf(root);
  return {
    folder: prefix,
    files: files.map((file) => posix.join(prefix, file)),
    documents: (file) => sources.get(posix.relative(prefix, file))?.documents ?? [],
  };
}

/** The folder's path in its repository; `.` where it is the repository, or in none. */
export function prefixOf(root: string): string {
  for (let above = resolve(root); above !== dirname(above); above = dirname(above)) {
    if (existsSync(join(above, ".git"))) return relative(above, resolve(root)).replaceAll("\\", "/") || ".";
  }
  return ".";
}
