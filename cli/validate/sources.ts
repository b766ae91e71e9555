/** The files of a folder, and where in them something is written. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from "yaml";
import { isManifest, isRecord, type Manifest, type Path } from "./model";

/** One document of a YAML file. */
export interface SourceDocument {
  file: string;
  value: unknown;
  /** How many parts of the path the document has, items of lists found by their `name` in `object`. */
  depth(path: Path, object?: unknown): number;
  /** Line of the deepest part of the path that the document has, from 1. */
  line(path: Path, object?: unknown): number;
}

export interface SourceFile {
  /** Relative to the root, with `/`. */
  file: string;
  documents: SourceDocument[];
  errors: { line: number; message: string }[];
}

const skipped = new Set(["node_modules", "vendor"]);

/** All files under the root, relative to it. Links are not followed: they may lead anywhere, and back. */
export function listFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      // Folders that begin with a dot are of tools: `.git`, `.github`, `.terraform`.
      if (entry.isDirectory() && !skipped.has(entry.name) && !entry.name.startsWith(".")) walk(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  walk("");
  return found.sort();
}

/** Kustomize's names for its file: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
export const kustomizationFile = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;

export function isYaml(file: string): boolean {
  return /\.ya?ml$/.test(file) || kustomizationFile.test(file);
}

/** Templates of Helm charts look like YAML and are none. */
export function chartFolders(files: string[]): string[] {
  return files.filter((file) => /(^|\/)Chart\.yaml$/.test(file)).map((file) => dirname(file));
}

export function isInside(file: string, folder: string): boolean {
  return folder === "." || file === folder || file.startsWith(`${folder}/`);
}

/** Larger files are no manifests that people write. */
const largest = 5 * 1024 * 1024;

export function readText(root: string, file: string): string {
  const path = join(root, file);
  return statSync(path).size > largest ? "" : readFileSync(path, "utf8");
}

export function parseSource(file: string, text: string): SourceFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, logLevel: "silent" });
  const documents: SourceDocument[] = [];
  const errors: SourceFile["errors"] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    for (const { message, pos } of document.errors) {
      errors.push({
        line: lines.linePos(pos[0]).line,
        message: message.split("\n")[0]?.replace(/ at line.*/, "") ?? "",
      });
    }
    if (document.errors.length > 0) continue;
    const value = valueOf(document);
    if (value !== null && value !== undefined) documents.push(sourceDocument(file, document, value, lines));
  }
  return { file, documents, errors };
}

function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 }) as unknown;
  } catch {
    return undefined;
  }
}

function sourceDocument(file: string, document: Document.Parsed, value: unknown, lines: LineCounter): SourceDocument {
  const follow = (path: Path, object: unknown): { depth: number; line: number } => {
    let node: unknown = document.contents;
    let line = lines.linePos(document.contents?.range[0] ?? document.range[0]).line;
    let built = object;
    for (const [depth, part] of path.entries()) {
      built = child(built, part);
      const next = step(node, part, built);
      if (next === undefined) return { depth, line };
      node = next.value;
      line = lines.linePos(next.offset).line;
    }
    return { depth: path.length, line };
  };
  return {
    file,
    value,
    depth: (path, object) => follow(path, object).depth,
    line: (path, object) => follow(path, object).line,
  };
}

function child(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return (value as unknown[])[Number(part)];
  return isRecord(value) ? value[String(part)] : undefined;
}

/** The node below, and where it begins: a field at its key. */
function step(node: unknown, part: string | number, built: unknown): { value: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    if (!pair || !isScalar(pair.key)) return undefined;
    return { value: pair.value, offset: pair.key.range?.[0] ?? 0 };
  }
  if (!isSeq(node)) return undefined;
  const name = isRecord(built) ? built["name"] : undefined;
  const named = node.items.find((item) => isMap(item) && name !== undefined && item.get("name") === name);
  const item: unknown = named ?? (name === undefined ? node.items[Number(part)] : undefined);
  const offset = (item as { range?: [number, number, number] } | undefined)?.range?.[0];
  return item === undefined || offset === undefined ? undefined : { value: item, offset };
}

/** The Kubernetes objects of a document: itself, or the items of a List. */
export function manifestsOf({ value }: SourceDocument): Manifest[] {
  if (isRecord(value) && value["kind"] === "List" && Array.isArray(value["items"])) {
    return (value["items"] as unknown[]).filter(isManifest);
  }
  return isManifest(value) ? [value] : [];
}
