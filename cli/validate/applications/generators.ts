/**
 * What an ApplicationSet may generate, as far as the folder tells: files and folders are read, what only a cluster or a
 * Git host knows is left open. https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/
 */
import { minimatch } from "minimatch";
import { posix } from "node:path";
import { isRecord, records, texts, valueAt, type Manifest } from "../model";
import type { SourceDocument } from "../sources";
import { fill, unknown, type Parameters } from "./template";

/** What a generator can look at. Paths are those of the repository, as its generators name them. */
export interface Repository {
  /** The folder in its repository, as a cluster's metadata tells it (`platform/folder`). */
  folder: string;
  files: string[];
  documents(file: string): SourceDocument[];
}

export interface Generated {
  /** Each with the template's values filled in, `unknown` where they are not known. */
  applications: Manifest[];
  /** True where all have one name: only one of them can be on a cluster at a time. */
  exclusive: boolean;
}

export function generate(set: Manifest, repository: Repository): Generated {
  const spec = isRecord(set.spec) ? set.spec : {};
  const template = isRecord(spec["template"]) ? spec["template"] : {};
  const parameters = records(spec["generators"]).flatMap((generator) => parametersOf(generator, repository, {}));
  const applications = parameters.map((known) => ({
    ...(fill(template, known) as Manifest),
    apiVersion: set.apiVersion,
    kind: "Application",
  }));
  const distinct = new Map(applications.map((one) => [JSON.stringify(one), one]));
  const named = [...distinct.values()].filter(({ metadata }) => typeof metadata?.name === "string");
  const names = new Set(named.map(({ metadata }) => metadata.name));
  return { applications: named, exclusive: names.size === 1 && named.length > 1 };
}

/** @param outer what the generator's own texts may refer to: in a matrix, what the one before it gives. */
function parametersOf(generator: Record<string, unknown>, repository: Repository, outer: Parameters): Parameters[] {
  const filled = fill(generator, outer) as Record<string, unknown>;
  return kindParameters(filled, repository).filter((known) => selected(generator["selector"], known));
}

function kindParameters({ list, git, clusters, matrix, merge }: Parameters, repository: Repository): Parameters[] {
  if (isRecord(list)) return records(list["elements"]);
  if (isRecord(git)) return gitParameters(git, repository);
  if (isRecord(clusters)) {
    return [{ values: clusters["values"] ?? {}, metadata: { annotations: { "platform/folder": repository.folder } } }];
  }
  if (isRecord(matrix)) {
    return records(matrix["generators"]).reduce<Parameters[]>(
      (all, next) => all.flatMap((one) => parametersOf(next, repository, one).map((other) => ({ ...one, ...other }))),
      [{}],
    );
  }
  if (isRecord(merge)) {
    return records(merge["generators"])
      .slice(0, 1)
      .flatMap((one) => parametersOf(one, repository, {}));
  }
  return [{}];
}

function gitParameters(git: Record<string, unknown>, { files, documents }: Repository): Parameters[] {
  const values = git["values"] ?? {};
  const matching = (names: string[], entries: Record<string, unknown>[]): string[] => {
    const patterns = (exclude: boolean): string[] =>
      entries
        .filter((entry) => (entry["exclude"] === true) === exclude)
        .map(({ path }) => (typeof path === "string" ? anything(path) : ""));
    const any = (name: string, globs: string[]): boolean => globs.some((glob) => minimatch(name, glob));
    return names.filter((name) => any(name, patterns(false)) && !any(name, patterns(true)));
  };
  const entries = [...records(git["files"]), ...records(git["directories"])];
  // Which files these are only the cluster knows.
  if (entries.every(({ path }) => path === unknown)) return [{}];
  if (git["files"] !== undefined) {
    return matching(files, records(git["files"])).flatMap((file) =>
      documents(file).map(({ value }) => ({ ...(isRecord(value) ? value : {}), values, path: pathParameters(file) })),
    );
  }
  const folders = [...new Set(files.flatMap(foldersAbove))].sort();
  return matching(folders, records(git["directories"])).map((folder) => ({
    values,
    path: pathParameters(`${folder}/`),
  }));
}

/** What is not known of a pattern stands for anything. */
function anything(pattern: string): string {
  return posix.normalize(pattern.replaceAll(unknown, "**"));
}

function foldersAbove(file: string): string[] {
  const folder = posix.dirname(file);
  return folder === "." ? [] : [folder, ...foldersAbove(folder)];
}

function pathParameters(file: string): Parameters {
  const path = file.endsWith("/") ? file.slice(0, -1) : posix.dirname(file);
  const name = posix.basename(path);
  return {
    path,
    basename: name,
    basenameNormalized: name.replaceAll(/[^a-z0-9-]/gi, "-").toLowerCase(),
    filename: posix.basename(file),
    segments: path.split("/"),
    toString: () => path,
  };
}

/** A label that is not known may have any value. */
function selected(selector: unknown, known: Parameters): boolean {
  if (!isRecord(selector)) return true;
  const fits = (key: string, allowed: (value: string) => boolean): boolean => {
    const value = known[key] ?? valueAt(known, key.split("."));
    return typeof value !== "string" || allowed(value);
  };
  const labels = isRecord(selector["matchLabels"]) ? selector["matchLabels"] : {};
  return (
    Object.entries(labels).every(([key, wanted]) => fits(key, (value) => value === wanted)) &&
    records(selector["matchExpressions"]).every(({ key, operator, values }) =>
      fits(String(key), (value) => {
        const listed = texts(values).includes(value);
        return operator === "In" ? listed : operator === "NotIn" ? !listed : true;
      }),
    )
  );
}
